"""What a site on ClickHouse may have configured wrong. The ids are stable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections

from origination import conf
from origination.checks.messages import register

LABEL = "origination_clickhouse"
# Seconds that an answer may take on its way, beyond QUERY_TIMEOUT.
ON_ITS_WAY = 5


@register
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """E101: the CDR model is one for ClickHouse, and the database is not.
    Cure: let ``CDR_DATABASE`` name an alias with the ``ENGINE`` ``clickhouse_backend.backend``.

    E102: the database is a ClickHouse, and the CDR model is one for other engines.
    """
    alias = conf.cdr_database()
    if alias not in settings.DATABASES:
        return []
    ours = conf.cdr_model().partition(".")[0] == LABEL
    if ours and not _is_clickhouse():
        return [
            Error(
                f"{conf.cdr_model()} wants a ClickHouse, but CDR_DATABASE is {alias!r}.",
                hint="Use an alias with the ENGINE clickhouse_backend.backend.",
                id=f"{LABEL}.E101",
            )
        ]
    if conf.cdr_model() == "origination.CDR" and _is_clickhouse():
        return [
            Error(
                f"{alias!r} is a ClickHouse, but origination.CDR is a model of other engines.",
                hint=f"Set ORIGINATION_CDR_MODEL = '{LABEL}.CDR' or a model of your own.",
                id=f"{LABEL}.E102",
            )
        ]
    return []


@register
def check_timeouts(**kwargs: Any) -> list[CheckMessage]:
    """W101: a node that hangs would hold requests for long after ``QUERY_TIMEOUT``.
    Cure: set ``send_receive_timeout`` in the ``OPTIONS`` of the alias. It may be 5 seconds more
    than ``QUERY_TIMEOUT``.
    """
    if not _is_clickhouse():
        return []
    seconds = conf.query_timeout()
    options = connections[conf.cdr_database()].settings_dict["OPTIONS"]
    # What the driver does by itself.
    patience = options.get("send_receive_timeout", 300)
    if seconds is None or patience <= seconds + ON_ITS_WAY:
        return []
    return [
        Warning(
            f"A node that hangs would hold a request for {patience} s.",
            hint=f"Set 'send_receive_timeout' in the alias's OPTIONS to at most "
            f"QUERY_TIMEOUT + {ON_ITS_WAY} s.",
            id=f"{LABEL}.W101",
        )
    ]


@register
def check_replication(**kwargs: Any) -> list[CheckMessage]:
    """E103: ``CLICKHOUSE_REPLICATED`` is set without ``CLICKHOUSE_CLUSTER``."""
    if not conf.clickhouse_replicated() or conf.clickhouse_cluster():
        return []
    return [
        Error(
            "ORIGINATION['CLICKHOUSE_REPLICATED'] is set, CLICKHOUSE_CLUSTER is not.",
            hint="Name the cluster as the servers' remote_servers does.",
            id=f"{LABEL}.E103",
        )
    ]


def _is_clickhouse() -> bool:
    alias = conf.cdr_database()
    return alias in connections and connections[alias].vendor == "clickhouse"
