"""Records that are in memory -> CDRs, as the feed and whoever tries rejected ones again need it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from origination import conf
from origination.models import get_cdr_model

from .accounts import Accounts
from .fitting import Row, insert_what_fits
from .formats import Format
from .lines import Line
from .loader import Loader, make_loader
from .reading import REMEMBERED_BYTES
from .values import Rejected, forget

SECONDS_OF_A_LOADER = 60
_remembered = 0
_loaders = threading.local()


class Reject(NamedTuple):
    """``place`` counts the records from 0."""

    place: int
    reason: str


@dataclass
class Taken:
    """Counts of some records; ``known`` were there already or came twice."""

    imported: int = 0
    known: int = 0
    rejects: list[Reject] = field(default_factory=list)


def take(records: Sequence[Line], format: Format, accounts: Accounts) -> Taken:
    """Import what can be, in one transaction.

    Raises as :func:`.loader.make_loader`, and DatabaseError where nothing was imported.
    """
    loader = _loader(format.joins_records)
    taken = Taken()
    rows = _with_accounts(_read(records, format.reader(), taken), accounts, taken)
    # Writers who meet go in the same order, so none waits for one that waits for it.
    ordered = sorted(rows.values(), key=itemgetter("uuid"))
    taken.imported, refused = insert_what_fits(loader, ordered)
    places = {id(row): index for index, row in rows.items()}
    taken.rejects += [Reject(places[id(row)], reason) for row, reason in refused]
    taken.known = len(rows) - len(refused) - taken.imported
    taken.rejects.sort()
    return taken


def _read(records: Sequence[Line], reader: Any, taken: Taken) -> dict[int, Row]:
    """Rows by the place of their record; the account is a code."""
    rows: dict[int, Row] = {}
    for index, record in enumerate(records):
        try:
            row = reader(record)
        except Rejected as e:
            taken.rejects.append(Reject(index, str(e)))
            continue
        if row is not None:
            rows[index] = row
    _forget_after(sum(len(record.raw) for record in records))
    return rows


def _with_accounts(rows: dict[int, Row], accounts: Accounts, taken: Taken) -> dict[int, Row]:
    accounts.look_up(row["account"] for row in rows.values())
    kept: dict[int, Row] = {}
    for index, row in rows.items():
        try:
            row["account"] = accounts(row["account"])
        except Rejected as e:
            taken.rejects.append(Reject(index, str(e)))
            continue
        kept[index] = row
    return kept


def _loader(joins_records: bool) -> Loader:
    """One that is a minute old at most: to look at the table costs more than a small request.

    Each thread has its own, with its own connection.
    """
    made = getattr(_loaders, "made", None)
    if made is None or made[0] < time.monotonic() - SECONDS_OF_A_LOADER:
        made = _loaders.made = (time.monotonic(), {})
    kept: dict[Any, Loader] = made[1]
    wanted = (get_cdr_model(), conf.cdr_database(), joins_records)
    if wanted not in kept:
        kept[wanted] = make_loader(joins_records)
    return kept[wanted]


def _forget_after(size: int) -> None:
    """What was remembered of values are parts of the records, of which this many bytes came."""
    global _remembered
    _remembered += size
    if _remembered >= REMEMBERED_BYTES:
        _remembered = 0
        forget()
