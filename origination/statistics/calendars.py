"""By which clock days, weeks and months are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from django.utils import timezone

from .zones import EPOCH, Stretch, seconds, stretches

# How far ahead of now a call may start before it is taken for an exception.
EXPECTED = timedelta(days=366)
# The last moment that is asked about.
LAST = datetime(2200, 12, 31, 23, 59, 59, 999999, UTC)
# More than any bucket and the clocks' difference.
LONGEST = timedelta(days=33)


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
        return self.known_to is not None and start > seconds(self.known_to - LONGEST)


UTC_CALENDAR = Calendar()
