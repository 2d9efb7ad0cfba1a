"""One import: files -> lines -> CDRs -> the table, with what was rejected and why."""

from __future__ import annotations

import csv
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .lines import Line, opened
from .loader import make_loader
from .values import Rejected


class Rejects:
    """CSV of file, line, reason and the line itself, of this run alone.

    Made with the first reject; a file that is there from an earlier run is replaced.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self.file: IO[str] | None = None
        if Path(path).exists():
            self._open()

    def add(self, name: str, line: Line, reason: str) -> None:
        writer = csv.writer(self.file or self._open())
        text = line.raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
        writer.writerow([name, line.number, _storable(reason), text])
        self.count += 1

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def _open(self) -> IO[str]:
        self.file = Path(self.path).open("w", newline="", encoding="utf-8")  # noqa: SIM115
        csv.writer(self.file).writerow(["file", "line", "reason", "text"])
        return self.file


@dataclass
class Outcome:
    """Counts of one import; ``known`` were there already or came twice."""

    read: int = 0
    imported: int = 0
    known: int = 0


class Import:
    """Runs over files with one reader per file."""

    def __init__(self, make_reader: Callable[[], Any], rejects: Rejects, dry_run: bool) -> None:
        self.make_reader, self.rejects, self.dry_run = make_reader, rejects, dry_run
        self.loader = make_loader()
        self.outcome = Outcome()

    def run(self, names: Iterable[str], progress: Callable[[int], object]) -> Outcome:
        """Read every file; each batch is committed on its own."""
        batch: list[dict[str, Any]] = []
        with _rare_collections():
            for name in names:
                self._read_file(name, progress, batch)
            self._flush(batch)
        return self.outcome

    def _read_file(
        self, name: str, progress: Callable[[int], object], batch: list[dict[str, Any]]
    ) -> None:
        reader = self.make_reader()
        with opened(name, progress) as lines:
            for line in lines:
                self._read(name, reader, line, batch)
                if len(batch) >= self.loader.batch:
                    self._flush(batch)

    def _read(self, name: str, reader: Any, line: Line, batch: list[dict[str, Any]]) -> None:
        try:
            row = reader(line)
        except Rejected as e:
            self.outcome.read += 1
            self.rejects.add(name, line, str(e))
            return
        if row is not None:
            self.outcome.read += 1
            batch.append(row)

    def _flush(self, batch: list[dict[str, Any]]) -> None:
        if not batch:
            return
        new = self._new(batch) if self.dry_run else self.loader.insert(batch)
        self.outcome.imported += new
        self.outcome.known += len(batch) - new
        batch.clear()

    def _new(self, batch: list[dict[str, Any]]) -> int:
        return len({row["uuid"] for row in batch} - self.loader.known(batch))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Rows hold no cycles, and looking for some in each batch takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _storable(reason: str) -> str:
    """A lone surrogate of a JSON escape may be quoted in the reason."""
    return reason.encode("utf-8", "backslashreplace").decode()
