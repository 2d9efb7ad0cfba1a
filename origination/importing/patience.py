"""Work that waits for a database which is away, until it is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, connections

T = TypeVar("T")

# Some drivers let through what their sockets say.
AWAY = (DatabaseError, InterfaceError, OSError, EOFError)
LONGEST_PAUSE = 30.0


class Stopped(Exception):
    """Waiting was ended from outside; nothing was done."""


class Patience:
    """Does work; where the database is away it waits, says so once, and tries again."""

    def __init__(self, stop: Event, say: Callable[[str], object]) -> None:
        self.stop, self.say = stop, say

    def __call__(self, work: Callable[[], T]) -> T:
        """What the work gives. Raises Stopped."""
        began = monotonic()
        for attempt, pause in enumerate(_pauses()):
            try:
                answer = work()
            except AWAY as e:
                self._wait(attempt, pause, e)
            else:
                if attempt > 1:
                    self.say(f"the database is back after {monotonic() - began:.0f} s")
                return answer
        raise AssertionError("pauses have no end")

    def _wait(self, attempt: int, pause: float, error: Exception) -> None:
        # None of them may be used again, and the first one may only have been idle for too long.
        connections.close_all()
        if attempt == 1:
            self.say(f"the database is away or refuses, waiting for it: {_first_line(error)}")
        if self.stop.wait(pause):
            raise Stopped


def _pauses() -> Iterator[float]:
    yield 0
    pause = 0.5
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
