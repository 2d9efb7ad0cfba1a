"""Time zones as stretches of constant offset from UTC.

Offsets are Python's, whatever zones a database knows: every engine buckets alike.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No zone has changed its clocks twice within a week since 1970.
STEP = timedelta(days=7)
# Names for what a server happens to be set to.
LOCAL_NAMES = {"localtime", "Factory"}


def seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


@lru_cache
def zone_names() -> frozenset[str]:
    """The names of the IANA time zone database."""
    return frozenset(available_timezones() - LOCAL_NAMES)


class Stretch(NamedTuple):
    """From ``start`` on, the first one since ever, clocks are ``offset`` seconds ahead of UTC."""

    start: datetime
    offset: int


def stretches(zone: tzinfo, first: datetime, last: datetime) -> tuple[Stretch, ...]:
    """The stretches, ascending, that the moments from ``first`` to ``last`` fall into."""
    years = range(first.year, last.year + 1)
    changes = (change for year in years for change in _changes(zone, year))
    within = (change for change in changes if first < change.start <= last)
    return (Stretch(first, offset_at(zone, first)), *within)


def offset_at(zone: tzinfo, moment: datetime) -> int:
    """Seconds that the zone's clocks are ahead of UTC at a moment."""
    offset = moment.astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset else 0


# Two centuries of a zone take some 10 ms.
@lru_cache(maxsize=1 << 13)
def _changes(zone: tzinfo, year: int) -> tuple[Stretch, ...]:
    """The stretches that begin within a year (UTC)."""
    first, last = (datetime(y, 1, 1, tzinfo=UTC) for y in (year, year + 1))
    moments = [*(first + n * STEP for n in range(-(-(last - first) // STEP))), last]
    offsets = [offset_at(zone, moment) for moment in moments]
    spans = zip(pairwise(moments), pairwise(offsets), strict=True)
    return tuple(_change(zone, *span) for span, (before, after) in spans if before != after)


def _change(zone: tzinfo, before: datetime, after: datetime) -> Stretch:
    """The stretch that begins after one moment and not after the other."""
    old = offset_at(zone, before)
    seconds = range((after - before) // timedelta(seconds=1) + 1)
    changed = bisect_left(
        seconds, True, key=lambda n: offset_at(zone, before + timedelta(seconds=n)) != old
    )
    start = before + timedelta(seconds=changed)
    return Stretch(start, offset_at(zone, start))
