"""What a service tells of its work: one line a minute, and only where something happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

SECONDS = 60
# Less than this is no backlog: it will have been read before anybody could look.
BACKLOG_BYTES = 1 << 25


@dataclass
class Counts:
    """Lines by what became of them; ``known`` were there already."""

    read: int = 0
    imported: int = 0
    known: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read,
            self.imported + other.imported,
            self.known + other.known,
            self.rejected + other.rejected,
        )

    def __str__(self) -> str:
        return (
            f"read {self.read}, imported {self.imported}, "
            f"already there {self.known}, rejected {self.rejected}"
        )


class Teller:
    """Adds counts up and says them in time. A backlog is told at once, with what is left of it."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self.counts = Counts()
        self.told_at = monotonic()

    def add(self, counts: Counts) -> None:
        self.counts += counts

    def tell(self, unread: Callable[[], int]) -> None:
        """Say what is due. ``unread``: the bytes that are still to be read."""
        if monotonic() - self.told_at < SECONDS:
            return
        self.finish(unread())

    def finish(self, unread: int = 0) -> None:
        """Say what was counted since the last time."""
        if self.counts != Counts():
            self.say(f"{self.counts}{_left(unread)}")
        self.counts, self.told_at = Counts(), monotonic()


def _left(unread: int) -> str:
    return f"; {unread / 1e6:,.0f} MB left to read" if unread >= BACKLOG_BYTES else ""
