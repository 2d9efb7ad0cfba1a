"""ClickHouse's own sums: projections of the CDR table by hour.

The server keeps them in every part of the table beside the rows they are of, so they are exact
whatever happens to the rows, and reads them by itself where they answer a question. The planner
asks in their words: see :class:`origination.contrib.clickhouse.sources.Projection`.
"""

from __future__ import annotations

from typing import Any

from origination.statistics.sampling import HourBucket

KEYS = {
    "hours": ("account", "is_last_cdr"),
    "country_hours": ("account", "is_last_cdr", "dst_country_id"),
}
SUMS = (
    "count(), countIf({duration} > 0), sum({duration}), sum({customer_duration}), "
    "sum({customer_price})"
)
# Where rows are replaced or deleted, the sums of what is left are made anew.
MODES = ("deduplicate_merge_projection_mode", "lightweight_mutation_projection_mode")


def addition(model: Any, table: str) -> list[str]:
    """What makes the server keep the sums of rows to come."""
    modes = ", ".join(f"{mode} = 'rebuild'" for mode in MODES)
    return [
        f'ALTER TABLE "{table}" MODIFY SETTING {modes}',
        *(
            f'ALTER TABLE "{table}" ADD PROJECTION IF NOT EXISTS {name} ({_select(model, keys)})'
            for name, keys in KEYS.items()
        ),
    ]


def materialization(table: str) -> list[str]:
    """What makes the sums of the rows that are there; each returns when it is done."""
    return [
        f'ALTER TABLE "{table}" MATERIALIZE PROJECTION {name} SETTINGS mutations_sync = 1'
        for name in KEYS
    ]


def removal(table: str) -> list[str]:
    """What makes the server forget the sums."""
    return [f'ALTER TABLE "{table}" DROP PROJECTION IF EXISTS {name}' for name in KEYS]


def _select(model: Any, keys: tuple[str, ...]) -> str:
    columns = {field.name: f'"{field.column}"' for field in model._meta.concrete_fields}
    hour = HourBucket.clickhouse_start % {"expressions": columns["time_start"]}
    by = ", ".join([*(columns[key] for key in keys), hour])
    return f"SELECT {by}, {SUMS.format(**columns)} GROUP BY {by}"
