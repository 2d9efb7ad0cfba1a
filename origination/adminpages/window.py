"""The stretch of time that the list of CDRs shows, where nobody asked for another one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

# Name in the URL -> length; None: any time.
PERIODS: dict[str, timedelta | None] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "all": None,
}
WORDS = {
    "1h": "last hour",
    "24h": "last 24 hours",
    "7d": "last 7 days",
    "30d": "last 30 days",
    "all": "any time",
}
DEFAULT = "24h"
# An index finds these few CDRs, whenever they were.
FOUND_AT_ANY_TIME = ("uuid", "orig-call-id")


def period(cleaned: dict[str, Any]) -> str | None:
    """The period to show: the last 24 hours unless given; None where times are given."""
    if cleaned["from-time"] or cleaned["to-time"]:
        return None
    if cleaned["period"]:
        return cleaned["period"]
    return "all" if any(cleaned[name] for name in FOUND_AT_ANY_TIME) else DEFAULT


def window(period: str, now: datetime) -> dict[str, datetime | None]:
    """First and last moment of a period, both inclusive; None: no bound."""
    length = PERIODS[period]
    if length is None:
        return {"from-time": None, "to-time": None}
    return {"from-time": now - length, "to-time": now}
