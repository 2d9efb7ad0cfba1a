"""The buckets of a sampling on a calendar: the expression that finds them, and their starts."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Func

from .calendars import UTC_CALENDAR, Calendar
from .clocks import Ahead, clock_values
from .sampling import DAY, SAMPLINGS, Bucket, WeekBucket
from .zones import EPOCH, offset_at, seconds


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
        changes = (seconds(s.start) for s in self.calendar.stretches[1:])
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
        return [seconds(moment.replace(tzinfo=zone).astimezone(UTC)) for moment in shown]

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
