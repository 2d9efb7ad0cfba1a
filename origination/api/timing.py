"""``Server-Timing``: what a response cost, for whoever looks into the browser's tools."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Timing:
    """Milliseconds since it was made, those of the CDR queries among them, and its sources."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.database = 0.0
        self.source = ""

    @contextmanager
    def of_database(self) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.database += time.perf_counter() - started

    @property
    def total(self) -> float:
        """Milliseconds up to now."""
        return (time.perf_counter() - self.started) * 1000

    def header(self) -> str:
        return (
            f"db;dur={self.database * 1000:.2f}, total;dur={self.total:.2f}, "
            f'source;desc="{self.source}"'
        )
