"""A line of CSV -> its cells, in the several ways in which switches write quotes and nulls."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .values import Rejected

DELIMITERS = (",", ";", "\t", "|")
# ClickHouse and MySQL write the first, Kamailio the second.
NULLS = {"\\N", "<null>"}


class Cells:
    """Splits the lines of one file. ``widths``: of a whole record; any where there is none yet.

    ``quotes`` False: a quote is a character as any other.
    """

    def __init__(
        self, delimiter: str = ",", widths: range | None = None, quotes: bool = True
    ) -> None:
        self.delimiter, self.quotes = delimiter, quotes
        self.widths = widths or range(0)
        self.options: dict[str, Any] = {"delimiter": delimiter, "strict": True}
        self.line = _OneLine()
        # One for all lines: to make it anew takes longer than to split a line.
        self.reader = csv.reader(self.line, **self.options)

    def __call__(self, text: str) -> list[str]:
        """Raises Rejected for what is no line of CSV; its width is for others to judge."""
        if not self.quotes:
            return _without_nulls(text, text.split(self.delimiter))
        try:
            row = self._plain(text)
        except csv.Error as e:
            other = self._otherwise(text)
            if other is None:
                raise Rejected(f"not a CSV line: {e}") from e
            row = other
        else:
            if self.widths and len(row) not in self.widths:
                row = self._otherwise(text) or row
        return _without_nulls(text, row)

    def is_record(self, text: str) -> bool:
        """Whether the text is a record by itself: its quotes are paired, its width fits."""
        try:
            row = self(text)
        except Rejected:
            return False
        return not self.widths or len(row) in self.widths

    def is_plain_record(self, text: str) -> bool:
        """The same of text whose quotes are paired, and written as the standard wants them."""
        if text.count('"') % 2:
            return False
        try:
            return not self.widths or len(self._plain(text)) in self.widths
        except csv.Error:
            return False

    def _plain(self, text: str) -> list[str]:
        self.line.text = text
        return next(self.reader)

    def _otherwise(self, text: str) -> list[str] | None:
        """The cells by a way of writing that gives them the right width."""
        return next((row for row in self._others(text) if len(row) in self.widths), None)

    def _others(self, text: str) -> Iterator[list[str]]:
        if '\\"' in text:
            with suppress(csv.Error):
                yield next(csv.reader([text], escapechar="\\", **self.options))
        # A switch that quotes every cell, and looks at no quote that a name holds.
        if len(text) > 1 and text[0] == text[-1] == '"':
            yield text[1:-1].split(f'"{self.delimiter}"')


class _OneLine:
    """Ends after the line: a quote that is open takes none of those behind it."""

    text: str | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.text is None:
            raise StopIteration
        text, self.text = self.text, None
        return text


def _without_nulls(text: str, row: list[str]) -> list[str]:
    if "\\N" not in text and "<null>" not in text:
        return row
    return ["" if cell in NULLS else cell for cell in row]
