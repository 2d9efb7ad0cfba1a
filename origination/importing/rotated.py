"""Where the lines of a log went when it was rotated: renamed, copied, packed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import time_ns

from .lines import NoText
from .sources import Source, open_source
from .state import Position

# A number, a date or a word, in the ways of logrotate, savelog, FreeSWITCH and of people.
MARK = r"[._-](?:\d[\dT:_.-]*|old|prev|bak)"
PACKED = r"(?:\.(?:gz|bz2|xz|zst|lz4|zip))?"

# The clock of a file system is coarse.
NANOSECONDS_OF_A_TICK = 2_000_000_000

Identity = tuple[int, int]


def identity(found: os.stat_result) -> Identity:
    """Device and inode: what stays when a file is renamed."""
    return found.st_dev, found.st_ino


def is_rotated(name: str, of: str) -> bool:
    """Whether a file of this name is an earlier one of the log: ``log.1``, ``log-20261127.gz``,
    ``log.2026-11-27-00-00-00``, ``lo-20261127.g`` of ``lo.g``."""
    stem, suffix = os.path.splitext(of)
    patterns = (
        f"{re.escape(of)}{MARK}{PACKED}",
        f"{re.escape(stem)}{MARK}{re.escape(suffix)}{PACKED}",
    )
    return any(re.fullmatch(pattern, name) for pattern in patterns)


class Folder:
    """The folder of a log: to list it each time would be dear where it holds thousands of files."""

    def __init__(self, path: str) -> None:
        self.path, self.seen = Path(path).parent, 0

    def has_changed(self) -> bool:
        """Whether a file may have come or gone since this was asked before."""
        try:
            modified = self.path.stat().st_mtime_ns
        except OSError:
            return False
        is_changed = modified != self.seen
        # What happens in the same tick of the clock does not change it again.
        self.seen = modified if time_ns() - modified > NANOSECONDS_OF_A_TICK else 0
        return is_changed


def find(
    path: str, position: Position, but: Collection[Identity | None] = ()
) -> tuple[str, Source] | None:
    """Path and source of the file that has what was read up to there; None where it is gone.

    It is known by its inode, and where it was packed or copied by what was read of it.
    """
    wanted = position.device, position.inode
    others = [
        (name, found) for name, found in _beside(path, position) if identity(found) not in but
    ]
    by_inode = [name for name, found in others if identity(found) == wanted]
    rotated = [name for name, found in _newest_first(others) if _is_rotated_path(name, path)]
    for name in [*by_inode, path, *rotated]:
        if source := _opened_if(name, position, but):
            return name, source
    return None


def missed(path: str, since: int, but: Collection[Identity | None]) -> list[str]:
    """Rotated files that were written to since then (nanoseconds), in order of time; ``but``
    those."""
    found = [
        (stat.st_mtime_ns, name)
        for name, stat in _listed({str(Path(path).parent)})
        if _is_rotated_path(name, path)
        and stat.st_mtime_ns >= since
        and stat.st_size
        and identity(stat) not in but
    ]
    return [name for _, name in sorted(found)]


def _opened_if(name: str, position: Position, but: Collection[Identity | None]) -> Source | None:
    try:
        source = open_source(name)
    except (OSError, NoText):
        return None
    with suppress(OSError):
        if identity(source.stat()) not in but and position.is_in(source.read):
            return source
    source.close()
    return None


def _beside(path: str, position: Position) -> Iterator[tuple[str, os.stat_result]]:
    """Files of the folder, and of the one where the file really was: the path may be a link."""
    return _listed({str(Path(path).parent), str(Path(position.name).parent)})


def _listed(folders: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    for folder in sorted(folders):
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.is_file():
                    yield entry.path, entry.stat()
            except OSError:
                continue


def _newest_first(
    others: Iterable[tuple[str, os.stat_result]],
) -> list[tuple[str, os.stat_result]]:
    return sorted(others, key=lambda other: -other[1].st_mtime_ns)


def _is_rotated_path(name: str, path: str) -> bool:
    return is_rotated(Path(name).name, Path(path).name)
