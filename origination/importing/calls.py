"""Records -> calls: a switch may write several records of one call, and one stands for it.

A call is the records of one account with one ``orig_call_id``. The record that stands for it is
the answered one that ended last; where none was answered, the last one. It depends on the records
alone, not on the order in which they are imported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from origination.statistics.columns import has_field
from origination.statistics.readings import Moment, is_local_time, says_yes

from .legs import Legs
from .lookups import AmongMany, has_one_of, parts_of, uuid_of

# Of a call those records are looked for that start within this of each other: no index of a host's
# table need know the ids of calls, but one knows times.
LONGEST = timedelta(days=1)
NEEDED = ("is_last_cdr", "orig_call_id")

Row = dict[str, Any]
Window = tuple[datetime, datetime]


class NoCalls(Exception):
    """The CDR table cannot tell which record stands for a call; the text is for the operator."""


class Record(NamedTuple):
    """A record of the table. ``rank`` decides which one ``stands`` for the ``call``."""

    uuid: UUID
    account: Any
    call: str
    rank: tuple[Any, ...]
    stands: bool


@dataclass
class Joined:
    """``rows`` that are new, and what is to be changed in the table, among the records of
    ``window``: uuids of those that ``stand`` from now on, of those that ``stand_back``, and of
    those that belong to another call, by its id."""

    rows: list[Row]
    window: Window
    stand: list[UUID] = field(default_factory=list)
    stand_back: list[UUID] = field(default_factory=list)
    renamed: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))


def ensure_calls(model: Any) -> None:
    """Raises NoCalls where a model lacks what tells the records of a call apart."""
    if lacking := [name for name in NEEDED if not has_field(model, name)]:
        raise NoCalls(
            f"{model._meta.label} has no field {' and no field '.join(map(repr, lacking))}, so "
            "several records of one call cannot be told from several calls. Give the table a "
            "column for it, or count every record with --legs=all."
        )


class Calls:
    """Joins new records with those of the same calls, in their batch and in the table."""

    def __init__(self, model: Any, every_row: Callable[[], QuerySet]) -> None:
        ensure_calls(model)
        self.model, self.every_row = model, every_row
        self.has_end = has_field(model, "time_end")

    def join(self, rows: list[Row]) -> Joined:
        """Rows get ``is_last_cdr`` and the id of their call."""
        window = _window(rows)
        stored = {record.uuid: record for record in self._related(rows, window)}
        joined = Joined([row for row in rows if row["uuid"] not in stored], window)
        self._name(joined, stored)
        self._decide(joined, stored)
        return joined

    def _name(self, joined: Joined, stored: dict[UUID, Record]) -> None:
        """Give the legs of a call one id."""
        legs = Legs(joined.rows)
        if not legs:
            return
        legs.add_stored((record.uuid, record.call) for record in stored.values())
        # A leg that was found by its uuid brings the others of its call.
        for record in self._stored_in(legs.stored - legs.ids, joined.window):
            stored.setdefault(record.uuid, record)
        names = legs.names()
        for row in joined.rows:
            row["orig_call_id"] = names[row["orig_call_id"]]
        for uuid, record in stored.items():
            if record.call != (call := names.get(record.call, record.call)):
                stored[uuid] = record._replace(call=call)
                joined.renamed[call].append(uuid)

    def _decide(self, joined: Joined, stored: dict[UUID, Record]) -> None:
        """Which of the records stands for each call that has new ones."""
        best: dict[tuple[Any, str], tuple[Any, ...]] = {}
        for row in joined.rows:
            call = (row["account"], row["orig_call_id"])
            best[call] = max(best.get(call, ()), self._rank_of(row))
        for record in stored.values():
            if (call := (record.account, record.call)) in best:
                best[call] = max(best[call], record.rank)
        for row in joined.rows:
            call = (row["account"], row["orig_call_id"])
            # Without an id a record is a call by itself.
            row["is_last_cdr"] = not call[1] or best[call] == self._rank_of(row)
        for record in stored.values():
            stands = best.get((record.account, record.call), record.rank) == record.rank
            if (record.account, record.call) in best and record.stands != stands:
                (joined.stand if stands else joined.stand_back).append(record.uuid)

    def _rank_of(self, row: Row) -> tuple[Any, ...]:
        return self._rank(row["duration"], row["time_end"], row["time_start"], row["uuid"])

    def _rank(self, seconds: Any, end: Any, start: datetime, uuid: UUID) -> tuple[Any, ...]:
        ended = end if self.has_end and end is not None else start
        return bool(seconds and seconds > 0), ended, start, uuid

    def _related(self, rows: list[Row], window: Window) -> Iterator[Record]:
        """The stored records that may be of the same calls, or are the same."""
        legs = Legs(rows)
        yield from self._stored_in({row["orig_call_id"] for row in rows} | legs.ids, window)
        for part in parts_of(legs.uuids):
            yield from self._stored(has_one_of(self.model, part), window)

    def _stored_in(self, calls: Collection[str], window: Window) -> Iterator[Record]:
        for part in parts_of([call for call in calls if call]):
            yield from self._stored(AmongMany(F("orig_call_id"), part), window)

    def _stored(self, condition: Any, window: Window) -> Iterator[Record]:
        account = self.model._meta.get_field("account").attname
        start, end = self._time("time_start"), self._time("time_end")
        found = self.every_row().filter(condition, time_start__range=window)
        for uuid, key, call, flag, seconds, ended, started in found.values_list(
            "uuid", account, "orig_call_id", "is_last_cdr", "duration", end, start
        ):
            identity = uuid_of(uuid)
            rank = self._rank(seconds, ended, started, identity)
            yield Record(identity, key, call, rank, bool(says_yes(flag)))

    def _time(self, name: str) -> Any:
        """Expression: the moment in this column; of an end that the table lacks, the start."""
        if not has_field(self.model, name):
            return F("time_start")
        return Moment(F(name)) if is_local_time(self.model, name) else F(name)


def _window(rows: list[Row]) -> Window:
    starts = [row["time_start"] for row in rows]
    return min(starts) - LONGEST, max(starts) + LONGEST
