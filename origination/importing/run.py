"""One import: files -> CDRs -> the table, with what was rejected and why.

Another thread reads the next batch while a database that is waited for takes the one before. Only
this one asks it: for accounts, which are therefore looked up here, and for the load.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .accounts import Accounts
from .ahead import ahead
from .formats import Format
from .loader import make_loader
from .reading import Batch, Batches, Pending, Row
from .rejects import Rejects
from .values import Rejected


@dataclass
class Outcome:
    """Counts of one import; ``known`` were there already or came twice."""

    read: int = 0
    imported: int = 0
    known: int = 0


class Import:
    """Runs over files with one reader per file."""

    def __init__(
        self,
        format: Format,
        accounts: Accounts,
        rejects: Rejects,
        dry_run: bool,
    ) -> None:
        self.format, self.accounts = format, accounts
        self.rejects, self.dry_run = rejects, dry_run
        self.loader = make_loader(format.joins_records)
        self.outcome = Outcome()

    def run(self, names: Iterable[str], progress: Callable[[int], object]) -> Outcome:
        """Read every file; each batch is committed on its own."""
        batches = Batches(names, self.format.reader, self.accounts.known, self.loader.batch)
        with _rare_collections(), ahead(batches) as read:
            for batch in read:
                self.outcome.read += len(batch.reads)
                if rows := self._accepted(batch):
                    self._load(rows, read.begin)
                progress(batch.passed)
        return self.outcome

    def _accepted(self, batch: Batch) -> list[Row]:
        """Field values with the keys of accounts; the other lines go to the rejects."""
        rows: list[Row] = []
        for read in batch.reads:
            if not isinstance(read, Pending):
                rows.append(read)
                continue
            try:
                rows.append(self._with_account(read))
            except Rejected as e:
                self.rejects.add(read.name, read.line, str(e))
        # Only the rejects needed the lines.
        batch.reads.clear()
        return rows

    def _with_account(self, read: Pending) -> Row:
        if read.row is None:
            raise Rejected(read.reason)
        read.row["account"] = self.accounts(read.row["account"])
        return read.row

    def _load(self, rows: list[Row], waiting: Callable[[], object]) -> None:
        new = self._new(rows) if self.dry_run else self.loader.insert(rows, waiting)
        self.outcome.imported += new
        self.outcome.known += len(rows) - new

    def _new(self, rows: list[Row]) -> int:
        return len({row["uuid"] for row in rows} - self.loader.known(rows))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Rows hold no cycles, and looking for some in each batch takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
