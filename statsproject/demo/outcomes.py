"""How an attempt ends: SIP status, the reason in the words of Q.850, and after how long."""

from __future__ import annotations

from math import log
from random import Random
from typing import NamedTuple

ANSWERED = (200, "Normal call clearing")
LONGEST = 7200
SPREAD = 1.25
# Voice mail, wrong numbers: answered and left at once.
HUNG_UP = 0.07


class Failure(NamedTuple):
    """``weight``: percent of its kind; ``seconds`` until it is known, on average."""

    code: int
    reason: str
    weight: int
    seconds: float


class Attempt(NamedTuple):
    """``setup``: seconds until the answer or the failure; ``talk``: 0 where it failed."""

    code: int
    reason: str
    setup: float
    talk: int = 0


# What ends a call.
FINAL = [
    Failure(486, "User busy", 25, 4),
    Failure(480, "No answer from user", 24, 38),
    Failure(487, "Originator cancel", 19, 17),
    Failure(404, "Unallocated number", 10, 2),
    Failure(480, "Subscriber absent", 7, 6),
    Failure(503, "No circuit available", 5, 1.5),
    Failure(403, "Call rejected", 4, 2),
    Failure(408, "No user responding", 3, 30),
    Failure(500, "Interworking, unspecified", 2, 1),
    Failure(484, "Invalid number format", 1, 1),
]
# What makes the switch try another route.
REROUTED = [
    Failure(503, "No circuit available", 48, 1.5),
    Failure(503, "Switching equipment congestion", 20, 1),
    Failure(408, "Recovery on timer expiry", 14, 5),
    Failure(502, "Network out of order", 10, 1),
    Failure(500, "Interworking, unspecified", 8, 1),
]
# Of a thousand calls: on the first route, the second, the third.
ROUTES = (880, 970, 1000)


def attempts(rng: Random, asr: int, acd: float) -> list[Attempt]:
    """The attempts of one call in their order; only the last may be answered."""
    (others,) = rng.choices(range(len(ROUTES)), cum_weights=ROUTES)
    last = _answer(rng, acd) if rng.random() * 100 < asr else _failure(rng, FINAL)
    return [*(_failure(rng, REROUTED) for _ in range(others)), last]


def _failure(rng: Random, kind: list[Failure]) -> Attempt:
    (failure,) = rng.choices(kind, weights=[f.weight for f in kind])
    return Attempt(failure.code, failure.reason, failure.seconds * rng.uniform(0.4, 1.6))


def _answer(rng: Random, acd: float) -> Attempt:
    ringing = min(55.0, 2 + rng.lognormvariate(1.9, 0.7))
    return Attempt(*ANSWERED, ringing, _talk(rng, acd))


def _talk(rng: Random, acd: float) -> int:
    """Seconds, log-normal: many short calls, few long ones, ``acd`` minutes on average."""
    if rng.random() < HUNG_UP:
        return rng.randint(1, 8)
    median = log(60 * acd / (1 - HUNG_UP)) - SPREAD**2 / 2
    return min(LONGEST, 1 + int(rng.lognormvariate(median, SPREAD)))
