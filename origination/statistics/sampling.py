"""The sampling words: how each one maps a call's start to its bucket.

A bucket is named by its start in Unix seconds. Every expression is exact to the microsecond
and independent of the time zone of the site, of the connection and of the server. Where days
begin by the clock of another zone, the database is given that clock's time as if it were UTC.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateTimeField, Func
from django.utils import timezone

from .clocks import Ahead, clock_values
from .zones import EPOCH, Stretch, offset_at, stretches

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
# 1970-01-01 was a Thursday; the Monday before it is three days earlier.
MONDAY_OFFSET = 3 * DAY
# How far ahead of now a call may start before it is taken for an exception.
EXPECTED = timedelta(days=366)
# The last moment that is asked about.
LAST = datetime(2200, 12, 31, 23, 59, 59, 999999, UTC)
# More than any bucket and the clocks' difference.
LONGEST = timedelta(days=33)


class Bucket(Func):
    """Start of the bucket of a datetime, Unix seconds, as an integer."""

    arity = 1
    # Seconds; of a month, the least. Bucket starts are multiples of it, less the offset.
    width: int
    offset = 0
    # Whether it follows a calendar, as days do, or is a fixed part of an hour.
    civil = False
    output_field = BigIntegerField()
    # The percent sign passes two formattings, the template's and the parameters'.
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
        begin = (_seconds(first) + cls.offset) // cls.width * cls.width - cls.offset
        return range(begin, _seconds(last) + 1, cls.width)


def _seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


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
        return _seconds(value) if isinstance(value, datetime) else super().get_prep_value(value)


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
        return [_seconds(datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC)) for n in months]


SAMPLINGS: dict[str, type[Bucket]] = {
    "minute": MinuteBucket,
    "5minutes": FiveMinuteBucket,
    "15minutes": FifteenMinuteBucket,
    "hour": HourBucket,
    "day": DayBucket,
    "week": WeekBucket,
    "month": MonthBucket,
}


class Shifted(Func):
    """A datetime moved by some seconds."""

    arity = 2
    output_field = DateTimeField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(%(expressions)s * INTERVAL '1 second')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" + ", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "DATETIME(SUBSTR(%(expressions)s || ' seconds')"
        return self.as_sql(
            compiler, connection, template=template, arg_joiner=", 1, 19), ", **extra
        )

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Seconds, as buckets want them: a fraction before 1970 would be rounded to a later one.
        template = f"({Bucket.clickhouse_epoch})"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") + (", **extra)


class Calendar(NamedTuple):
    """By which clock, and from which weekday, days, weeks and months are counted.

    ``stretches`` are those of ``zone`` in the range of the question, as far as ``known_to``;
    None: all of them.
    """

    zone: tzinfo = UTC
    stretches: tuple[Stretch, ...] = (Stretch(EPOCH, 0),)
    weeks_from_sunday: bool = False
    known_to: datetime | None = None

    @classmethod
    def of(
        cls, zone: tzinfo, first: datetime, last: datetime, weeks_from_sunday: bool = False
    ) -> Calendar:
        """The calendar of a zone for the moments from ``first`` to ``last``."""
        return cls(zone, stretches(zone, first, last), weeks_from_sunday)

    @classmethod
    def expected(
        cls, zone: tzinfo, first: datetime, last: datetime, weeks_from_sunday: bool = False
    ) -> Calendar:
        """As :meth:`of`, but only as far as calls are expected to start: a year from now.

        Clocks will have changed 350 times by 2200, and a database compares with them.
        """
        known = timezone.now() + EXPECTED
        calendar = cls.of(zone, first, min(last, known), weeks_from_sunday)
        return calendar if last <= known else calendar._replace(known_to=known)

    def misses(self, start: int) -> bool:
        """Whether a call in a bucket of this start may have come after ``known_to``."""
        return self.known_to is not None and start > _seconds(self.known_to - LONGEST)


UTC_CALENDAR = Calendar()


class Buckets(NamedTuple):
    """The buckets of one sampling on one calendar.

    Inside, a civil bucket is named by what its zone's clock shows at its start, read as if it
    were UTC: ``local``. To the client it is named by the moment itself.
    """

    kind: type[Bucket]
    calendar: Calendar

    @classmethod
    def of(cls, sampling: str, calendar: Calendar = UTC_CALENDAR) -> Buckets:
        kind = SAMPLINGS[sampling]
        return cls(kind, calendar if kind.civil else UTC_CALENDAR)

    @property
    def ahead(self) -> int:
        """Seconds that weeks from Sunday begin before those from Monday."""
        return DAY if self.calendar.weeks_from_sunday and self.kind is WeekBucket else 0

    @property
    def step(self) -> int:
        """Seconds: every bucket, in every stretch, begins at a multiple of it."""
        changes = (_seconds(s.start) for s in self.calendar.stretches[1:])
        return math.gcd(self.kind.width, *(s.offset for s in self.calendar.stretches), *changes)

    def local(self, time: str) -> Any:
        """Expression: the bucket of the datetime field ``time``."""
        moved = self.changes >= 0
        return self.kind(Shifted(time, Ahead(time, self.changes)) if moved else time)

    @property
    def changes(self) -> int:
        """How many changes of clocks its SQL has room for, one less than a power of two; -1: it
        is that of UTC. Beside ``kind`` all that the SQL depends on."""
        stretches = self.calendar.stretches
        if not any(stretch.offset + self.ahead for stretch in stretches):
            return -1
        return (1 << (len(stretches) - 1).bit_length()) - 1

    @property
    def values(self) -> dict[str, Any]:
        """What the parameters of :meth:`local` stand for."""
        if self.changes < 0:
            return {}
        return clock_values(self.calendar.stretches, self.changes, self.ahead)

    def starts(self, local: list[int]) -> list[int]:
        """The moments, Unix seconds, at which buckets begin."""
        zone = self.calendar.zone
        if zone is UTC and not self.ahead:
            return local
        shown = (EPOCH + timedelta(seconds=seconds - self.ahead) for seconds in local)
        # A midnight that clocks skip is the moment of the change, since 1970 in every zone.
        return [_seconds(moment.replace(tzinfo=zone).astimezone(UTC)) for moment in shown]

    def listed(self, first: datetime, last: datetime) -> list[int]:
        """The start of each bucket from that of ``first`` to that of ``last``."""
        found = self.starts(list(self._locals(first, last)))
        # A zone that changed the side of the date line skipped a day.
        return [start for start, following in pairwise(found) if start < following] + found[-1:]

    def possible(self, first: datetime, last: datetime) -> int:
        """How many buckets the calls from ``first`` to ``last`` can fall into."""
        return len(self._locals(first, last))

    def _locals(self, first: datetime, last: datetime) -> Any:
        return self.kind.starts(self._shown(first), self._shown(last)) if first <= last else ()

    def _shown(self, moment: datetime) -> datetime:
        ahead = offset_at(self.calendar.zone, moment) + self.ahead
        return moment.astimezone(UTC) + timedelta(seconds=ahead)
