"""Settings of tokens, and of who gets one."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from origination.occasionally import log_occasionally

from .keys import key_fault
from .reading import called, setting, timedelta_of, value_of

logger = logging.getLogger(__name__)

KEY_SALT = "origination.jwt"
OURS = "origination.authentication.CustomerJWTAuthentication"


@setting
def jwt_signing_key() -> str | bytes:
    """Key that signs customer tokens, 32 bytes at least; or a function that gives it.

    Derived from ``SECRET_KEY`` with a salt of our own unless set, so that another JWT
    library with the same ``SECRET_KEY`` never accepts our tokens, nor we its.
    Raises ImproperlyConfigured for a key that must not sign.

    Default: derived from ``SECRET_KEY``.
    """
    if _is_derived():
        return derived_keys()[0]
    key = called("JWT_SIGNING_KEY", None)
    if fault := key_fault(key):
        raise ImproperlyConfigured(f"ORIGINATION['JWT_SIGNING_KEY'] {fault}.")
    return key


def _is_derived() -> bool:
    # Empty is what an absent environment variable gives. A function that finds no key is no such
    # thing: its tenant would share a key with others.
    return value_of("JWT_SIGNING_KEY", None) in (None, "", b"")


def derived_keys() -> list[str]:
    """Keys of ``SECRET_KEY``, then of each of ``SECRET_KEY_FALLBACKS``."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return list(map(_derived, secrets))


@lru_cache(maxsize=32)
def _derived(secret: str) -> str:
    return salted_hmac(KEY_SALT, "signing", secret=secret, algorithm="sha256").hexdigest()


@setting
def jwt_verifying_keys() -> list[str | bytes]:
    """Every key a token may be signed with: the signing key, then the retired ones.

    The setting names the retired ones, or a function that gives them.
    A retired key that must not be one is left out, and the log says so.

    Default: ``()``.
    """
    own = derived_keys() if _is_derived() else [jwt_signing_key()]
    return [*own, *_retired_keys()]


def _retired_keys() -> list[str | bytes]:
    keys = called("JWT_VERIFYING_KEYS", None)
    if keys is None:
        return []
    # A text would be one key for each of its letters.
    if not isinstance(keys, list | tuple):
        log_occasionally(logger, "ORIGINATION['JWT_VERIFYING_KEYS'] is not used: it is no list.")
        return []
    for fault in filter(None, map(key_fault, keys)):
        log_occasionally(logger, f"A key of JWT_VERIFYING_KEYS is not used: it {fault}.")
    return [key for key in keys if not key_fault(key)]


@setting
def jwt_audience() -> str:
    """The audience a token must hold; or a function that gives it, as of a tenant."""
    audience = called("JWT_AUDIENCE", "customer-v1")
    if not isinstance(audience, str) or not audience:
        raise ImproperlyConfigured("ORIGINATION['JWT_AUDIENCE'] is not a text.")
    return audience


@setting
def jwt_lifetime() -> timedelta:
    """How long a token from ``POST …/auth`` is valid."""
    return timedelta_of("JWT_LIFETIME", timedelta(hours=1))


@setting
def session_lifetime() -> timedelta:
    """How long after its log-in the dialect ``yeti`` renews a session cookie."""
    return timedelta_of("SESSION_LIFETIME", timedelta(hours=12))


@setting
def authentication_classes() -> list[str]:
    """Dotted paths of the DRF authentication classes of the endpoint.

    Without ours ``POST …/auth`` is 404.
    Raises ImproperlyConfigured for anything but a list of them.

    Default: ours alone.
    """
    paths = value_of("AUTHENTICATION_CLASSES", [OURS])
    is_list = isinstance(paths, list | tuple) and all(isinstance(path, str) for path in paths)
    if not is_list or not paths:
        raise ImproperlyConfigured(
            "ORIGINATION['AUTHENTICATION_CLASSES'] is not a list of dotted paths."
        )
    return list(paths)


@setting
def may_log_in() -> str | None:
    """Dotted path of your function ``may_log_in(request, user) -> bool``.

    It says who gets a token for a password alone; None: every active user.
    """
    return value_of("MAY_LOG_IN", None)


@setting
def auth_throttle_rate() -> str | None:
    """Attempts at ``POST …/auth`` per address and per login, as DRF writes rates; None: any."""
    return value_of("AUTH_THROTTLE_RATE", "20/min")


@setting
def trusted_proxies() -> int:
    """How many proxies in front append the address that they saw to ``X-Forwarded-For``.

    0: attempts count by the address that connects, which behind a proxy is one for all customers.
    """
    return value_of("TRUSTED_PROXIES", 0)
