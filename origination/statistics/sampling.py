"""The sampling words: how each one maps a call's start to its bucket.

A bucket is named by its start in Unix seconds. Every expression is exact to the microsecond
and independent of the time zone of the site, of the connection and of the server. Where days
begin by the clock of another zone, the database is given that clock's time as if it were UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, Func

from .zones import seconds

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
# 1970-01-01 was a Thursday; the Monday before it is three days earlier.
MONDAY_OFFSET = 3 * DAY


class Bucket(Func):
    """Start of the bucket of a datetime, Unix seconds, as an integer."""

    arity = 1
    # Seconds; of a month, the least. Bucket starts are multiples of it, less the offset.
    width: int
    offset = 0
    # Whether it follows a calendar, as days do, or is a fixed part of an hour.
    civil = False
    output_field = BigIntegerField()
    # The percent sign is formatted twice, with the template and with the parameters.
    # SQLite stores a datetime as text. Its date functions round to the millisecond, which
    # moves 23:59:59.9999 to the next day: the fraction is cut off first.
    sqlite_epoch = "CAST(STRFTIME('%%%%s', SUBSTR(%(expressions)s, 1, 19)) AS INTEGER)"
    # Not toStartOfHour and its like, whose 32-bit times end in 2106.
    clickhouse_epoch = "toInt64(%(expressions)s)"
    sqlite_start: str
    postgresql_start: str
    clickhouse_start: str

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"DATE_PART('epoch', {self.postgresql_start})::bigint"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.sqlite_start, **extra)

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.clickhouse_start, **extra)

    @classmethod
    def starts(cls, first: datetime, last: datetime) -> Any:
        """The start of each bucket that holds a moment from ``first`` to ``last``: a sequence."""
        begin = (seconds(first) + cls.offset) // cls.width * cls.width - cls.offset
        return range(begin, seconds(last) + 1, cls.width)


def _month(moment: datetime) -> int:
    """Months since the year 0."""
    return 12 * moment.year + moment.month - 1


def _binned(width: int, offset: int = 0) -> str:
    """PostgreSQL's start of a bucket of fixed width; DATE_TRUNC would look the zone up per row."""
    origin = f"TO_TIMESTAMP({-offset})"
    return f"DATE_BIN('{width} seconds', %(expressions)s, {origin})"


def _fixed(width: int, offset: int = 0) -> str:
    """SQLite's start of a bucket of fixed width: integer division rounds towards zero."""
    return f"(({Bucket.sqlite_epoch} + {offset}) / {width} * {width} - {offset})"


def _fixed_clickhouse(width: int, offset: int = 0) -> str:
    """ClickHouse's; division rounds as SQLite's does."""
    if not offset:
        return f"(intDiv({Bucket.clickhouse_epoch}, {width}) * {width})"
    return f"(intDiv({Bucket.clickhouse_epoch} + {offset}, {width}) * {width} - {offset})"


class MinuteBucket(Bucket):
    width = MINUTE
    postgresql_start = _binned(MINUTE)
    sqlite_start = _fixed(MINUTE)
    clickhouse_start = _fixed_clickhouse(MINUTE)


class FiveMinuteBucket(Bucket):
    width = 5 * MINUTE
    postgresql_start = _binned(5 * MINUTE)
    sqlite_start = _fixed(5 * MINUTE)
    clickhouse_start = _fixed_clickhouse(5 * MINUTE)


class FifteenMinuteBucket(Bucket):
    width = 15 * MINUTE
    postgresql_start = _binned(15 * MINUTE)
    sqlite_start = _fixed(15 * MINUTE)
    clickhouse_start = _fixed_clickhouse(15 * MINUTE)


class HourBucket(Bucket):
    width = HOUR
    postgresql_start = _binned(HOUR)
    sqlite_start = _fixed(HOUR)
    clickhouse_start = _fixed_clickhouse(HOUR)


class Seconds(BigIntegerField):
    """Unix seconds, compared with datetimes."""

    def get_prep_value(self, value: Any) -> Any:
        return seconds(value) if isinstance(value, datetime) else super().get_prep_value(value)


class Hour(HourBucket):
    """An hour as a time of its own: a condition on it, and a coarser bucket of it, can be made."""

    output_field = Seconds()


class DayBucket(Bucket):
    width = DAY
    civil = True
    postgresql_start = _binned(DAY)
    # 1970 began a day earlier in the west.
    sqlite_start = _fixed(DAY, DAY)
    clickhouse_start = _fixed_clickhouse(DAY, DAY)


class WeekBucket(Bucket):
    width = WEEK
    civil = True
    offset = MONDAY_OFFSET
    postgresql_start = _binned(WEEK, MONDAY_OFFSET)
    sqlite_start = _fixed(WEEK, MONDAY_OFFSET)
    clickhouse_start = _fixed_clickhouse(WEEK, MONDAY_OFFSET)


class MonthBucket(Bucket):
    width = 28 * DAY
    civil = True
    postgresql_start = "DATE_TRUNC('month', %(expressions)s, 'UTC')"
    sqlite_start = "CAST(STRFTIME('%%%%s', SUBSTR(%(expressions)s, 1, 7) || '-01') AS INTEGER)"
    clickhouse_start = (
        f"((intDiv({Bucket.clickhouse_epoch} + {DAY}, {DAY})"
        f" - toDayOfMonth(toDateTime64({Bucket.clickhouse_epoch}, 0, 'UTC'), 'UTC')) * {DAY})"
    )

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        sql, params = super().as_clickhouse(compiler, connection, **extra)
        # The template names its expression twice.
        return sql, (*params, *params)

    @classmethod
    def starts(cls, first: datetime, last: datetime) -> Any:
        months = range(_month(first), _month(last) + 1)
        return [seconds(datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC)) for n in months]


SAMPLINGS: dict[str, type[Bucket]] = {
    "minute": MinuteBucket,
    "5minutes": FiveMinuteBucket,
    "15minutes": FifteenMinuteBucket,
    "hour": HourBucket,
    "day": DayBucket,
    "week": WeekBucket,
    "month": MonthBucket,
}
