"""Moments as operators read and write them: always in UTC, as the endpoint's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections


def iso(moment: datetime) -> str:
    """As a parameter takes it, exact to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def aware(moment: datetime, alias: str) -> datetime:
    """A column without a zone has the clock of its database.

    A clock that comes twice, or never, is read as the database reads it for the endpoint: with the
    smaller of its two offsets.
    """
    if moment.tzinfo:
        return moment
    zone: Any = connections[alias].timezone
    both = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return min(both, key=lambda at: at.utcoffset() or timedelta())


def clock_of(cdr: Any, name: str) -> str:
    """The clock of one of a CDR's times."""
    moment = getattr(cdr, name)
    return clock(moment and aware(moment, cdr._state.db))


def clock(moment: datetime | None) -> str:
    """``2026-06-11 15:40:07``, with the fraction of a second where there is one; ``-``: none."""
    if moment is None:
        return "-"
    seconds, point, fraction = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{seconds}{point}{fraction}" if fraction else seconds
