"""How many calls are made when: the hours of a working day and of a weekend, in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

# Calls at the full hour, 0 to 23, as a percentage of the busiest.
WORKDAY = (
    6,
    4,
    3,
    3,
    4,
    8,
    19,
    41,
    72,
    93,
    100,
    97,
    88,
    91,
    96,
    99,
    94,
    83,
    69,
    57,
    45,
    33,
    21,
    11,
)
WEEKEND = (9, 7, 5, 4, 4, 5, 8, 15, 27, 41, 51, 55, 53, 49, 47, 47, 50, 54, 57, 53, 44, 33, 22, 13)


def cumulated(start: datetime, days: int, rng: Random) -> list[float]:
    """Relative calls of each minute since ``start``, cumulated; no two days are as busy."""
    busy = [rng.uniform(0.9, 1.1) for _ in range(days + 1)]
    minutes = (start + timedelta(minutes=n) for n in range(days * 24 * 60))
    return list(accumulate(_calls(at) * busy[(at.date() - start.date()).days] for at in minutes))


def _calls(at: datetime) -> float:
    hours = WEEKEND if at.weekday() >= 5 else WORKDAY
    now, ahead = hours[at.hour], hours[(at.hour + 1) % 24]
    return now + (ahead - now) * at.minute / 60
