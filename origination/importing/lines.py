"""Bytes of a file -> numbered lines of text, one bad line costing only itself."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from .values import Rejected

MAX_LINE_BYTES = 1 << 16
BUFFER = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
# How files begin that hold no lines as they are.
PACKED = {
    b"\x28\xb5\x2f\xfd": "by zstd",
    b"BZh91AY&SY": "by bzip2",
    b"\xfd7zXZ\0": "by xz",
    b"PK\x03\x04": "in a zip archive",
    b"7z\xbc\xaf\x27\x1c": "in a 7z archive",
    b"\x04\x22\x4d\x18": "by lz4",
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NoText(OSError):
    """A file that holds no lines of text as it is; the message says what to do."""


class Line(NamedTuple):
    """``number`` counts from 1; ``raw`` is without ``end``, and ``ended`` tells whether that is
    there. A record of several lines has the number of the first."""

    number: int
    raw: bytes
    ended: bool = True
    end: bytes = b"\n"

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
        yield numbered(_text(stdin, "standard input", progress))
        return
    with Path(name).open("rb") as file:
        yield numbered(_text(file, name, progress))


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
            text = raw.rstrip(b"\r\n")
            if len(raw) == len(text) + 1:
                # The end that nearly all have.
                yield Line(number, text, complete)
            else:
                yield Line(number, text, complete, raw[len(text) :])


def _skip_rest(file: BinaryIO) -> None:
    while (chunk := file.readline(MAX_LINE_BYTES)) and not chunk.endswith(b"\n"):
        pass


def _text(file: BinaryIO, name: str, progress: Callable[[int], object]) -> BinaryIO:
    text: io.BufferedReader[Any] = io.BufferedReader(_Counting(file, progress), BUFFER)
    beginning = text.peek(16)
    if beginning.startswith(GZIP_MAGIC):
        text = io.BufferedReader(_Unpacked(text), BUFFER)
        beginning = text.peek(16)
    if packed := next((PACKED[magic] for magic in PACKED if beginning.startswith(magic)), None):
        raise NoText(f"{name} is packed {packed}: unpack it first; gzip alone is read as it is")
    if beginning.startswith(UTF_16):
        return io.BufferedReader(_Recoded(text), BUFFER)
    return text


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip file: of a damaged one all up to the damage, then its error."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = gzip.GzipFile(fileobj=file)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # Not read(), which would lose what it has where it does not get all that it wants.
        data = self.file.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Recoded(io.RawIOBase):
    """The UTF-8 of a file in UTF-16; what is no character becomes the mark of that."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        ended = False
        while not self.rest and not ended:
            # A piece of it: its UTF-8 may be longer.
            data = self.file.read(BUFFER // 2)
            ended = not data
            self.rest = self.decoder.decode(data, final=ended).encode("utf-8", "replace")
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


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
