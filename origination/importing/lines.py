"""Bytes of a file -> numbered lines of text, one bad line costing only itself."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .values import Rejected

MAX_LINE_BYTES = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """``number`` counts from 1; ``raw`` is without the line end, which ``ended`` tells of."""

    number: int
    raw: bytes
    ended: bool = True

    @property
    def text(self) -> str:
        """UTF-8, else Latin-1; raises Rejected for what is no text at all."""
        if len(self.raw) > MAX_LINE_BYTES:
            raise Rejected(f"line longer than {MAX_LINE_BYTES} bytes")
        if b"\0" in self.raw:
            raise Rejected("NUL byte")
        try:
            return self.raw.decode()
        except UnicodeDecodeError:
            return self.raw.decode("latin-1")


@contextmanager
def opened(name: str, progress: Callable[[int], object]) -> Iterator[Iterator[Line]]:
    """Lines of a file, of a gzip file, or of standard input (``-``).

    ``progress`` is told the bytes read from the file itself.
    """
    if name == "-":
        # Unbuffered: a thread that waits in a buffered one holds a lock that Python's end wants.
        stdin = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        yield numbered(_counted(stdin, progress))
        return
    with Path(name).open("rb") as file:
        yield numbered(_counted(file, progress))


def numbered(file: BinaryIO) -> Iterator[Line]:
    """Blank lines are counted and left out."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 2):
        number += 1
        complete = raw.endswith(b"\n")
        raw = raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw
        if len(raw) > MAX_LINE_BYTES and not complete:
            _skip_rest(file)
        if raw.strip():
            yield Line(number, raw.rstrip(b"\r\n"), complete)


def cells(text: str) -> list[str]:
    """One CSV line; an unterminated quote rejects it instead of swallowing those behind it."""
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as e:
        raise Rejected(f"not a CSV line: {e}") from e


def _skip_rest(file: BinaryIO) -> None:
    while (chunk := file.readline(MAX_LINE_BYTES)) and not chunk.endswith(b"\n"):
        pass


def _counted(file: BinaryIO, progress: Callable[[int], object]) -> BinaryIO:
    counting = io.BufferedReader(_Counting(file, progress), 1 << 18)
    if counting.peek(2)[:2] == GZIP_MAGIC:
        return io.BufferedReader(gzip.GzipFile(fileobj=counting), 1 << 18)  # type: ignore[arg-type]
    return counting


class _Counting(io.RawIOBase):
    def __init__(self, file: BinaryIO, progress: Callable[[int], object]) -> None:
        self.file, self.progress = file, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        self.progress(len(data))
        return len(data)
