"""The grains of the stored sums, and the SQL that each of them is kept with.

Everything that writes or checks sums is built from the few fragments here, so that triggers,
``verify_rollups`` and ``compact_rollups`` cannot disagree on what is summed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from origination.readings import flag_cast, number_cast

from .models import SUMS, CountryHourSums, HourSums, MinuteSums

NOT_ZERO = " OR ".join(f"SUM({name}) <> 0" for name in SUMS)
SUMMED = ", ".join(f"SUM({name}) AS {name}" for name in SUMS)


class Grain(NamedTuple):
    """``unit`` of time that one row stands for, and what it is keyed by beside account and time."""

    model: Any
    unit: str
    by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.model_name

    @property
    def table(self) -> str:
        return f'"{self.model._meta.db_table}"'

    @property
    def keys(self) -> tuple[str, ...]:
        return ("account_id", "start", *self.by)

    @property
    def columns(self) -> str:
        return ", ".join((*self.keys, *SUMS))

    def grouped(self, source: str) -> str:
        """Rows of minute or finer sums -> this grain's sums, none of them all zero."""
        keys = ("account_id", f"DATE_TRUNC('{self.unit}', start, 'UTC') AS start", *self.by)
        known = " AND ".join(f"{key} IS NOT NULL" for key in self.by) or "TRUE"
        positions = ", ".join(str(n) for n, _ in enumerate(keys, 1))
        return (
            f"SELECT {', '.join(keys)}, {SUMMED} FROM {source} WHERE {known} "
            f"GROUP BY {positions} HAVING {NOT_ZERO}"
        )

    def insert(self, source: str) -> str:
        return f"INSERT INTO {self.table} ({self.columns}) {self.grouped(source)}"


ALL = (
    Grain(MinuteSums, "minute"),
    Grain(HourSums, "hour"),
    Grain(CountryHourSums, "hour", ("dst_country_id",)),
)


def of(cdr_model: Any) -> tuple[Grain, ...]:
    """The grains that this CDR model has the fields for."""
    return tuple(g for g in ALL if all(_column(cdr_model, name) for name in g.by))


def minute_sums(cdr_model: Any, rows: str, sign: str = "", condition: str = "TRUE") -> str:
    """SQL: CDRs of ``rows`` -> sums by account, minute and destination country.

    ``sign`` is empty or a minus; ``condition`` is SQL over the table's own columns.
    """
    column = {
        name: _column(cdr_model, name) or "NULL"
        for name in ("account", "time_start", "dst_country_id", "duration")
    }
    billed = _column(cdr_model, "customer_duration") or "0"
    counted = _flag(cdr_model, "is_last_cdr")
    return (
        f"SELECT {column['account']} AS account_id,"
        f" DATE_TRUNC('minute', {column['time_start']}, 'UTC') AS start,"
        f" {column['dst_country_id']} AS dst_country_id,"
        f" {sign}COUNT(*) AS calls,"
        f" {sign}COUNT(*) FILTER (WHERE {column['duration']} > 0) AS successful,"
        f" {sign}COALESCE(SUM({column['duration']}), 0) AS seconds,"
        f" {sign}COALESCE(SUM({billed}), 0) AS billed,"
        f" {sign}COALESCE(SUM({_price(cdr_model)}), 0) AS price"
        f" FROM {rows} WHERE {counted} AND {column['account']} IS NOT NULL"
        f" AND {column['time_start']} IS NOT NULL AND {condition} GROUP BY 1, 2, 3"
    )


def time_column(cdr_model: Any) -> str:
    return _column(cdr_model, "time_start") or ""


def _flag(model: Any, name: str) -> str:
    """Whether a column says yes, read as the CDRs' own answers read it."""
    column = _column(model, name)
    return f"{column}{flag_cast(model, name)}" if column else "TRUE"


def _price(model: Any) -> str:
    """The exact price; nothing where CDRs have none."""
    name = "customer_price"
    column = _column(model, name)
    return f"{column}{number_cast(model, name)}" if column else "NULL::numeric"


def _column(model: Any, name: str) -> str | None:
    columns = (f.column for f in model._meta.concrete_fields if f.name == name)
    return next((f'"{column}"' for column in columns), None)
