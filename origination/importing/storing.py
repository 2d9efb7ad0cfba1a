"""Lines that were followed -> CDRs and rejects, each batch for certain before the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from .accounts import Accounts
from .counts import Counts
from .fitting import insert_what_fits
from .loader import make_loader
from .reading import Pending, Row
from .values import Rejected


class Keeper(Protocol):
    """Keeps rejected lines of a log with their reasons."""

    def __call__(self, log: str, rejected: Iterable[tuple[bytes, str]]) -> object: ...


class Store:
    """Imports a batch; called again with the same one, it adds nothing twice."""

    def __init__(self, accounts: Accounts, keep: Keeper, joins_records: bool) -> None:
        self.accounts, self.keep, self.joins_records = accounts, keep, joins_records

    def __call__(self, batch: Sequence[Pending]) -> Counts:
        """Raises as the loader does, where the fault is not in a row."""
        rejected: list[Pending] = []
        rows = self._with_accounts(batch, rejected)
        new = self._insert(rows, rejected) if rows else 0
        self._keep(rejected)
        return Counts(len(batch), new, len(batch) - len(rejected) - new, len(rejected))

    def _with_accounts(
        self, batch: Sequence[Pending], rejected: list[Pending]
    ) -> list[tuple[Pending, Row]]:
        """What can be imported; the batch stays as it is, since it may have to be tried again."""
        self.accounts.look_up(read.row["account"] for read in batch if read.row)
        found = []
        for read in batch:
            if read.row is None:
                rejected.append(read)
                continue
            try:
                key = self.accounts(read.row["account"])
            except Rejected as e:
                rejected.append(read._replace(reason=str(e)))
            else:
                found.append((read, read.row | {"account": key}))
        return found

    def _insert(self, rows: list[tuple[Pending, Row]], rejected: list[Pending]) -> int:
        # Made for each batch: after an outage the table may be another one.
        loader = make_loader(self.joins_records)
        new, refused = insert_what_fits(loader, [row for _, row in rows])
        reasons = {id(row): reason for row, reason in refused}
        rejected += [
            read._replace(reason=reasons[id(row)]) for read, row in rows if id(row) in reasons
        ]
        return new

    def _keep(self, rejected: list[Pending]) -> None:
        for log in dict.fromkeys(read.name for read in rejected):
            self.keep(log, [(read.line.raw, read.reason) for read in rejected if read.name == log])
