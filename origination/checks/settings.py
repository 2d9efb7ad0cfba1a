"""Each setting, and what contradicts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.exceptions import ImproperlyConfigured

from origination import conf
from origination.dialects import DIALECTS
from origination.throttling import parsed_rate

from .messages import error, warning

KNOWN = {
    "JWT_SIGNING_KEY",
    "JWT_VERIFYING_KEYS",
    "JWT_AUDIENCE",
    "JWT_LIFETIME",
    "AUTHENTICATION_CLASSES",
    "SESSION_LIFETIME",
    "MAY_LOG_IN",
    "AUTH_THROTTLE_RATE",
    "TRUSTED_PROXIES",
    "CDR_DATABASE",
    "DIALECT",
    "USE_CUSTOMER_DURATION",
    "ROLLUPS",
    "MAX_ROWS",
    "QUERY_TIMEOUT",
    "THROTTLE_RATE",
    "MAX_CONCURRENT",
    "CLICKHOUSE_CLUSTER",
    "CLICKHOUSE_REPLICATED",
    "OPENAPI",
}
ROUTER = "origination.routers.CDRRouter"


@register
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """E002: no such alias. E003: CDRs live elsewhere, but nothing routes them there."""
    alias = conf.cdr_database()
    if alias not in settings.DATABASES:
        return [
            error(
                2,
                f"ORIGINATION['CDR_DATABASE'] names no database: {alias!r}.",
                f"Use one of {', '.join(settings.DATABASES)}.",
            )
        ]
    if alias != "default" and ROUTER not in settings.DATABASE_ROUTERS:
        return [
            error(
                3,
                f"CDRs live in {alias!r}, but DATABASE_ROUTERS lacks {ROUTER!r}.",
                f"Add {ROUTER!r} to DATABASE_ROUTERS.",
            )
        ]
    return []


@register
def check_time(**kwargs: Any) -> list[CheckMessage]:
    """E004: naive datetimes cannot be bucketed."""
    if settings.USE_TZ:
        return []
    return [error(4, "USE_TZ is off.", "Set USE_TZ = True; TIME_ZONE may be any.")]


@register
def check_values(**kwargs: Any) -> list[CheckMessage]:
    """E009: ORIGINATION is not a dict. E010: a value of the wrong type. W001: an unknown name."""
    configured = getattr(settings, "ORIGINATION", {})
    if not isinstance(configured, dict):
        return [error(9, "ORIGINATION is not a dict.", "See origination/conf.py.")]
    found: list[CheckMessage] = [
        warning(
            1, f"ORIGINATION[{name!r}] is not a setting.", f"Known: {', '.join(sorted(KNOWN))}."
        )
        for name in sorted(set(configured) - KNOWN)
    ]
    wrong = {name: VALUES[name] for name in VALUES if not _is_as_meant(configured, name)}
    return found + [
        error(10, f"ORIGINATION[{name!r}] is not {value.meaning}.", value.hint)
        for name, value in wrong.items()
    ]


class Value(NamedTuple):
    """What a setting must be, where it is set."""

    is_met: Callable[[Any], bool]
    meaning: str
    hint: str


def _is_positive(value: Any, *types: type) -> bool:
    return type(value) in types and value > 0


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
    "JWT_AUDIENCE": Value(
        lambda value: callable(value) or (isinstance(value, str) and bool(value)),
        "a text, or a function without arguments",
        "Use e.g. 'customer-v1': a token must hold this one.",
    ),
    "JWT_LIFETIME": LIFETIME,
    "SESSION_LIFETIME": LIFETIME,
    "AUTH_THROTTLE_RATE": RATE,
    "THROTTLE_RATE": RATE,
    "MAX_ROWS": Value(
        lambda value: value is None or _is_positive(value, int),
        "a positive integer or None",
        "Use e.g. 50_000; None lifts the limit.",
    ),
    "QUERY_TIMEOUT": Value(
        lambda value: value is None or _is_positive(value, int, float),
        "a positive number of seconds or None",
        "Use e.g. 15; None lifts the limit.",
    ),
    "TRUSTED_PROXIES": Value(
        lambda value: type(value) is int and value >= 0,
        "a number of proxies",
        "Use 1 behind one proxy that appends to X-Forwarded-For, 0 without one.",
    ),
    "ROLLUPS": Value(
        lambda value: isinstance(value, bool),
        "True or False",
        "Use True where the triggers are installed.",
    ),
}


def _is_as_meant(configured: dict[str, Any], name: str) -> bool:
    return name not in configured or VALUES[name].is_met(configured[name])


@register(Tags.security, deploy=True)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    """W003: behind a proxy, all customers share the attempts of one address."""
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
    """E013: no such dialect."""
    if conf.dialect() in DIALECTS:
        return []
    message = f"ORIGINATION['DIALECT'] is not a dialect: {conf.dialect()!r}."
    return [error(13, message, f"Use one of {', '.join(DIALECTS)}.")]
