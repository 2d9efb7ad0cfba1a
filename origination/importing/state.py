"""How far files were read, kept in a file that survives a crash at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .fingerprints import NONE, Fingerprint, ReadAt

VERSION = 1


class StateError(OSError):
    """The state file cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Position:
    """How far one file was read: ``offset`` bytes, ``number`` lines.

    ``modified``: when it was written to before that, in nanoseconds. ``header``: its header line,
    where it has one. ``skipping``: the rest of a line that is too long is still to come.
    """

    name: str
    device: int
    inode: int
    offset: int = 0
    number: int = 0
    modified: int = 0
    beginning: Fingerprint = NONE
    end: Fingerprint = NONE
    header: str = ""
    skipping: bool = False

    def is_in(self, read: ReadAt) -> bool:
        """Whether a file has what was read before this position."""
        return self.beginning.is_of(read) and self.end.is_of(read)


Positions = Mapping[str, Sequence[Position]]


class State:
    """The positions of each path, in order: those of rotated files stand before the newest.

    Paths that were followed once and are not now keep theirs.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.positions: dict[str, list[Position]] = self._read()

    def save(self, positions: Positions) -> None:
        """Replace the file at once, as one that is on the disk; nothing where nothing moved."""
        merged = self.positions | {path: list(of_path) for path, of_path in positions.items()}
        if merged == self.positions:
            return
        _replace(self.path, _written(merged))
        self.positions = merged

    def _read(self) -> dict[str, list[Position]]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as e:
            raise StateError(f"{self.path}: {getattr(e, 'strerror', None) or e}") from e
        try:
            return _parsed(text)
        except (ValueError, TypeError, KeyError, AttributeError) as e:
            raise StateError(
                f"{self.path} is no state of --follow. Name another file, or delete it: "
                "then the files are read from their beginning, and nothing is added twice"
            ) from e


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Holds the state file of this path; raises StateError where another process does.

    The lock is a file of its own, since the state is replaced. It ends with the process.
    """
    # Not on every system, and only for this.
    import fcntl

    try:
        number = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as e:
        raise StateError(f"{path}.lock: {e.strerror}. Name a file that can be written") from e
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as e:
        raise StateError(f"{path} is in use: another import_cdrs --follow has it") from e
    finally:
        os.close(number)


def _parsed(text: str) -> dict[str, list[Position]]:
    found = json.loads(text)
    if found["version"] != VERSION:
        raise ValueError(found["version"])
    return {path: [_position(**one) for one in of_path] for path, of_path in found["files"].items()}


def _position(beginning: dict[str, Any], end: dict[str, Any], **others: Any) -> Position:
    return Position(beginning=Fingerprint(**beginning), end=Fingerprint(**end), **others)


def _written(positions: Positions) -> bytes:
    files = {path: [asdict(one) for one in of_path] for path, of_path in positions.items()}
    return json.dumps({"version": VERSION, "files": files}, indent=1).encode()


def _replace(path: Path, data: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
