"""Hostile requests, and what the slowest of them costs.

    python -m benchmarks.fuzz --engine postgresql --requests 100000

Prints the number of answers by status, the slowest answer, and the most CPU that a refusal of the
endpoint took. Exits with 1 where an answer was a 5xx or neither JSON nor what was asked for.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from contextlib import nullcontext
from typing import Any

from tqdm import tqdm

from . import serving


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


def _fuzz(options: Any) -> int:
    from django.conf import settings
    from django.core.management import call_command

    from origination.tests.fuzzer import Answer, Fuzzer

    logging.disable(logging.CRITICAL)
    settings.ORIGINATION = {**settings.ORIGINATION, "AUTH_THROTTLE_RATE": None}
    call_command("migrate", verbosity=0)
    statuses: Counter[int] = Counter()
    unfit, slowest, refusal = 0, 0.0, Costliest()
    for environ in tqdm(_requests(Fuzzer, options), total=options.requests, mininterval=10):
        started, cpu = time.perf_counter(), time.process_time()
        answer = Answer(environ)
        slowest = max(slowest, time.perf_counter() - started)
        if 400 <= answer.status < 500 and not environ["PATH_INFO"].endswith("auth"):
            refusal.count(time.process_time() - cpu, answer.status, environ["QUERY_STRING"])
        statuses[answer.status] += 1
        unfit += not answer.is_fit
    print(f"{options.engine}, seed {options.seed}: {dict(sorted(statuses.items()))}, unfit {unfit}")
    print(f"slowest {slowest * 1000:.1f} ms; refusals' most CPU: {refusal}")
    return 1 if unfit else 0


def _requests(fuzzer: Any, options: Any) -> Any:
    from origination.tests.factories import AccountFactory, CDRFactory, UserFactory

    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(200, account=account)
    return fuzzer(options.seed, customer, account).requests(options.requests)


if __name__ == "__main__":
    main()
