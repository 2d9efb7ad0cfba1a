"""How soon a customer is refused whose ``MAX_CONCURRENT`` slots are all taken by slow queries.

    python -m benchmarks.busy --millions 1 --refusals 500

Through gunicorn: once while the queries wait for a lock, and once while they use every core. Exits
with 1 where p99 of either is over 50 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from tqdm import tqdm

from . import serving

SLOTS, MOST_SECONDS = 2, 0.05
# Between refusals, as of a client that is told to wait.
PAUSE = 0.02
# Until the slots are taken.
HEAD_START = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=1, help="CDRs, in millions")
    parser.add_argument("--refusals", type=int, default=500)
    options = parser.parse_args()
    os.environ["MAX_CONCURRENT"] = str(SLOTS)
    with serving.postgresql() as url:
        serving.configure(url)
        path, token = _slow_request(round(options.millions * 1_000_000))
        print(f"{serving.versions()}, load {os.getloadavg()[0]:.1f}")
        # Threads for all at once: waiting for one would be measured as well.
        with serving.gunicorn(workers=2, threads=8) as port:
            ask = (port, path, token, options.refusals)
            late = [_measure("waiting", _locked(), *ask), _measure("working", nullcontext(), *ask)]
            sys.exit(any(late))


@contextmanager
def _locked() -> Iterator[None]:
    """Nobody else reads a CDR meanwhile."""
    from django.db import transaction

    with transaction.atomic():
        serving.run_sql("LOCK TABLE origination_cdr IN ACCESS EXCLUSIVE MODE")
        yield


class Slow(Thread):
    """Holds a slot: asks again as soon as it is answered."""

    def __init__(self, port: int, path: str, token: str, stopped: Event) -> None:
        super().__init__(daemon=True)
        self.client, self.stopped = Client(port, path, token), stopped
        self.seconds: list[float] = []

    def run(self) -> None:
        while not self.stopped.is_set():
            status, seconds = self.client.ask()
            if status == 429:
                # The one that measures has come between.
                time.sleep(PAUSE)
            else:
                # One that is given up has held its slot as well.
                self.seconds.append(seconds)


class Client:
    """One connection that is kept."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=60)
        self.path, self.headers = path, {"Authorization": token}

    def ask(self) -> tuple[int, float]:
        """Status, and seconds until the body was read."""
        started = time.perf_counter()
        self.http.request("GET", self.path, headers=self.headers)
        response = self.http.getresponse()
        body = response.read()
        seconds = time.perf_counter() - started
        if response.status == 429:
            assert json.loads(body) == {"error": "too many requests"}
            assert response.headers["Retry-After"] == "1"
        return response.status, seconds


def _measure(name: str, held_up: Any, port: int, path: str, token: str, refusals: int) -> bool:
    """Print how long refusals took; whether that was too long."""
    stopped = Event()
    busy = [Slow(port, path, token, stopped) for _ in range(SLOTS)]
    with held_up:
        for thread in busy:
            thread.start()
        time.sleep(HEAD_START)
        refused, let_in = _refusals(Client(port, path, token), refusals)
        stopped.set()
    for thread in busy:
        thread.join()
    slow = [seconds for thread in busy for seconds in thread.seconds]
    p99 = refused[round(0.99 * (len(refused) - 1))]
    print(
        f"{SLOTS} slots {name}, {len(slow)} queries of {statistics.median(slow):.1f} s: "
        f"{refusals} refusals, median {1000 * statistics.median(refused):.1f} ms, "
        f"p99 {1000 * p99:.1f} ms, slowest {1000 * refused[-1]:.1f} ms; let in {let_in} times"
    )
    return p99 > MOST_SECONDS


def _refusals(client: Client, number: int) -> tuple[list[float], int]:
    """Seconds of this many refusals, the quickest first; how often there was a slot instead."""
    refused: list[float] = []
    let_in = 0
    with closing(client.http), tqdm(total=number, mininterval=5) as progress:
        while len(refused) < number:
            time.sleep(PAUSE)
            status, seconds = client.ask()
            if status != 429:
                let_in += 1
                continue
            refused.append(seconds)
            progress.update()
    return sorted(refused), let_in


def _slow_request(calls: int) -> tuple[str, str]:
    """Path and token of a request that reads every call of the largest account."""
    from django.urls import reverse

    from origination.authentication import issue_token

    from . import data

    customer, account = data.prepared(calls)
    query = {"account-id": account.uuid, "from-time": "2026-06-01", "sampling": "hour"}
    query["dst-prefix-routing-contains"] = "774"
    return f"{reverse('origination:statistics')}?{urlencode(query)}", issue_token(customer)


if __name__ == "__main__":
    main()
