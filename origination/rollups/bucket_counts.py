"""Tell PostgreSQL how many buckets the calls of a table fall into.

Without it the planner expects as many as there are calls, and neither shares a scan of raw CDRs
among processes nor keeps the sums small. ANALYZE, which autovacuum runs, does the counting.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from origination.statistics.readings import is_local_time
from origination.statistics.sampling import SAMPLINGS

from .relations import Relation, execute, relation_of

IDENTIFIER_BYTES = 63


def declare(cdr_model: Any, alias: str) -> None:
    """Declare the buckets of every sampling to the planner; PostgreSQL only.

    Not of a column without a zone, whose moments depend on the session.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql" or is_local_time(cdr_model, "time_start"):
        return
    table = relation_of(cdr_model, alias)
    if table is None:
        return
    for sampling in SAMPLINGS:
        execute(
            alias,
            f"CREATE STATISTICS IF NOT EXISTS {_name(table, sampling).sql}"
            f" ON ({_expression(cdr_model, sampling, alias)}) FROM {table.sql}",
        )


def forget(table: Relation, alias: str) -> None:
    """Take them from a table."""
    for sampling in SAMPLINGS:
        execute(alias, f"DROP STATISTICS IF EXISTS {_name(table, sampling).sql}")


def _name(table: Relation, sampling: str) -> Relation:
    """Beside the table, whatever the ``search_path``."""
    return table._replace(name=f"{table.name[: IDENTIFIER_BYTES - len(sampling) - 1]}_{sampling}")


def _expression(cdr_model: Any, sampling: str, alias: str) -> str:
    """SQL, the same as that which the rows are grouped by."""
    query = cdr_model._base_manager.using(alias).query
    bucket = SAMPLINGS[sampling]("time_start").resolve_expression(query)
    sql, _ = query.get_compiler(alias).compile(bucket)
    return sql
