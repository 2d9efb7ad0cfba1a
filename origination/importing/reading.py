"""Files -> batches of CDRs and rejected lines. Asks no database, so any thread can do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from .lines import Line, opened
from .values import Rejected

# Ends a batch early, so that very long lines do not fill the memory.
BATCH_BYTES = 1 << 28


class Read(NamedTuple):
    """A line and its field values, the account still a code; or why it has none.

    The bytes of a line that cannot be rejected any more are not kept.
    """

    name: str
    line: Line
    row: dict[str, Any] | None
    reason: str = ""


class Batch:
    """Lines in order of files and lines; ``passed`` are the bytes of the files they took."""

    def __init__(self) -> None:
        self.reads: list[Read] = []
        self.size = self.passed = 0

    def add(self, read: Read) -> None:
        self.reads.append(read)
        self.size += len(read.line.raw)

    def count(self, passed: int) -> None:
        self.passed += passed


class Batches:
    """Iterates over batches of at most ``most`` lines; what was read before an error comes first.

    Each file is read by a reader of its own.
    """

    def __init__(
        self,
        names: Iterable[str],
        make_reader: Callable[[], Any],
        knows_account: Callable[[str], bool],
        most: int,
    ) -> None:
        self.names, self.make_reader = names, make_reader
        self.knows_account, self.most = knows_account, most
        self.batch = Batch()

    def __iter__(self) -> Iterator[Batch]:
        try:
            for name in self.names:
                yield from self._full_ones(name)
        except Exception:
            yield self._finished()
            raise
        yield self._finished()

    def _full_ones(self, name: str) -> Iterator[Batch]:
        reader = self.make_reader()
        with opened(name, lambda passed: self.batch.count(passed)) as lines:
            for line in lines:
                if read := self._read(name, reader, line):
                    self.batch.add(read)
                if len(self.batch.reads) >= self.most or self.batch.size >= BATCH_BYTES:
                    yield self._finished()

    def _finished(self) -> Batch:
        finished, self.batch = self.batch, Batch()
        return finished

    def _read(self, name: str, reader: Any, line: Line) -> Read | None:
        """None for a line that is neither a CDR nor wrong: a header."""
        try:
            row = reader(line)
        except Rejected as e:
            return Read(name, line, None, str(e))
        if row is None:
            return None
        return Read(
            name, Line(line.number, b"") if self.knows_account(row["account"]) else line, row
        )
