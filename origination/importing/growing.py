"""The whole lines of a file from some place on, and the place after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from .lines import BYTE_ORDER_MARK, MAX_LINE_BYTES, Line
from .sources import Source

CHUNK = 1 << 20


class Mark(NamedTuple):
    """A place between two lines. ``skipping``: within one that is too long, of which the rest is
    not read."""

    offset: int = 0
    number: int = 0
    skipping: bool = False


class WholeLines:
    """Iterates once. ``after`` tells for the number of a line what place is behind it.

    A line without its end is left, unless the file is final.
    """

    def __init__(self, source: Source, mark: Mark, is_final: bool) -> None:
        self.source, self.mark, self.is_final = source, mark, is_final
        self.after: dict[int, Mark] = {}
        self.is_exhausted = False

    def __iter__(self) -> Iterator[Line]:
        while chunk := self.source.read(self.mark.offset, CHUNK):
            before = self.mark.offset
            is_last = self.is_final and len(chunk) < CHUNK
            for raw in BytesIO(chunk):
                if not (is_last or _is_whole(raw)):
                    break
                if line := self._taken(raw):
                    yield line
            if self.mark.offset == before:
                break
        self.is_exhausted = True

    def _taken(self, raw: bytes) -> Line | None:
        """The line, unless it is blank or the rest of one that was too long."""
        ended, (offset, number, is_rest) = raw.endswith(b"\n"), self.mark
        number += not is_rest
        self.mark = self.after[number] = Mark(offset + len(raw), number, not ended)
        if is_rest or not raw.strip():
            return None
        raw = raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw
        text = raw[: MAX_LINE_BYTES + 2].rstrip(b"\r\n")
        return Line(number, text, ended, raw[len(text) :] if ended else b"")


def _is_whole(raw: bytes) -> bool:
    """Whether a line has its end, or is so long that it is not waited for."""
    return raw.endswith(b"\n") or len(raw) > MAX_LINE_BYTES
