"""The app's settings: one dict ``ORIGINATION``, each entry read when it is used.

The two model names stand beside the dict, as ``AUTH_USER_MODEL`` does, because Django's
``Meta.swappable`` reads them by name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

KEY_SALT = "origination.jwt"
MINIMUM_KEY_BYTES = 32
OWN_CDR_MODELS = ("origination.CDR", "origination_clickhouse.CDR")


def account_model() -> str:
    """``app.Model`` of the accounts: ``ORIGINATION_ACCOUNT_MODEL``."""
    return getattr(settings, "ORIGINATION_ACCOUNT_MODEL", "origination.Account")


def cdr_model() -> str:
    """``app.Model`` of the CDRs: ``ORIGINATION_CDR_MODEL``."""
    return getattr(settings, "ORIGINATION_CDR_MODEL", "origination.CDR")


def _get(name: str, default: Any) -> Any:
    return configured().get(name, default)


def configured() -> dict[str, Any]:
    """The dict ``ORIGINATION``; empty where it is no dict, which a system check reports."""
    value = getattr(settings, "ORIGINATION", {})
    return value if isinstance(value, dict) else {}


def jwt_signing_key() -> str:
    """Key that signs customer tokens.

    Derived from ``SECRET_KEY`` with a salt of our own unless set, so that another JWT
    library with the same ``SECRET_KEY`` never accepts our tokens, nor we its.
    """
    return _get("JWT_SIGNING_KEY", None) or derived_key()


def derived_key() -> str:
    return salted_hmac(KEY_SALT, "signing", algorithm="sha256").hexdigest()


def jwt_verifying_keys() -> list[str]:
    """Every key a token may be signed with: the signing key, then the retired ones."""
    return [jwt_signing_key(), *_get("JWT_VERIFYING_KEYS", ())]


def jwt_audience() -> str:
    """The audience a token must hold."""
    return _get("JWT_AUDIENCE", "customer-v1")


def jwt_lifetime() -> timedelta:
    """How long a token from ``POST …/auth`` is valid."""
    return _get("JWT_LIFETIME", timedelta(hours=1))


def authentication_classes() -> list[str]:
    """Dotted paths of the DRF authentication classes of the endpoint."""
    return list(
        _get(
            "AUTHENTICATION_CLASSES",
            ["origination.authentication.CustomerJWTAuthentication"],
        )
    )


def auth_throttle_rate() -> str | None:
    """Attempts at ``POST …/auth`` per address and per login, as DRF writes rates; None: any."""
    return _get("AUTH_THROTTLE_RATE", "20/min")


def trusted_proxies() -> int:
    """How many proxies in front of the site append to ``X-Forwarded-For``."""
    return _get("TRUSTED_PROXIES", 0)


def throttle_rate() -> str | None:
    """Requests for statistics per customer, as DRF writes rates; None: no limit."""
    return _get("THROTTLE_RATE", None)


def max_concurrent() -> int | None:
    """The most statistics queries of one customer at a time, on PostgreSQL; None: no limit."""
    return _get("MAX_CONCURRENT", None)


def dialect() -> str:
    """Which of ``dialects.DIALECTS`` the site speaks."""
    return _get("DIALECT", "published")


def cdr_database() -> str:
    """Alias in ``DATABASES`` of the database that holds the CDRs."""
    return _get("CDR_DATABASE", "default")


def use_customer_duration() -> bool:
    """Whether ``total_duration`` sums ``customer_duration`` (billed) instead of ``duration``."""
    return _get("USE_CUSTOMER_DURATION", False)


def rollups() -> bool:
    """Whether stored sums answer what they can; on a host's own CDR table only when it says so."""
    return _get("ROLLUPS", cdr_model() in OWN_CDR_MODELS)


def clickhouse_cluster() -> str | None:
    """Name of the cluster that holds the CDRs, in ``remote_servers``; None: one server."""
    return _get("CLICKHOUSE_CLUSTER", None)


def clickhouse_replicated() -> bool:
    """Whether the shards of ``CLICKHOUSE_CLUSTER`` have replicas."""
    return _get("CLICKHOUSE_REPLICATED", False)


def max_rows() -> int | None:
    """The most buckets that one answer may hold; None: no limit."""
    return _get("MAX_ROWS", 50_000)


def query_timeout() -> float | None:
    """Seconds after which the CDR query is given up; None: never."""
    return _get("QUERY_TIMEOUT", 15)
