"""``freeswitch``: ``cdr_csv`` with the ``example`` template, 15 columns, no header."""

from __future__ import annotations

from typing import Any

from .. import values
from ..lines import Line, cells
from ..values import Rejected
from .positional import Positional

COLUMNS = (
    "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp",
    "answer_stamp", "end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid",
    "accountcode", "read_codec", "write_codec",
)  # fmt: skip


class FreeSWITCH(Positional):
    """Reads one line at a time; raises Rejected."""

    def __call__(self, line: Line) -> dict[str, Any]:
        row = cells(line.text)
        if len(row) != len(COLUMNS):
            raise Rejected(f"{len(row)} fields, the example template has {len(COLUMNS)}")
        cell = dict(zip(COLUMNS, map(str.strip, row), strict=True))
        return {
            "uuid": values.identity("uuid", cell["uuid"]),
            "account": cell["accountcode"],
            **self.times(cell["start_stamp"], cell["answer_stamp"], cell["end_stamp"]),
            **self.talk_time(cell["billsec"]),
            **self.numbers(
                cell["caller_id_number"], cell["destination_number"], cell["hangup_cause"]
            ),
            "orig_call_id": values.label("uuid", cell["uuid"]),
        }
