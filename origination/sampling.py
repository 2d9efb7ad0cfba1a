"""The sampling words: how each one maps a call's start to its bucket, in UTC.

A bucket is named by its start in Unix seconds. Every expression is exact to the microsecond
and independent of the time zone of the site, of the connection and of the server.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Func

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
# 1970-01-01 was a Thursday; the Monday before it is three days earlier.
MONDAY_OFFSET = 3 * DAY


class Bucket(Func):
    """Start of the bucket of a datetime, Unix seconds, as an integer."""

    arity = 1
    # Seconds; of a month, the least. Bucket starts are multiples of it, less the offset.
    width: int
    offset = 0
    output_field = BigIntegerField()
    # The percent sign passes two formattings, the template's and the parameters'.
    # SQLite stores a datetime as text. Its date functions round to the millisecond, which
    # moves 23:59:59.9999 to the next day: the fraction is cut off first.
    sqlite_epoch = "CAST(STRFTIME('%%%%s', SUBSTR(%(expressions)s, 1, 19)) AS INTEGER)"
    sqlite_start: str
    postgresql_start: str

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"EXTRACT(EPOCH FROM {self.postgresql_start})::bigint"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.sqlite_start, **extra)

    @classmethod
    def possible(cls, first: datetime, last: datetime) -> int:
        """How many buckets the calls from ``first`` to ``last`` can fall into."""
        ends = (int(moment.timestamp()) + cls.offset for moment in (first, last))
        begin, end = (seconds // cls.width for seconds in ends)
        return max(0, end - begin + 1)


def _fixed(width: int, offset: int = 0) -> str:
    """SQLite's start of a bucket of fixed width: integer division, times are past 1970."""
    return f"(({Bucket.sqlite_epoch} + {offset}) / {width} * {width} - {offset})"


class MinuteBucket(Bucket):
    width = MINUTE
    postgresql_start = "DATE_TRUNC('minute', %(expressions)s, 'UTC')"
    sqlite_start = _fixed(MINUTE)


class FiveMinuteBucket(Bucket):
    width = 5 * MINUTE
    postgresql_start = (
        "DATE_BIN('5 minutes', %(expressions)s, TIMESTAMPTZ '1970-01-01 00:00:00+00')"
    )
    sqlite_start = _fixed(5 * MINUTE)


class FifteenMinuteBucket(Bucket):
    width = 15 * MINUTE
    postgresql_start = (
        "DATE_BIN('15 minutes', %(expressions)s, TIMESTAMPTZ '1970-01-01 00:00:00+00')"
    )
    sqlite_start = _fixed(15 * MINUTE)


class HourBucket(Bucket):
    width = HOUR
    postgresql_start = "DATE_TRUNC('hour', %(expressions)s, 'UTC')"
    sqlite_start = _fixed(HOUR)


class DayBucket(Bucket):
    width = DAY
    postgresql_start = "DATE_TRUNC('day', %(expressions)s, 'UTC')"
    sqlite_start = _fixed(DAY)


class WeekBucket(Bucket):
    width = WEEK
    offset = MONDAY_OFFSET
    postgresql_start = "DATE_TRUNC('week', %(expressions)s, 'UTC')"
    sqlite_start = _fixed(WEEK, MONDAY_OFFSET)


class MonthBucket(Bucket):
    width = 28 * DAY
    postgresql_start = "DATE_TRUNC('month', %(expressions)s, 'UTC')"
    sqlite_start = "CAST(STRFTIME('%%%%s', SUBSTR(%(expressions)s, 1, 7) || '-01') AS INTEGER)"

    @classmethod
    def possible(cls, first: datetime, last: datetime) -> int:
        return max(0, 12 * (last.year - first.year) + last.month - first.month + 1)


SAMPLINGS: dict[str, type[Bucket]] = {
    "minute": MinuteBucket,
    "5minutes": FiveMinuteBucket,
    "15minutes": FifteenMinuteBucket,
    "hour": HourBucket,
    "day": DayBucket,
    "week": WeekBucket,
    "month": MonthBucket,
}
