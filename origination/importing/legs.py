"""Legs of one call that name each other, as FreeSWITCH's do: which of them belong together.

A leg has an id of its own (``orig_call_id``) and may name one ``other_leg``. Both come in any
order, in one batch or in several. Until a leg that was named has come, the call has its id, so
that it is found when it comes. A Call-ID of SIP is a better name than any uuid of a switch.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any
from uuid import UUID


class Legs:
    """The legs among new rows; false where none of them names another.

    ``ids`` and ``uuids``: by which those in the table are found that they may belong to.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        linked = [row for row in rows if row.get("other_leg")]
        self.named = dict.fromkeys(row["other_leg"] for row in linked)
        self.ids = {*self.named, *(row["orig_call_id"] for row in linked)}
        # A leg that has a Call-ID instead is found by it: its call has that name.
        self.by_uuid = {uuid: leg for leg in self.named if (uuid := _uuid(leg))}
        self.uuids = {*self.by_uuid, *(row["uuid"] for row in rows)} if linked else set()
        self.parents: dict[str, str] = {}
        for row in linked:
            self._unite(row["orig_call_id"], row["other_leg"])
        ordered = sorted(rows, key=itemgetter("time_start")) if linked else []
        self.present = dict.fromkeys(row["orig_call_id"] for row in ordered)
        # Ids of calls of the table, and of legs that were named and are there.
        self.stored: set[str] = set()
        self.found: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.named)

    def add_stored(self, calls: Iterable[tuple[UUID, str]]) -> None:
        """Records of the table: their uuids, and the ids of the calls that they are of."""
        for uuid, call in calls:
            self.stored.add(call)
            if other := self.by_uuid.get(uuid):
                self.found.add(other)
                self._unite(other, call)

    def names(self) -> dict[str, str]:
        """Id of a leg, or of a call until now -> id of its call."""
        known = [*self.present, *self.stored, *self.named]
        # Who was named and has not come: there is one in a call at most.
        awaited = [call for call in known if call not in self.present and call not in self.found]
        names: dict[str, str] = {}
        call_ids = [call for call in known if not _uuid(call)]
        for call in [*call_ids, *awaited, *self.stored, *self.present]:
            names.setdefault(self._root(call), call)
        return {call: names[self._root(call)] for call in known}

    def _unite(self, one: str, other: str) -> None:
        self.parents[self._root(one)] = self._root(other)

    def _root(self, call: str) -> str:
        while (parent := self.parents.get(call, call)) != call:
            call = parent
        return call


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
