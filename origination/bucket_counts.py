"""Tell PostgreSQL how many buckets the calls of a table fall into.

Without it the planner expects as many as there are calls, and neither shares a scan of raw CDRs
among processes nor keeps the sums small. ANALYZE, which autovacuum runs, does the counting.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from .readings import is_local_time
from .sampling import SAMPLINGS

IDENTIFIER_BYTES = 63


def declare(cdr_model: Any, alias: str) -> None:
    """Declare the buckets of every sampling to the planner; PostgreSQL only.

    Not of a column without a zone, whose moments depend on the session.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql" or is_local_time(cdr_model, "time_start"):
        return
    table = cdr_model._meta.db_table
    with connection.cursor() as cursor:
        for sampling in SAMPLINGS:
            name = f"{table[: IDENTIFIER_BYTES - len(sampling) - 1]}_{sampling}"
            cursor.execute(
                f"CREATE STATISTICS IF NOT EXISTS {connection.ops.quote_name(name)}"
                f" ON ({_expression(cdr_model, sampling, alias)})"
                f" FROM {connection.ops.quote_name(table)}"
            )


def _expression(cdr_model: Any, sampling: str, alias: str) -> str:
    """SQL, the same as that which the rows are grouped by."""
    query = cdr_model._base_manager.using(alias).query
    bucket = SAMPLINGS[sampling]("time_start").resolve_expression(query)
    sql, _ = query.get_compiler(alias).compile(bucket)
    return sql
