"""``csv``: a header of field names, ours or YETI's, in any order; other columns are ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..cells import DELIMITERS, Cells
from ..formulas import unguarded
from ..lines import Line
from ..records import joined
from ..values import Rejected
from .fields import NAMES, REQUIRED
from .named import Named
from .names import Names

if TYPE_CHECKING:
    from ..explaining import Explained
    from .format import Format

# CUCM writes a line of them below its header.
TYPE = re.compile(r"INTEGER|UNIQUEIDENTIFIER|VARCHAR\(\d+\)")


class HeadedCSV:
    """Reads one line at a time; None for the header; raises Rejected.

    Where there is no usable header, the first line tells so, and the others are left out.
    """

    joins_records = False

    def __init__(self, format: Format) -> None:
        self.format = format
        self.named, self.names = Named(format), Names(format.mapping)
        self.written: list[str] = []
        self.first: str | None = None
        self.header = self.names.header(list(format.columns))
        self.is_usable = True
        self.cells = self._cells(format.delimiter or ",")

    def __call__(self, line: Line) -> dict[str, Any] | None:
        if not self.is_usable:
            return None
        if not self.header:
            self._begin(line.text)
            return None
        row = self._row(line)
        if not line.ended and self._may_be_cut(line):
            raise Rejected("no line end: the last value may be cut off")
        try:
            return self.named(dict(zip(self.header, row, strict=True)))
        except Rejected:
            if all(map(TYPE.fullmatch, row)):
                return None
            raise

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines, those of one record as one."""
        return joined(lines, lambda: self.cells)

    def explained(self, line: Line) -> Explained:
        """Column, field and value of each cell; of a header that cannot be used its names."""
        if not self.header:
            return [(name, field, "") for name, field in self._named(line.text)]
        written = self.written or list(self.format.columns)
        return list(zip(written, self.header, self._row(line), strict=True))

    def _named(self, text: str) -> list[tuple[str, str]]:
        _, written = self._header(text)
        return list(zip(written, self.names.header(written), strict=True))

    def _row(self, line: Line) -> list[str]:
        text = line.text
        row = self.cells(text)
        if len(row) != len(self.header):
            row = self._by_another_delimiter(text, row)
        if row[0] == self.first and [name.strip() for name in row] == self.written:
            raise Rejected("header repeated")
        return list(map(unguarded, row)) if "'" in text else row

    def _by_another_delimiter(self, text: str, row: list[str]) -> list[str]:
        """Where nobody told the delimiter of a file without a header."""
        if not self.written and not self.format.delimiter:
            for delimiter in DELIMITERS:
                cells = self._cells(delimiter)
                if cells.is_record(text):
                    self.cells = cells
                    return cells(text)
        told = "the header has" if self.written else "--columns names"
        raise Rejected(f"{len(row)} fields, {told} {len(self.header)}")

    def _may_be_cut(self, line: Line) -> bool:
        """Whether digits of a value that counts may be missing at the end of the line."""
        return bool(self.header[-1]) and not line.raw.endswith(b'"')

    def _begin(self, text: str) -> None:
        # A spreadsheet's own way to tell the delimiter.
        if text.lower().startswith("sep=") and len(text) == len("sep=,"):
            self.cells = self._cells(text[-1])
            return
        try:
            self._use(text)
        except Rejected:
            self.is_usable = False
            raise

    def _use(self, text: str) -> None:
        cells, written = self._header(text)
        header = self.names.header(written)
        _ensure_usable(written, header)
        self.written, self.header = written, header
        self.first = cells(text)[0]
        self.cells = self._cells(cells.delimiter)

    def _header(self, text: str) -> tuple[Cells, list[str]]:
        """By the delimiter that gives most names that are known; else by that which gives most."""
        first = self.cells.delimiter
        others = () if self.format.delimiter else DELIMITERS
        ways = [Cells(delimiter) for delimiter in dict.fromkeys([first, *others])]
        # By the first one its error is told, if there is any.
        ways = [cells for cells in ways if cells.is_record(text)] or ways[:1]
        rows = [(cells, [name.strip() for name in cells(text)]) for cells in ways]
        return max(rows, key=lambda way: (sum(map(bool, self.names.header(way[1]))), len(way[1])))

    def _cells(self, delimiter: str) -> Cells:
        width = len(self.header)
        widths = range(width, width + 1) if width else None
        return Cells(delimiter, widths, self.format.quotes)


def _ensure_usable(written: list[str], header: list[str]) -> None:
    if lacking := [name for name in REQUIRED if name not in header]:
        found = ", ".join(written)
        raise Rejected(
            f"no line of this file is read: its header lacks {' and '.join(lacking)}, and has "
            f"{found[:200]!r}: --map 'NAME={lacking[0]}' tells what a column is, "
            "--columns those of a file without a header"
        )
    if twice := {name for name in header if name in NAMES and header.count(name) > 1}:
        raise Rejected(
            f"no line of this file is read: header names twice: {', '.join(sorted(twice))}"
        )
