"""The columns that a table of ClickHouse really has."""

from __future__ import annotations

from typing import Any

from origination.statistics import columns


def look(connection: Any, table: str) -> columns.Columns:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, type FROM system.columns "
            "WHERE database = currentDatabase() AND table = %s",
            [table],
        )
        return {
            name: columns.Column(kind, "", "Nullable" in kind) for name, kind in cursor.fetchall()
        }


columns.register("clickhouse", look)
