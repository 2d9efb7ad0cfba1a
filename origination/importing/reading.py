"""Files -> batches of CDRs and rejected lines. Asks no database, so any thread can do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from .lines import Line, opened
from .values import Rejected, forget

# Ends a batch early, so that very long lines do not fill the memory.
BATCH_BYTES = 1 << 24
# Lines after which remembered values are let go of: they are parts of the lines.
REMEMBERED_BYTES = 1 << 24

Row = dict[str, Any]


class Pending(NamedTuple):
    """A line that may be rejected yet: the account of its row, still a code, has to be looked up;
    or it has a reason instead of a row."""

    name: str
    line: Line
    row: Row | None
    reason: str = ""


class Batch:
    """What lines gave, in order of files and lines: ``passed`` bytes of the files. Only of those
    that are pending the line itself is kept, ``size`` bytes in all."""

    def __init__(self) -> None:
        self.reads: list[Row | Pending] = []
        self.size = self.passed = 0

    def add(self, read: Row | Pending) -> None:
        self.reads.append(read)
        if isinstance(read, Pending):
            self.size += len(read.line.raw)

    def count(self, passed: int) -> None:
        self.passed += passed


class Batches:
    """Iterates over batches of at most ``most`` lines; what was read before an error comes first.

    Each file is read by a reader of its own. ``known_account`` gives the key that a code has been
    found to stand for, or None.
    """

    def __init__(
        self,
        names: Iterable[str],
        make_reader: Callable[[], Any],
        known_account: Callable[[str], Any],
        most: int,
    ) -> None:
        self.names, self.make_reader = names, make_reader
        self.known_account, self.most = known_account, most
        self.batch = Batch()
        self.remembered = 0

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
            for line in reader.records(lines):
                self._remember(line)
                if read := self._read(name, reader, line):
                    self.batch.add(read)
                if len(self.batch.reads) >= self.most or self.batch.size >= BATCH_BYTES:
                    yield self._finished()

    def _remember(self, line: Line) -> None:
        self.remembered += len(line.raw)
        if self.remembered >= REMEMBERED_BYTES:
            self.remembered = 0
            forget()

    def _finished(self) -> Batch:
        finished, self.batch = self.batch, Batch()
        return finished

    def _read(self, name: str, reader: Any, line: Line) -> Row | Pending | None:
        """None for a line that is neither a CDR nor wrong: a header."""
        try:
            row: Row | None = reader(line)
        except Rejected as e:
            return Pending(name, line, None, str(e))
        if row is None:
            return None
        key = self.known_account(row["account"])
        if key is None:
            return Pending(name, line, row)
        row["account"] = key
        return row
