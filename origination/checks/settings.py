"""Each setting, and what contradicts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags
from django.core.exceptions import ImproperlyConfigured
from django.db import router

from origination import conf
from origination.api.dialects import DIALECTS
from origination.api.throttling import parsed_rate
from origination.conf import values as setting_values
from origination.conf.values import Value

from .messages import error, register, warning

ROUTER = "origination.routers.CDRRouter"


@register
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """E002: ``CDR_DATABASE`` names no database.
    Cure: write an alias of ``DATABASES``.

    E003: no router sends the CDRs there.
    """
    alias = conf.cdr_database()
    if alias not in settings.DATABASES:
        message = f"ORIGINATION['CDR_DATABASE'] names no database: {alias!r}."
        return [error(2, message, f"Use one of {', '.join(settings.DATABASES)}.")]
    if _is_routed_to(alias):
        return []
    return [
        error(
            3,
            f"CDRs live in {alias!r}, but DATABASE_ROUTERS sends them elsewhere.",
            f"Put {ROUTER!r} into DATABASE_ROUTERS, before any router that knows all models.",
        )
    ]


def _is_routed_to(alias: str) -> bool:
    try:
        model = apps.get_model(conf.cdr_model())
    # E005 tells.
    except (LookupError, ValueError):
        return True
    return router.db_for_read(model) == router.db_for_write(model) == alias


@register
def check_time(**kwargs: Any) -> list[CheckMessage]:
    """E004: ``USE_TZ`` is off."""
    if settings.USE_TZ:
        return []
    return [error(4, "USE_TZ is off.", "Set USE_TZ = True; TIME_ZONE may be any.")]


@register
def check_values(**kwargs: Any) -> list[CheckMessage]:
    """E009: ``ORIGINATION`` is not a dict.

    E010: a setting has a value of the wrong type.
    Cure: give it a value such as its default, or as its meaning says: see the page of settings.

    W001: there is no setting of this name.
    Cure: correct the name, or leave the entry out. The hint lists the names that are known.
    """
    configured = getattr(settings, "ORIGINATION", {})
    if not isinstance(configured, dict):
        return [
            error(
                9,
                "ORIGINATION is not a dict.",
                'Write ORIGINATION = {…}; see "Settings" in the handbook.',
            )
        ]
    known = ", ".join(sorted(conf.SETTINGS))
    found: list[CheckMessage] = [
        warning(
            1,
            f"ORIGINATION[{name!r}] is not a setting.",
            f"Correct the name, or leave it out. These are known: {known}.",
        )
        for name in sorted(set(configured) - conf.SETTINGS, key=str)
    ]
    wrong = {name: VALUES[name] for name in VALUES if not _is_as_meant(configured, name)}
    return found + [
        error(10, f"ORIGINATION[{name!r}] is not {value.meaning}.", value.hint)
        for name, value in wrong.items()
    ]


def _is_rate(value: Any) -> bool:
    if value is None:
        return True
    try:
        parsed_rate(value)
    except ImproperlyConfigured:
        return False
    return True


LIFETIME = Value(
    lambda value: isinstance(value, timedelta) and timedelta(0) < value <= conf.LONGEST_LIFETIME,
    "a positive timedelta of at most 10 years",
    "Use e.g. timedelta(hours=1).",
)
RATE = Value(
    _is_rate,
    "a rate or None",
    "Use e.g. '20/min': a number in a s, min, hour or day; None lifts the limit.",
)
VALUES = {
    **setting_values.VALUES,
    "JWT_AUDIENCE": Value(
        lambda value: callable(value) or (isinstance(value, str) and bool(value)),
        "a text, or a function without arguments",
        "Use e.g. 'customer-v1': a token must hold this one.",
    ),
    "JWT_LIFETIME": LIFETIME,
    "SESSION_LIFETIME": LIFETIME,
    "AUTH_THROTTLE_RATE": RATE,
    "THROTTLE_RATE": RATE,
    "FEED_THROTTLE_RATE": RATE,
    "REJECTS_KEPT_FOR": LIFETIME,
}


def _is_as_meant(configured: dict[str, Any], name: str) -> bool:
    return name not in configured or VALUES[name].is_met(configured[name])


@register(Tags.security, deploy=True)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    """W003: your site is behind a proxy, so all customers share the attempts of one address."""
    behind = settings.SECURE_PROXY_SSL_HEADER is not None
    if not behind or conf.auth_throttle_rate() is None or "TRUSTED_PROXIES" in conf.configured():
        return []
    return [
        warning(
            3,
            "The site is behind a proxy, whose address all customers log in from.",
            "Set ORIGINATION['TRUSTED_PROXIES'] to the number of proxies that append the "
            "client's address to X-Forwarded-For; 0 where none does.",
        )
    ]


@register
def check_dialect(**kwargs: Any) -> list[CheckMessage]:
    """E013: ``DIALECT`` names no dialect.
    Cure: write ``published`` or ``yeti``.
    """
    if conf.dialect() in DIALECTS:
        return []
    message = f"ORIGINATION['DIALECT'] is not a dialect: {conf.dialect()!r}."
    return [error(13, message, f"Use one of {', '.join(DIALECTS)}.")]
