"""The next item of an iterator, made by another thread while this one waits for a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# A thread that waits for standard input cannot be ended: it dies with the process.
SECONDS_TO_WAIT = 1


class Ahead(Generic[T]):
    """Iterates; between two items :meth:`begin` has the next one made meanwhile.

    It is one item ahead at most, and only where it is told to be: a thread that reads whenever it
    may takes the interpreter from one that feeds the database, which then waits as well.
    """

    def __init__(self, items: Iterable[T]) -> None:
        self.items = iter(items)
        self.making: _Making | None = None

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self.making is None:
            return next(self.items)
        made, self.making = self.making, None
        made.join()
        return made.result()

    def begin(self) -> None:
        """Start making the next item, unless that has begun already."""
        if self.making is None:
            self.making = _Making(self.items)
            self.making.start()


@contextmanager
def ahead(items: Iterable[T]) -> Iterator[Ahead[T]]:
    """An :class:`Ahead` whose thread is waited for at the end of the block."""
    made = Ahead(items)
    try:
        yield made
    finally:
        if made.making is not None:
            made.making.join(SECONDS_TO_WAIT)


class _Making(Thread):
    def __init__(self, items: Iterator[Any]) -> None:
        super().__init__(name="import: reading ahead", daemon=True)
        self.items = items
        self.item: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.item = next(self.items)
        except BaseException as e:  # StopIteration as well: whoever asks for the item gets it
            self.error = e

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.item
