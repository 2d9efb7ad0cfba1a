"""Hostile requests, and what the slowest of them costs.

    python -m benchmarks.fuzz --engine postgresql --requests 100000

Prints the number of answers by status, the slowest answer, and the most CPU that a refusal of the
endpoint took. Exits with 1 where an answer was a 5xx or neither JSON nor what was asked for.
"""

from __future__ import annotations

import argparse
import gc
import logging
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from typing import Any

from tqdm import tqdm

from . import serving

WARM_UP = 200
# Seconds that a refusal may take.
MOST_CPU, REPEATS = 0.005, 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    memory = nullcontext("sqlite://:memory:")
    with memory if options.engine == "sqlite" else serving.postgresql() as url:
        serving.configure(url)
        sys.exit(_fuzz(options))


class Costliest:
    """The dearest requests, with the beginnings of what was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[float, int, str]] = []

    def count(self, seconds: float, status: int, query: str) -> None:
        self.requests = sorted([*self.requests, (seconds, status, query[:200])])[-3:]

    def __str__(self) -> str:
        return "; ".join(f"{s * 1000:.2f} ms ({status} {q!r})" for s, status, q in self.requests)


class Figures:
    """What came of the requests, and what they cost."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.unfit, self.slowest, self.refusals = 0, Costliest(), Costliest()
        # Status and request of refusals over MOST_CPU.
        self.dear: list[tuple[int, dict[str, Any]]] = []

    def count(self, environ: dict[str, Any]) -> None:
        answer, seconds, cpu = _asked(environ)
        self.statuses[answer.status] += 1
        self.unfit += not answer.is_fit
        self.slowest.count(seconds, answer.status, environ["QUERY_STRING"])
        if 400 <= answer.status < 500 and not environ["PATH_INFO"].endswith("auth"):
            self._count_refusal(answer.status, cpu, environ)

    def _count_refusal(self, status: int, cpu: float, environ: dict[str, Any]) -> None:
        if cpu <= MOST_CPU:
            self.refusals.count(cpu, status, environ["QUERY_STRING"])
        else:
            self.dear.append((status, environ))

    def settle(self) -> None:
        """Count the dear refusals by what they take themselves: the machine may have been slow.

        In rounds, so that a slow spell meets each of them once or twice.
        """
        rounds = [[_asked(environ)[2] for _, environ in self.dear] for _ in range(REPEATS)]
        for (status, environ), *costs in zip(self.dear, *rounds, strict=True):
            self.refusals.count(statistics.median(costs), status, environ["QUERY_STRING"])


def _asked(environ: dict[str, Any]) -> tuple[Any, float, float]:
    """The answer, its seconds and its CPU seconds."""
    from origination.tests.support.fuzzer import Answer

    started, cpu = time.perf_counter(), time.process_time()
    answer = Answer(dict(environ))
    return answer, time.perf_counter() - started, time.process_time() - cpu


def _fuzz(options: Any) -> int:
    from django.conf import settings
    from django.core.management import call_command

    logging.disable(logging.CRITICAL)
    settings.ORIGINATION = {**settings.ORIGINATION, "AUTH_THROTTLE_RATE": None}
    call_command("migrate", verbosity=0)
    environs = _requests(options)
    for environ in islice(environs, WARM_UP):
        Figures().count(environ)
    # A collection of all that Django holds would be counted for whoever triggers it.
    gc.collect()
    gc.freeze()
    figures = Figures()
    for environ in tqdm(environs, total=options.requests, mininterval=10):
        figures.count(environ)
    figures.settle()
    statuses = dict(sorted(figures.statuses.items()))
    print(f"{options.engine}, seed {options.seed}: {statuses}, unfit {figures.unfit}")
    print(f"slowest: {figures.slowest}")
    print(f"most CPU of a refusal ({len(figures.dear)} asked again): {figures.refusals}")
    return 1 if figures.unfit else 0


def _requests(options: Any) -> Iterator[dict[str, Any]]:
    from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory
    from origination.tests.support.fuzzer import Fuzzer

    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(200, account=account)
    return Fuzzer(options.seed, customer, account).requests(WARM_UP + options.requests)


if __name__ == "__main__":
    main()
