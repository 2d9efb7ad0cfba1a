"""``freeswitch``: ``cdr_csv`` with the ``example`` template, 15 columns, no header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from .. import values
from ..lines import Line
from ..values import Rejected
from .positional import Positional

if TYPE_CHECKING:
    from ..explaining import Explained
    from .format import Format

COLUMNS = (
    "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp",
    "answer_stamp", "end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid",
    "accountcode", "read_codec", "write_codec",
)  # fmt: skip
REQUIRED = (
    "caller_id_number", "destination_number", "start_stamp", "answer_stamp", "end_stamp",
    "billsec", "hangup_cause", "uuid",
)  # fmt: skip
FIELDS = {
    "accountcode": "account",
    "caller_id_number": "src_prefix_routing",
    "destination_number": "dst_prefix_routing",
    "start_stamp": "time_start",
    "answer_stamp": "time_connect",
    "end_stamp": "time_end",
    "billsec": "duration",
    "hangup_cause": "disconnect_reason",
    "uuid": "uuid",
}
OPTIONAL = ("accountcode", "bleg_uuid")


class FreeSWITCH(Positional):
    """Reads one line at a time; raises Rejected."""

    def __init__(self, format: Format) -> None:
        self.columns = format.columns or COLUMNS
        self.template = "--columns names" if format.columns else "the example template has"
        super().__init__(format, range(len(self.columns), len(self.columns) + 1))

    def __call__(self, line: Line) -> dict[str, Any]:
        row = self.cells(line.text)
        if len(row) != len(self.columns):
            raise Rejected(f"{len(row)} fields, {self.template} {len(self.columns)}")
        cell = dict.fromkeys(OPTIONAL, "") | dict(
            zip(self.columns, map(str.strip, row), strict=True)
        )
        return {
            "uuid": self._identity(cell),
            "account": cell["accountcode"],
            **self.times(
                cell["start_stamp"], cell["answer_stamp"], cell["end_stamp"], cell["billsec"]
            ),
            **self.numbers(
                cell["caller_id_number"], cell["destination_number"], cell["hangup_cause"]
            ),
            "orig_call_id": self.call_id("uuid", cell["uuid"]),
            "other_leg": cell["bleg_uuid"],
        }

    def explained(self, line: Line) -> Explained:
        """Column, field and value of each cell."""
        row = self.cells(line.text)
        return [
            (name, FIELDS.get(name, ""), value)
            for name, value in zip(self.columns, row, strict=False)
        ]

    def _identity(self, cell: dict[str, str]) -> UUID:
        return identity_of_leg(self.source, cell["uuid"], cell["start_stamp"])


def identity_of_leg(source: str, own: str, start: str) -> UUID:
    """The uuid of a leg; where that is its Call-ID, one is derived from it and the start.

    Raises Rejected where there is none.
    """
    if not own:
        raise Rejected("uuid: empty")
    try:
        return UUID(own)
    except ValueError:
        return values.derived_identity("freeswitch", source, own, start)
