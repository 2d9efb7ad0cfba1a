"""SIGTERM and SIGINT end a service in time, whatever it waits for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from typing import Any

# Of the second within which the process has to end, for the batch in hand.
SECONDS_TO_FINISH = 0.7


@contextmanager
def ended_by_signals() -> Iterator[Event]:
    """An event that the first signal sets. Who takes too long afterwards is ended as he is: a
    batch that a database holds up is rolled back, and read again by the next process."""
    stop = Event()
    # Not an exception, which a driver that waits in a transaction holds up as well.
    last = Timer(SECONDS_TO_FINISH, os._exit, [0])
    last.daemon = True

    def end(number: int, frame: Any) -> None:
        if not stop.is_set():
            stop.set()
            last.start()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        last.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
