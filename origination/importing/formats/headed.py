"""``csv``: a header of field names, ours or YETI's, in any order; other columns are ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..lines import Line, cells
from ..values import Rejected
from . import named

if TYPE_CHECKING:
    from .format import Format


class HeadedCSV:
    """Reads one line at a time; None for the header; raises Rejected."""

    def __init__(self, format: Format) -> None:
        self.header: list[str] = []

    def __call__(self, line: Line) -> dict[str, Any] | None:
        row = cells(line.text)
        if not self.header:
            self.header = _header(row)
            return None
        if [name.strip() for name in row] == self.header:
            raise Rejected("header repeated")
        if len(row) != len(self.header):
            raise Rejected(f"{len(row)} fields, the header has {len(self.header)}")
        if not line.ended and self._may_be_cut(line):
            raise Rejected("no line end: the last value may be cut off")
        return named.cdr(dict(zip(self.header, row, strict=True)))

    def _may_be_cut(self, line: Line) -> bool:
        """Whether digits of a value that counts may be missing at the end of the line."""
        return self.header[-1] in named.NAMES and not line.raw.endswith(b'"')


def _header(row: list[str]) -> list[str]:
    header = [name.strip() for name in row]
    if "time_start" not in header:
        raise Rejected("no header: a column time_start is needed")
    if twice := {name for name in header if name in named.NAMES and header.count(name) > 1}:
        raise Rejected(f"header names twice: {', '.join(sorted(twice))}")
    return header
