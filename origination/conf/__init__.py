"""The app's settings: one dict ``ORIGINATION``, each entry read when it is used.

The two model names stand beside the dict, as ``AUTH_USER_MODEL`` does, because Django's
``Meta.swappable`` reads them by name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from origination.occasionally import log_occasionally

from .keys import key_fault
from .values import VALUES

logger = logging.getLogger(__name__)

KEY_SALT = "origination.jwt"
OURS = "origination.authentication.CustomerJWTAuthentication"
# Beyond it, an expiry is no date.
LONGEST_LIFETIME = timedelta(days=3653)
OWN_CDR_MODELS = ("origination.CDR", "origination_clickhouse.CDR")
# The names of ``ORIGINATION``.
SETTINGS: set[str] = set()

Read = TypeVar("Read", bound=Callable[[], Any])


def setting(read: Read) -> Read:
    """What reads the setting of its name."""
    SETTINGS.add(read.__name__.upper())
    return read


def account_model() -> str:
    """``app.Model`` of the accounts: ``ORIGINATION_ACCOUNT_MODEL``."""
    return _model("ORIGINATION_ACCOUNT_MODEL", "origination.Account")


def cdr_model() -> str:
    """``app.Model`` of the CDRs: ``ORIGINATION_CDR_MODEL``."""
    return _model("ORIGINATION_CDR_MODEL", "origination.CDR")


@setting
def account_uuid_field() -> str:
    """Name of the field of the account model that the API knows an account by.

    A unique ``UUIDField``, or a unique text of uuids; the primary key may be it.
    """
    return _get("ACCOUNT_UUID_FIELD", "uuid")


def _model(name: str, default: str) -> str:
    value = getattr(settings, name, default)
    # Asked dozens of times by a request.
    if value is default or (isinstance(value, str) and value.count(".") == 1):
        return value
    # Django takes it apart before any check could say what is wrong; of a text without a dot it
    # only finds no such model.
    return repr(value).replace(".", "·")


def _get(name: str, default: Any) -> Any:
    """Raises ImproperlyConfigured for a value that ``check`` reports."""
    if name not in configured():
        return default
    value = configured()[name]
    if name in VALUES and not VALUES[name].is_met(value):
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] is not {VALUES[name].meaning}.")
    return value


def configured() -> dict[str, Any]:
    """The dict ``ORIGINATION``; empty where it is no dict, which a system check reports."""
    value = getattr(settings, "ORIGINATION", {})
    return value if isinstance(value, dict) else {}


def _called(name: str, default: Any) -> Any:
    """A setting that may be a function without arguments, asked at each use."""
    value = _get(name, default)
    if not callable(value):
        return value
    try:
        return value()
    # It is the host's; whatever it raises, there is no such setting.
    except Exception as e:
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] could not be asked: {e!r}") from e


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
    key = _called("JWT_SIGNING_KEY", None)
    if fault := key_fault(key):
        raise ImproperlyConfigured(f"ORIGINATION['JWT_SIGNING_KEY'] {fault}.")
    return key


def _is_derived() -> bool:
    # Empty is what an absent environment variable gives. A function that finds no key is no such
    # thing: its tenant would share a key with others.
    return _get("JWT_SIGNING_KEY", None) in (None, "", b"")


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
    keys = _called("JWT_VERIFYING_KEYS", None)
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
    audience = _called("JWT_AUDIENCE", "customer-v1")
    if not isinstance(audience, str) or not audience:
        raise ImproperlyConfigured("ORIGINATION['JWT_AUDIENCE'] is not a text.")
    return audience


@setting
def jwt_lifetime() -> timedelta:
    """How long a token from ``POST …/auth`` is valid."""
    return _timedelta("JWT_LIFETIME", timedelta(hours=1))


@setting
def session_lifetime() -> timedelta:
    """How long after its log-in the dialect ``yeti`` renews a session cookie."""
    return _timedelta("SESSION_LIFETIME", timedelta(hours=12))


def _timedelta(name: str, default: timedelta) -> timedelta:
    value = _get(name, default)
    if not isinstance(value, timedelta) or value > LONGEST_LIFETIME:
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] is not a timedelta of at most 10 years.")
    return value


@setting
def authentication_classes() -> list[str]:
    """Dotted paths of the DRF authentication classes of the endpoint.

    Without ours ``POST …/auth`` is 404.
    Raises ImproperlyConfigured for anything but a list of them.

    Default: ours alone.
    """
    paths = _get("AUTHENTICATION_CLASSES", [OURS])
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
    return _get("MAY_LOG_IN", None)


@setting
def auth_throttle_rate() -> str | None:
    """Attempts at ``POST …/auth`` per address and per login, as DRF writes rates; None: any."""
    return _get("AUTH_THROTTLE_RATE", "20/min")


@setting
def trusted_proxies() -> int:
    """How many proxies in front append the address that they saw to ``X-Forwarded-For``.

    0: attempts count by the address that connects, which behind a proxy is one for all customers.
    """
    return _get("TRUSTED_PROXIES", 0)


@setting
def throttle_rate() -> str | None:
    """Requests for statistics per customer, as DRF writes rates; None: no limit.

    Ten a second for a minute: a page asks once for a view that somebody looks at.
    """
    return _get("THROTTLE_RATE", "600/min")


@setting
def max_concurrent() -> int | None:
    """The most statistics queries of one customer at a time; None: no limit.

    They are counted on PostgreSQL; on SQLite and ClickHouse there is no such limit.
    """
    return _get("MAX_CONCURRENT", 4)


@setting
def dialect() -> str:
    """Which dialect the site speaks: ``published`` or ``yeti``."""
    return _get("DIALECT", "published")


@setting
def cdr_database() -> str:
    """Alias in ``DATABASES`` of the database that holds the CDRs."""
    return _get("CDR_DATABASE", "default")


@setting
def use_customer_duration() -> bool:
    """Whether ``total_duration`` sums ``customer_duration`` (billed) instead of ``duration``."""
    return _get("USE_CUSTOMER_DURATION", False)


@setting
def rollups() -> bool:
    """Whether stored sums answer what they can, on PostgreSQL.

    Default: ``True`` on ``origination.CDR``; on your own CDR table ``False``.
    """
    return _get("ROLLUPS", cdr_model() in OWN_CDR_MODELS)


@setting
def clickhouse_cluster() -> str | None:
    """Name of the cluster that holds the CDRs, in ``remote_servers``; None: one server."""
    return _get("CLICKHOUSE_CLUSTER", None)


@setting
def clickhouse_replicated() -> bool:
    """Whether the shards of ``CLICKHOUSE_CLUSTER`` have replicas."""
    return _get("CLICKHOUSE_REPLICATED", False)


@setting
def openapi() -> bool:
    """Whether drf-spectacular describes the API where the site has it."""
    return _get("OPENAPI", True)


@setting
def max_rows() -> int | None:
    """The most buckets of an answer; None: no limit.

    A range that may hold more is 400, and names the sampling that fits.
    """
    return _get("MAX_ROWS", 50_000)


@setting
def query_timeout() -> float | None:
    """Seconds after which the query is given up with 503; None: never."""
    return _get("QUERY_TIMEOUT", 15)


@setting
def feed_max_bytes() -> int:
    """The largest body that a switch may post, in bytes, packed and unpacked."""
    return _get("FEED_MAX_BYTES", 32 * 1024 * 1024)


@setting
def feed_max_cdrs() -> int:
    """The most CDRs of one body that a switch may post."""
    return _get("FEED_MAX_CDRS", 10_000)


@setting
def feed_throttle_rate() -> str | None:
    """Requests of one feed key, as DRF writes rates; None: no limit."""
    return _get("FEED_THROTTLE_RATE", None)


@setting
def rejects_kept_for() -> timedelta:
    """How long rejected records of switches are kept, from when they came last."""
    return _timedelta("REJECTS_KEPT_FOR", timedelta(days=30))
