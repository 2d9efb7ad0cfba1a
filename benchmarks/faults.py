"""PostgreSQL killed under load: what clients get, and when the site serves again.

    python -m benchmarks.faults --kills 3

Exits with 1 where an answer was neither 200 nor 503, or recovery took over 5 seconds.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from . import serving

CLIENTS, UP, DOWN, MOST_RECOVERY = 16, 5.0, 3.0, 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    with serving.embedded() as server:
        serving.configure(serving.url_of(server))
        with serving.gunicorn(workers=2) as port:
            sys.exit(_kill(server, port, options.kills))


class Client(Thread):
    """Asks on and on; counts statuses, and notes when the last 200 came."""

    def __init__(self, port: int, path: str, token: str, stopped: Event) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.token, self.stopped = port, path, token, stopped
        self.statuses: Counter[Any] = Counter()
        self.served = 0.0

    def run(self) -> None:
        while not self.stopped.is_set():
            status = self._ask()
            self.statuses[status] += 1
            if status == 200:
                self.served = time.monotonic()

    def _ask(self) -> Any:
        http = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            http.request("GET", self.path, headers={"Authorization": self.token})
            response = http.getresponse()
            return response.status if b"Traceback" not in response.read() else "traceback"
        except (OSError, HTTPException) as e:
            return type(e).__name__
        finally:
            http.close()


def _kill(server: Any, port: int, kills: int) -> int:
    stopped = Event()
    path, token = _request()
    clients = [Client(port, path, token, stopped) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    slowest = max(_recovery(server, clients) for _ in range(kills))
    stopped.set()
    for client in clients:
        client.join()
    statuses = sum((client.statuses for client in clients), Counter())
    print(
        f"{kills} kills under {CLIENTS} clients: {dict(statuses)}, slowest recovery {slowest:.1f} s"
    )
    return 0 if set(statuses) <= {200, 503} and slowest <= MOST_RECOVERY else 1


def _recovery(server: Any, clients: list[Client]) -> float:
    """Seconds from the moment the server runs again until a request is answered."""
    time.sleep(UP)
    os.kill(server.get_pid(), signal.SIGKILL)
    time.sleep(DOWN)
    _start_again(server)
    started = time.monotonic()
    while max(client.served for client in clients) < started:
        time.sleep(0.01)
    return time.monotonic() - started


def _start_again(server: Any) -> None:
    """Its other processes end by themselves when the first one is gone, but not at once."""
    for _ in range(40):
        try:
            return server.ensure_postgres_running()
        except Exception:
            time.sleep(0.25)
    raise TimeoutError("PostgreSQL did not start again")


def _request() -> tuple[str, str]:
    """Path and token of a request for an account that has calls."""
    from django.core.management import call_command
    from django.urls import reverse

    from origination.authentication import issue_token

    from . import data

    call_command("migrate", verbosity=0)
    customer, account = data.make_accounts()
    data.fill(0, 10_000, round(data.DAYS * 86_400_000_000 / 10_000))
    query = urlencode({"account-id": account.uuid, "from-time": "2026-06-01", "sampling": "hour"})
    return f"{reverse('origination:statistics')}?{query}", issue_token(customer)


if __name__ == "__main__":
    main()
