"""Bytes of a file at any offset, whether it is packed or not."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .lines import GZIP_MAGIC, PACKED, UTF_16, NoText

UNPACKERS: dict[bytes, Callable[[Any], Any]] = {
    GZIP_MAGIC: lambda file: gzip.GzipFile(fileobj=file),
    b"BZh91AY&SY": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)


class Source:
    """A file that may grow. Nothing is kept of what was read: it may be emptied as well."""

    is_packed = False
    # Why nothing can be read from somewhere on.
    damage = ""

    def __init__(self, path: str) -> None:
        self.file = Path(path).open("rb", buffering=0)  # noqa: SIM115
        self.number = self.file.fileno()

    def read(self, offset: int, size: int) -> bytes:
        """``size`` bytes from there on, fewer at the end of the file."""
        return os.pread(self.number, size, offset)

    def stat(self) -> os.stat_result:
        return os.fstat(self.number)

    def close(self) -> None:
        self.file.close()


class PackedSource(Source):
    """What a packed file holds. It does not grow; one that is damaged ends there.

    Offsets may go back by as much as was read last; further back costs reading it again.
    """

    is_packed = True

    def __init__(self, path: str, unpacker: Callable[[Any], Any]) -> None:
        super().__init__(path)
        self.unpacked = unpacker(self.file)
        self.start, self.kept = 0, b""

    def read(self, offset: int, size: int) -> bytes:
        self._go_to(offset)
        while len(self.kept) < size and (more := self._more(size - len(self.kept))):
            self.kept += more
        return self.kept[:size]

    def _go_to(self, offset: int) -> None:
        is_kept = self.start <= offset <= self.start + len(self.kept)
        self.kept = self.kept[offset - self.start :] if is_kept else b""
        self.start = offset
        if not is_kept:
            self._unpack(lambda: self.unpacked.seek(offset))

    def _more(self, size: int) -> bytes:
        # Not read(), which loses what comes before the damage.
        return self._unpack(lambda: self.unpacked.read1(size)) or b""

    def _unpack(self, step: Callable[[], Any]) -> Any:
        if self.damage:
            return None
        try:
            return step()
        except DAMAGED as e:
            self.damage = str(e)
            return None


def open_source(path: str) -> Source:
    """The source of a file; raises NoText for what is packed otherwise, or no UTF-8."""
    source = Source(path)
    beginning = source.read(0, 16)
    for magic, unpacker in UNPACKERS.items():
        if beginning.startswith(magic):
            source.close()
            return PackedSource(path, unpacker)
    try:
        _check(path, beginning)
    except NoText:
        source.close()
        raise
    return source


def _check(path: str, beginning: bytes) -> None:
    if packed := next((PACKED[magic] for magic in PACKED if beginning.startswith(magic)), None):
        raise NoText(f"{path} is packed {packed}: unpack it and import it by hand")
    if beginning.startswith(UTF_16):
        raise NoText(f"{path} is in UTF-16: write it as UTF-8")
