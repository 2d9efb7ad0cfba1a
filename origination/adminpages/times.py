"""Moments as operators read and write them: always in UTC, as the endpoint's."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """As a parameter takes it, exact to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def clock(moment: datetime | None) -> str | None:
    """``2026-06-11 15:40:07``, with the fraction of a second where there is one."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if moment else None
