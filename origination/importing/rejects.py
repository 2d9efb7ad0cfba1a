"""Lines that were rejected, in a file of their own, which never is somebody else's."""

from __future__ import annotations

import csv
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from .lines import Line

HEADER = ["file", "line", "reason", "text"]
BEGINNING = ",".join(HEADER).encode()
# Of a pipe without a reader it would wait for one; a link may lead anywhere.
FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class RejectsError(OSError):
    """The file of rejects cannot be written, or must not be; the text says why."""


class Rejects:
    """CSV of file, line, reason and the line itself, of this run alone.

    Made with the first reject; a file that is there from an earlier run is replaced, any other one
    is refused. ``path`` None: they are counted only. ``others``: files that it must not be.
    """

    def __init__(self, path: str | None, others: Iterable[os.stat_result] = ()) -> None:
        self.path, self.others = path, list(others)
        self.count = 0
        self.file: IO[str] | None = None
        if path is None:
            return
        if os.path.lexists(path):
            self._open(path)
        elif not Path(path).parent.is_dir():
            raise RejectsError(f"no such folder: {Path(path).parent}")

    def add(self, name: str, line: Line, reason: str) -> None:
        self.count += 1
        if self.path is None:
            return
        writer = csv.writer(self.file or self._open(self.path))
        text = line.raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
        writer.writerow([name, line.number, _storable(reason), text])

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def _open(self, path: str) -> IO[str]:
        number = _descriptor(path)
        try:
            _check(path, number, self.others)
            if stat.S_ISREG(os.fstat(number).st_mode):
                os.ftruncate(number, 0)
        except OSError:
            os.close(number)
            raise
        self.file = open(number, "w", newline="", encoding="utf-8")  # noqa: SIM115
        csv.writer(self.file).writerow(HEADER)
        return self.file


def _descriptor(path: str) -> int:
    try:
        return os.open(path, FLAGS, 0o666)
    except OSError as e:
        if e.errno == errno.ELOOP:
            raise RejectsError(f"{path} is a symbolic link, which is not followed") from e
        raise RejectsError(f"{path}: {e.strerror}") from e


def _check(path: str, number: int, others: list[os.stat_result]) -> None:
    """Of the file that is open, so that nobody can put another one in its place meanwhile."""
    found = os.fstat(number)
    if stat.S_ISCHR(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode):
        raise RejectsError(f"{path} is no file")
    if any(os.path.samestat(found, other) for other in others):
        raise RejectsError(f"{path} would overwrite a file that is read")
    if found.st_size and os.read(number, len(BEGINNING)) != BEGINNING:
        raise RejectsError(f"{path} is there already, and it is no file of rejects")
    os.lseek(number, 0, os.SEEK_SET)


def _storable(reason: str) -> str:
    """A lone surrogate of a JSON escape may be quoted in the reason."""
    return reason.encode("utf-8", "backslashreplace").decode()
