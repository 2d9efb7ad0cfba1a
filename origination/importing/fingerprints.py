"""What tells a file from another one of its name or inode: a few bytes that were read of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

# As many as hold several CDRs, of which no two files begin or end with the same.
LENGTH = 4096

ReadAt = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Fingerprint:
    """The digest of ``length`` bytes from byte ``start`` on; of no byte, which every file has."""

    start: int = 0
    length: int = 0
    digest: str = ""

    def is_of(self, read: ReadAt) -> bool:
        """Whether a file has these bytes; ``read(offset, size)`` gives what it has there."""
        return fingerprint(read, self.start, self.length) == self


NONE = Fingerprint()


def fingerprint(read: ReadAt, start: int, length: int) -> Fingerprint:
    data = read(start, length) if length else b""
    return Fingerprint(start, len(data), sha256(data).hexdigest() if data else "")


def of_beginning(read: ReadAt, end: int) -> Fingerprint:
    """Of the first bytes of those before ``end``."""
    return fingerprint(read, 0, min(end, LENGTH))


def of_end(read: ReadAt, end: int) -> Fingerprint:
    """Of the last bytes before ``end``."""
    start = max(0, end - LENGTH)
    return fingerprint(read, start, end - start)
