"""Lines that were followed -> CDRs and rejects, each batch for certain before the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from .accounts import Accounts
from .counts import Counts
from .lines import Line
from .loader import Loader, make_loader
from .patience import REFUSED
from .reading import Pending, Row
from .rejects import Rejects
from .values import Rejected


class Keeper(Protocol):
    """Keeps rejected lines of a log with their reasons."""

    def __call__(self, log: str, rejected: Iterable[tuple[Line, str]]) -> object: ...


class Store:
    """Imports a batch; called again with the same one, it adds nothing twice."""

    def __init__(self, accounts: Accounts, keep: Keeper, joins_records: bool) -> None:
        self.accounts, self.keep, self.joins_records = accounts, keep, joins_records

    def __call__(self, batch: Sequence[Pending]) -> Counts:
        """Raises as the loader does, where the fault is not in a row."""
        rejected: list[Pending] = []
        rows = self._with_accounts(batch, rejected)
        # Made for each batch: after an outage the table may be another one.
        new, refused = _inserted(make_loader(self.joins_records), rows) if rows else (0, [])
        rejected += refused
        self._keep(rejected)
        known = len(rows) - len(refused) - new
        return Counts(len(batch), new, known, len(rejected))

    def _with_accounts(
        self, batch: Sequence[Pending], rejected: list[Pending]
    ) -> list[tuple[Pending, Row]]:
        """What can be imported; the batch stays as it is, since it may have to be tried again."""
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

    def _keep(self, rejected: list[Pending]) -> None:
        for log in dict.fromkeys(read.name for read in rejected):
            self.keep(log, [(read.line, read.reason) for read in rejected if read.name == log])


def _inserted(loader: Loader, rows: list[tuple[Pending, Row]]) -> tuple[int, list[Pending]]:
    """How many were new, and those that the table refuses: each costs itself alone."""
    try:
        # Copies, which the loader may change.
        return loader.insert([dict(row) for _, row in rows]), []
    except REFUSED as e:
        if len(rows) == 1:
            reason = f"the table refuses it: {str(e).partition(chr(10))[0].strip()}"
            return 0, [rows[0][0]._replace(reason=reason)]
    half = len(rows) // 2
    (new, refused), (more, others) = (_inserted(loader, r) for r in (rows[:half], rows[half:]))
    return new + more, refused + others


def into_file(rejects: Rejects) -> Callable[..., Any]:
    """Keeps them in a file."""

    def keep(log: str, rejected: Iterable[tuple[Line, str]]) -> None:
        for line, reason in rejected:
            rejects.add(log, line, reason)
        rejects.flush()

    return keep
