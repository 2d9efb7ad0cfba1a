"""The app's settings: one dict ``ORIGINATION``, each entry read when it is used.

The two model names stand beside the dict, as ``AUTH_USER_MODEL`` does, because Django's
``Meta.swappable`` reads them by name.
"""

from __future__ import annotations

from datetime import timedelta

# All settings are asked for here, wherever they stand.
from .authentication import (  # noqa: F401
    KEY_SALT,
    auth_throttle_rate,
    authentication_classes,
    derived_keys,
    jwt_audience,
    jwt_lifetime,
    jwt_signing_key,
    jwt_verifying_keys,
    may_log_in,
    session_lifetime,
    trusted_proxies,
)
from .reading import (  # noqa: F401
    LONGEST_LIFETIME,
    SETTINGS,
    configured,
    model_of,
    setting,
    timedelta_of,
    value_of,
)

OWN_CDR_MODELS = ("origination.CDR", "origination_clickhouse.CDR")


def account_model() -> str:
    """``app.Model`` of the accounts: ``ORIGINATION_ACCOUNT_MODEL``."""
    return model_of("ORIGINATION_ACCOUNT_MODEL", "origination.Account")


def cdr_model() -> str:
    """``app.Model`` of the CDRs: ``ORIGINATION_CDR_MODEL``."""
    return model_of("ORIGINATION_CDR_MODEL", "origination.CDR")


@setting
def account_uuid_field() -> str:
    """Name of the field of the account model that the API knows an account by.

    A unique ``UUIDField``, or a unique text of uuids; the primary key may be it.
    """
    return value_of("ACCOUNT_UUID_FIELD", "uuid")


@setting
def throttle_rate() -> str | None:
    """Requests for statistics per customer, as DRF writes rates; None: no limit.

    Ten a second for a minute: a page asks once for a view that somebody looks at.
    """
    return value_of("THROTTLE_RATE", "600/min")


@setting
def max_concurrent() -> int | None:
    """The most statistics queries of one customer at a time; None: no limit.

    They are counted on PostgreSQL; on SQLite and ClickHouse there is no such limit.
    """
    return value_of("MAX_CONCURRENT", 4)


@setting
def dialect() -> str:
    """Which dialect the site speaks: ``published`` or ``yeti``."""
    return value_of("DIALECT", "published")


@setting
def cdr_database() -> str:
    """Alias in ``DATABASES`` of the database that holds the CDRs."""
    return value_of("CDR_DATABASE", "default")


@setting
def use_customer_duration() -> bool:
    """Whether ``total_duration`` sums ``customer_duration`` (billed) instead of ``duration``."""
    return value_of("USE_CUSTOMER_DURATION", False)


@setting
def rollups() -> bool:
    """Whether stored sums answer what they can, on PostgreSQL.

    Default: ``True`` on ``origination.CDR``; on your own CDR table ``False``.
    """
    return value_of("ROLLUPS", cdr_model() in OWN_CDR_MODELS)


@setting
def clickhouse_cluster() -> str | None:
    """Name of the cluster that holds the CDRs, in ``remote_servers``; None: one server."""
    return value_of("CLICKHOUSE_CLUSTER", None)


@setting
def clickhouse_replicated() -> bool:
    """Whether the shards of ``CLICKHOUSE_CLUSTER`` have replicas."""
    return value_of("CLICKHOUSE_REPLICATED", False)


@setting
def openapi() -> bool:
    """Whether drf-spectacular describes the API where the site has it."""
    return value_of("OPENAPI", True)


@setting
def max_rows() -> int | None:
    """The most buckets of an answer; None: no limit.

    A range that may hold more is 400, and names the sampling that fits.
    """
    return value_of("MAX_ROWS", 50_000)


@setting
def query_timeout() -> float | None:
    """Seconds after which the query is given up with 503; None: never."""
    return value_of("QUERY_TIMEOUT", 15)


@setting
def feed_max_bytes() -> int:
    """The largest body that a switch may post, in bytes, packed and unpacked."""
    return value_of("FEED_MAX_BYTES", 32 * 1024 * 1024)


@setting
def feed_max_cdrs() -> int:
    """The most CDRs of one body that a switch may post."""
    return value_of("FEED_MAX_CDRS", 10_000)


@setting
def feed_throttle_rate() -> str | None:
    """Requests of one feed key, as DRF writes rates; None: no limit."""
    return value_of("FEED_THROTTLE_RATE", None)


@setting
def rejects_kept_for() -> timedelta:
    """How long rejected records of switches are kept, from when they came last."""
    return timedelta_of("REJECTS_KEPT_FOR", timedelta(days=30))
