"""Moments as operators read and write them: always in UTC, as the endpoint's."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """As a parameter takes it, exact to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def clock(moment: datetime | None) -> str:
    """``2026-06-11 15:40:07``, with the fraction of a second where there is one; ``-``: none."""
    if moment is None:
        return "-"
    seconds, point, fraction = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{seconds}{point}{fraction}" if fraction else seconds
