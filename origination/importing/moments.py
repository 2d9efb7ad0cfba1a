"""Times as switches write them -> UTC, one by one; :mod:`.clocks` decides among those of a call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from .values import Rejected

FIRST_YEAR, LAST_YEAR = 1970, 2200
TIME = re.compile(
    r"(?P<wall>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?)"
    r"(?P<offset>[Zz]| ?[Uu][Tt][Cc]| ?[+-]\d\d(:?\d\d)?)?",
    re.ASCII,
)
# Seconds since September 2001, maybe with a fraction; milliseconds; microseconds: each has a
# length of its own, which no date has.
EPOCH = re.compile(r"(?P<seconds>\d{10})((\.|(?=\d{3}$|\d{6}$))(?P<fraction>\d{1,9}))?", re.ASCII)
# The beginning of the epoch, in whatever zone, and the other ways to write no time.
NO_TIME = {"", "0", "0000-00-00 00:00:00"}
NO_DAY = ("1970-01-01", "1969-12-31")


def moment(name: str, text: str, zone: tzinfo = UTC, second: bool = False) -> datetime:
    """ISO 8601, or seconds since 1970 -> UTC; without an offset it is a wall clock of ``zone``.

    A wall clock that comes twice (clocks set back) is read as the first of the two unless the
    ``second`` is asked for; one that never comes (clocks set forward) is read with the offset from
    before the change.
    """
    match = TIME.fullmatch(text)
    if match is None:
        return _since_1970(name, text)
    try:
        utc = _utc(match["wall"], match["offset"], zone, second)
    except (ValueError, OverflowError) as e:
        raise Rejected(f"{name}: no such time: {text[:40]!r}") from e
    return _in_range(name, text, utc)


def optional_moment(
    name: str, text: str, zone: tzinfo = UTC, second: bool = False
) -> datetime | None:
    """As :func:`moment`; the ways in which switches write no time are None."""
    if text in NO_TIME or text.startswith(NO_DAY):
        return None
    return moment(name, text, zone, second)


def _since_1970(name: str, text: str) -> datetime:
    match = EPOCH.fullmatch(text)
    if match is None:
        raise Rejected(f"{name}: not a time YYYY-MM-DD HH:MM:SS: {text[:40]!r}")
    microsecond = int((match["fraction"] or "").ljust(6, "0")[:6])
    utc = datetime.fromtimestamp(int(match["seconds"]), UTC).replace(microsecond=microsecond)
    return _in_range(name, text, utc)


def _in_range(name: str, text: str, utc: datetime) -> datetime:
    if not FIRST_YEAR <= utc.year <= LAST_YEAR:
        raise Rejected(f"{name}: out of range: {text[:40]!r}")
    return utc


def _utc(wall: str, offset: str | None, zone: tzinfo, second: bool) -> datetime:
    if offset and (offset := offset.strip()).upper() not in ("Z", "UTC"):
        return datetime.fromisoformat(f"{wall}{offset}").astimezone(UTC)
    # Three times as fast as to give a time without an offset its zone afterwards.
    utc = datetime.fromisoformat(f"{wall}+00:00")
    if offset or zone is UTC:
        return utc
    return utc.replace(tzinfo=zone, fold=second).astimezone(UTC)
