"""The formats that ``import_cdrs`` reads, one reader each: lines -> CDR field values.

Source of the columns: the switches' own documentation of their CDR files. ``duration`` here
is the talk time, Asterisk's and FreeSWITCH's *billsec*.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import tzinfo
from typing import Any, Protocol

from . import named, values
from .lines import Line, cells
from .values import Rejected


class Reader(Protocol):
    """Reads one file's lines; None for a line that is its header."""

    def __call__(self, line: Line) -> dict[str, Any] | None: ...


Account = Callable[[str], Any]


class JSONLines:
    """A JSON object a line."""

    def __init__(self, account: Account, zone: tzinfo) -> None:
        self.account = account

    def __call__(self, line: Line) -> dict[str, Any]:
        try:
            row = json.loads(line.text, parse_float=str, parse_constant=_no_constant)
        except (ValueError, RecursionError) as e:
            raise Rejected(str(e) if isinstance(e, Rejected) else f"not JSON: {e}") from e
        if not isinstance(row, dict):
            raise Rejected("not a JSON object")
        return named.cdr(row, self.account)


class HeadedCSV:
    """A header of field names, any order, extra columns ignored."""

    def __init__(self, account: Account, zone: tzinfo) -> None:
        self.account = account
        self.header: list[str] = []

    def __call__(self, line: Line) -> dict[str, Any] | None:
        row = cells(line.text)
        if not self.header:
            self.header = [name.strip() for name in row]
            return None
        if [name.strip() for name in row] == self.header:
            raise Rejected("header repeated")
        if len(row) != len(self.header):
            raise Rejected(f"{len(row)} fields, the header has {len(self.header)}")
        return named.cdr(dict(zip(self.header, row, strict=True)), self.account)


class _Positional:
    """A format without header, in the wall clock of the switch."""

    def __init__(self, account: Account, zone: tzinfo) -> None:
        self.account, self.zone = account, zone

    def _cdr(self, code: str, start: str, answer: str, end: str, billsec: str) -> dict[str, Any]:
        duration = values.integer("billsec", billsec)
        return {
            "account": self.account(code),
            "time_start": values.moment("start", start, self.zone),
            "time_connect": values.optional_moment("answer", answer, self.zone),
            "time_end": values.optional_moment("end", end, self.zone),
            "duration": duration,
            "customer_duration": duration,
        }

    def _numbers(self, source: str, destination: str, reason: str) -> dict[str, Any]:
        return {
            "src_prefix_routing": values.short_text("src", source, 64),
            "dst_prefix_routing": values.short_text("dst", destination, 64),
            "disconnect_reason": values.short_text("reason", reason, 255),
        }


class Asterisk(_Positional):
    """``Master.csv``: 16 to 21 columns."""

    def __call__(self, line: Line) -> dict[str, Any]:
        row = cells(line.text)
        if not 16 <= len(row) <= 21:
            raise Rejected(f"{len(row)} fields, Master.csv has 16 to 21")
        unique = row[16] if len(row) > 16 else ""
        # One uniqueid may have several records; without one the whole record identifies it.
        parts = (
            (unique, row[20] if len(row) > 20 else "", row[5], row[6], row[9]) if unique else row
        )
        return {
            "uuid": values.derived_identity("asterisk", *parts),
            **self._cdr(row[0], row[9], row[10], row[11], row[13]),
            **self._numbers(row[1], row[2], row[14]),
            "orig_call_id": values.short_text("uniqueid", unique, 255),
        }


class FreeSWITCH(_Positional):
    """``cdr_csv`` with the ``example`` template: 15 columns."""

    def __call__(self, line: Line) -> dict[str, Any]:
        row = cells(line.text)
        if len(row) != 15:
            raise Rejected(f"{len(row)} fields, the example template has 15")
        return {
            "uuid": values.identity("uuid", row[10]),
            **self._cdr(row[12], row[4], row[5], row[6], row[8]),
            **self._numbers(row[1], row[2], row[9]),
            "orig_call_id": values.short_text("uuid", row[10], 255),
        }


def _no_constant(name: str) -> Any:
    raise Rejected(f"not JSON: {name}")


FORMATS: dict[str, type] = {
    "jsonl": JSONLines,
    "csv": HeadedCSV,
    "asterisk": Asterisk,
    "freeswitch": FreeSWITCH,
}
LOCAL_TIME = {"asterisk", "freeswitch"}
