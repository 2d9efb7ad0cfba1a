"""The grains of the stored sums, and the SQL that each of them is kept with.

Everything that writes or checks sums is built from the few fragments here, so that triggers,
``verify_rollups`` and ``compact_rollups`` cannot disagree on what is summed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from origination.statistics.readings import flag_cast, number_cast

from .models import SUMS, CountryHourSums, HourSums, MinuteSums
from .relations import quoted

NOT_ZERO = " OR ".join(f"SUM({name}) <> 0" for name in SUMS)
SUMMED = ", ".join(f"SUM({name}) AS {name}" for name in SUMS)
# Between which calls can be asked for (up to the planner's END_OF_TIME).
ASKED = "{time} >= '1970-01-01 00:00:00+00'::timestamptz AND {time} < '9999-12-31 00:00:00+00'"
# NaN and infinite would stay in a sum for ever, whatever is taken from it. No call costs so much,
# and no calls together cost a tenth of it.
UNKNOWN_PRICE = "1e30"


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
        return quoted(self.model._meta.db_table)

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

    def insert(self, source: str, schema: str = "") -> str:
        """``schema``: SQL in front of the table, for sessions of any ``search_path``."""
        return f"INSERT INTO {schema}{self.table} ({self.columns}) {self.grouped(source)}"


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
    account, time, country = (
        _column(cdr_model, name) or "NULL" for name in ("account", "time_start", "dst_country_id")
    )
    sums = {
        "calls": "COUNT(*)",
        "successful": f"COUNT(*) FILTER (WHERE {_column(cdr_model, 'duration')} > 0)",
        "seconds": _whole(cdr_model, "duration"),
        "billed": _whole(cdr_model, "customer_duration"),
        "price": _price(cdr_model),
    }
    summed = ", ".join(f"{sign}{sql} AS {name}" for name, sql in sums.items())
    return (
        f"SELECT {account} AS account_id, DATE_TRUNC('minute', {time}, 'UTC') AS start,"
        f" {country} AS dst_country_id, {summed} FROM {rows}"
        f" WHERE {_flag(cdr_model, 'is_last_cdr')} AND {account} IS NOT NULL"
        f" AND {ASKED.format(time=time)} AND {condition} GROUP BY 1, 2, 3"
    )


def time_column(cdr_model: Any) -> str:
    return _column(cdr_model, "time_start") or ""


def _flag(model: Any, name: str) -> str:
    """Whether a column says yes, read as the CDRs' own answers read it."""
    column = _column(model, name)
    return f"{column}{flag_cast(model, name)}" if column else "TRUE"


def _whole(model: Any, name: str) -> str:
    """Sum of seconds. Not by a cast: of a column that can hold parts of a second it is an error."""
    column = _column(model, name)
    return f"COALESCE(SUM(int8pl({column}, 0)), 0)" if column else "0"


def _price(model: Any) -> str:
    """Sum of exact prices; nothing where CDRs have none."""
    column = _column(model, "customer_price")
    if column is None:
        return "0"
    price = f"COALESCE({column}{number_cast(model, 'customer_price')}, 0)"
    return (
        f"SUM(CASE WHEN {price} < 'Infinity' AND {price} > '-Infinity'"
        f" THEN ROUND({price}, 12) ELSE {UNKNOWN_PRICE} END)"
    )


def _column(model: Any, name: str) -> str | None:
    columns = (field.column for field in model._meta.concrete_fields if field.name == name)
    return next(map(quoted, columns), None)
