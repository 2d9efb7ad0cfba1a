"""The times of one call, which a wall clock that is set back leaves open.

In the hour that comes twice each wall clock stands for two moments. A call begins before it is
answered, and is answered before it ends; its talk time has room between the two; a switch that
writes when it made the call's channel made it before the call began. Of the readings that this
leaves, the one holds that explains most of the call's length; the earliest, if there are several.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import product

from .moments import moment, optional_moment
from .values import Rejected, remembered

Times = tuple[datetime, datetime | None, datetime | None]

# Clocks are set back by half an hour or more. A call with less time than this that nothing
# explains has no other reading.
LEAST_CHANGE = 1_800
# Seconds of a talk time are rounded, those of times cut off.
TOLERANCE = 1
EPOCH_TOLERANCE = 2

_moment = remembered(moment)
_optional_moment = remembered(optional_moment)
_second = remembered(lambda text, zone: moment("time", text, zone, second=True))


def times_of(
    start: str,
    answer: str,
    end: str,
    seconds: int,
    zone: tzinfo = UTC,
    made: int | None = None,
) -> Times:
    """Start, answer and end of a call in UTC; ``made``: when its channel was, since 1970.

    Raises Rejected, also for a talk time that is longer than the call.
    """
    read = (
        _moment("start", start, zone),
        _optional_moment("answer", answer, zone),
        _optional_moment("end", end, zone),
    )
    if zone is not UTC:
        read = settled((start, answer, end), read, seconds, zone, made)
    ensure_room(read[0], read[2], seconds)
    return read


def settled(
    texts: Sequence[str],
    read: Times,
    seconds: int,
    zone: tzinfo,
    made: int | None = None,
) -> Times:
    """The times that hold, ``read`` being those of the first reading of each text."""
    if _is_plain(read, seconds, made):
        return read
    both = [_both(text, time, zone) for text, time in zip(texts, read, strict=True)]
    if max(map(len, both)) == 1:
        return read
    readings: list[Times] = list(product(*both))  # type: ignore[arg-type]
    readings = _after(made, [each for each in readings if _is_possible(each, seconds)])
    return min(readings, key=lambda each: unexplained(each, seconds), default=read)


def ensure_room(start: datetime, end: datetime | None, seconds: int) -> None:
    if end is None or not seconds:
        return
    length = (end - start).total_seconds()
    if length + TOLERANCE < seconds:
        raise Rejected(f"talk time of {seconds} s in a call of {int(length)} s")


def unexplained(times: Times, seconds: int) -> float:
    """Seconds of the call that are not talk."""
    start, answer, end = times
    if end is not None:
        return (end - start).total_seconds() - seconds
    return (answer - start).total_seconds() if answer is not None else 0


def _is_plain(times: Times, seconds: int, made: int | None) -> bool:
    """Whether no other reading could hold, whatever the zone."""
    return (
        -TOLERANCE <= unexplained(times, seconds) < LEAST_CHANGE
        and _is_possible(times, seconds)
        and (made is None or abs(times[0].timestamp() - made) <= EPOCH_TOLERANCE)
    )


def _is_possible(times: Times, seconds: int) -> bool:
    start, answer, end = times
    if answer is not None and answer < start:
        return False
    if end is None:
        return True
    since = start if answer is None else answer
    return since <= end and (end - since).total_seconds() + TOLERANCE >= seconds


def _after(made: int | None, readings: list[Times]) -> list[Times]:
    """Those that begin when the channel was made; else those that begin later; else all."""
    if made is None:
        return readings
    later = [each for each in readings if each[0].timestamp() >= made - EPOCH_TOLERANCE]
    at_once = [each for each in later if each[0].timestamp() <= made + EPOCH_TOLERANCE]
    return at_once or later or readings


def _both(text: str, first: datetime | None, zone: tzinfo) -> list[datetime | None]:
    if first is None:
        return [None]
    second = _second(text, zone)
    # Where clocks are set forward the two stand the other way round, and none is a choice.
    return [first, second] if second > first else [first]
