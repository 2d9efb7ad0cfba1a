"""Rows whose values have names (JSONL, CSV with a header): our field names or YETI's."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from ..clocks import ensure_room, settled
from ..values import NESTED, Rejected, text_of
from .fields import ACCOUNT_NAMES, FEW, TIMES, YETI_NAMES, readers
from .identity import identity

if TYPE_CHECKING:
    from .format import Format

WORDS = {"account": "account", "orig_call_id": "Call-ID"}


class Named:
    """Reads one row at a time; raises Rejected, and Inexact where a value is a float."""

    def __init__(self, format: Format) -> None:
        self.source, self.needs = format.source, format.needs
        self.zone = format.clock
        self.readers = tuple(readers(format.clock, format.rounding).items())

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Field values of one CDR, the account still a code; the row gets our names beside
        YETI's."""
        for name, field in YETI_NAMES.items():
            if row.get(field) is None:
                row[field] = row.get(name)
        get = row.get
        try:
            cdr = {field: read(get(field)) for field, read in self.readers}
        except TypeError as e:
            # Neither can be remembered.
            if any(type(get(field)) in (list, dict) for field in FEW):
                raise Rejected(NESTED) from e
            raise
        if self.zone is not UTC:
            self._settle(row, cdr)
        if cdr["duration"]:
            ensure_room(cdr["time_start"], cdr["time_end"], cdr["duration"])
        elif not text_of(get("duration")):
            _ensure_failed(row, cdr)
        if cdr["customer_duration"] is None:
            cdr["customer_duration"] = cdr["duration"]
        cdr["account"] = _account_code(row)
        if self.needs:
            self._ensure_meaning(cdr)
        cdr["uuid"] = identity(row, cdr, self.source)
        return cdr

    def _ensure_meaning(self, cdr: dict[str, Any]) -> None:
        """Kamailio writes three values of a dialog that timed out, and nothing of its call."""
        if not cdr["orig_call_id"]:
            lacking = [WORDS[field] for field in self.needs if not cdr[field]]
            raise Rejected(f"no {' and no '.join(lacking)}")

    def _settle(self, row: dict[str, Any], cdr: dict[str, Any]) -> None:
        """Decide for the hour that comes twice."""
        texts = [text_of(row.get(name)) for name in TIMES]
        read = (cdr["time_start"], cdr["time_connect"], cdr["time_end"])
        cdr.update(zip(TIMES, settled(texts, read, cdr["duration"], self.zone), strict=True))


def _ensure_failed(row: dict[str, Any], cdr: dict[str, Any]) -> None:
    """A talk time of null is that of a call that was not answered."""
    if "duration" not in row:
        raise Rejected("no duration")
    if cdr["time_connect"] is not None:
        raise Rejected("duration: null, but the call was answered")


def _account_code(row: dict[str, Any]) -> str:
    for name in ACCOUNT_NAMES:
        if code := text_of(row.get(name)):
            return code
    return ""
