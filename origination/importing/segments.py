"""One file that is followed, from where it was left: whole lines, as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

from .fingerprints import LENGTH, of_beginning, of_end
from .growing import Mark, WholeLines
from .lines import Line
from .reading import Pending
from .rotated import Identity, identity
from .sources import Source
from .state import Position
from .values import Rejected

# Ends a reading early, so that very long lines do not fill the memory.
MOST_BYTES = 1 << 24
MOST_HEADER_LINES = 2

MakeReader = Callable[[], Any]


class Segment:
    """What was written to a log between two rotations. ``log``: its path, as it is told.

    ``header`` is that of the file before: a switch that keeps its file open while others empty it
    does not write another one.
    """

    def __init__(
        self,
        log: str,
        source: Source,
        position: Position,
        make_reader: MakeReader,
        header: str = "",
    ) -> None:
        self.log, self.source = log, source
        self.make_reader, self.earlier_header = make_reader, header or position.header
        self.reader = self._reader_after(position.header)
        self.identity: Identity = identity(source.stat())
        self.name, self.header = position.name, position.header
        self.mark = Mark(position.offset, position.number, position.skipping)
        self.modified = position.modified
        self.beginning, self.end = position.beginning, position.end
        # A packed file does not grow, and a last line without an end is all that comes of it.
        self.is_final = source.is_packed
        if source.is_packed:
            self.beginning = of_beginning(source.read, LENGTH)
        self.moved_at = monotonic()

    @classmethod
    def begun(
        cls, log: str, name: str, source: Source, make_reader: MakeReader, header: str = ""
    ) -> Segment:
        """From the beginning of the file of this name."""
        found = source.stat()
        start = Position(
            os.path.realpath(name), found.st_dev, found.st_ino, modified=found.st_mtime_ns
        )
        return cls(log, source, start, make_reader, header)

    def position(self) -> Position:
        device, inode = self.identity
        return Position(
            self.name, device, inode, self.mark.offset, self.mark.number, self.modified,
            self.beginning, self.end, self.header, self.mark.skipping,
        )  # fmt: skip

    @property
    def offset(self) -> int:
        return self.mark.offset

    @property
    def unread(self) -> int:
        """Bytes that are still to be read; of a packed file as many as it has at least."""
        if self.source.is_packed:
            return len(self.source.read(self.offset, 1))
        return max(0, self.source.stat().st_size - self.offset)

    def is_same(self) -> bool:
        """Whether the file still has what was read of it: it may have been emptied, and filled
        again."""
        return self.position().is_in(self.source.read)

    def read(self, most: int) -> list[Pending]:
        """At most so many lines with what was read in them. Headers and blank lines are not told
        of, a line is left until it has its end."""
        before, modified = self.mark, self.source.stat().st_mtime_ns
        found: list[Pending] = []
        for record in self._records():
            if read := self._answer(record):
                found.append(read)
            if len(found) >= most or self.mark.offset - before.offset >= MOST_BYTES:
                break
        if self.mark != before:
            self._note(modified)
        return found

    def close(self) -> None:
        self.source.close()

    def _records(self) -> Iterator[Line]:
        """The mark is behind each of them while it is told."""
        lines = WholeLines(self.source, self.mark, self.is_final)
        for record in self.reader.records(iter(lines)):
            if lines.is_exhausted and not self.is_final and record.raw.count(b'"') % 2:
                # The line that closes its quote may be still to come.
                return
            self.mark = lines.after[record.number + record.raw.count(b"\n")]
            yield record
        self.mark = lines.mark

    def _answer(self, line: Line) -> Pending | None:
        try:
            row = self.reader(line)
        except Rejected as e:
            return self._by_the_earlier_header(line) or Pending(self.log, line, None, str(e))
        if row is None:
            self._remember(line)
            return None
        return Pending(self.log, line, row)

    def _remember(self, line: Line) -> None:
        """What makes up the header, of which a spreadsheet writes two lines."""
        if self.header.count("\n") < MOST_HEADER_LINES:
            self.header += f"{line.text}\n"

    def _by_the_earlier_header(self, line: Line) -> Pending | None:
        if self.header or not self.earlier_header:
            return None
        reader = self._reader_after(self.earlier_header)
        try:
            row = reader(line)
        except Rejected:
            return None
        if row is None:
            return None
        self.reader, self.header = reader, self.earlier_header
        return Pending(self.log, line, row)

    def _reader_after(self, header: str) -> Any:
        reader = self.make_reader()
        with suppress(Rejected):
            for number, text in enumerate(header.splitlines(), 1):
                reader(Line(number, text.encode()))
        return reader

    def _note(self, modified: int) -> None:
        """What the file can be known by from here on."""
        self.modified, self.moved_at = modified, monotonic()
        # Going back in a packed file costs unpacking it again; and it stays as it is.
        if not self.source.is_packed:
            self.beginning = of_beginning(self.source.read, self.offset)
            self.end = of_end(self.source.read, self.offset)
