"""``asterisk``: ``Master.csv``, 16 to 21 columns, no header."""

from __future__ import annotations

from typing import Any

from .. import values
from ..lines import Line, cells
from ..values import Rejected
from .positional import Positional

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp",
    "lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
    "uniqueid", "userfield", "peeraccount", "linkedid", "sequence",
)  # fmt: skip
REQUIRED = COLUMNS.index("amaflags") + 1
# One uniqueid may have several records, told apart by these.
IDENTIFYING = ("uniqueid", "sequence", "channel", "dstchannel", "start")


class Asterisk(Positional):
    """Reads one line at a time; raises Rejected."""

    def __call__(self, line: Line) -> dict[str, Any]:
        row = cells(line.text)
        if not REQUIRED <= len(row) <= len(COLUMNS):
            raise Rejected(f"{len(row)} fields, Master.csv has {REQUIRED} to {len(COLUMNS)}")
        # The number of columns proves nothing, and the missing ones identify the call.
        if not line.ended:
            raise Rejected("no line end: the line may be cut off")
        # Optional columns that are absent are empty.
        cell = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, map(str.strip, row), strict=False))
        return {
            "uuid": values.derived_identity("asterisk", *_identifying(cell)),
            "account": cell["accountcode"],
            **self.times(cell["start"], cell["answer"], cell["end"]),
            **self.talk_time(cell["billsec"]),
            **self.numbers(cell["src"], cell["dst"], cell["disposition"]),
            "orig_call_id": values.label("uniqueid", cell["uniqueid"]),
        }


def _identifying(cell: dict[str, str]) -> list[str]:
    """Without a uniqueid nothing less than the whole record identifies the call."""
    return [cell[name] for name in (IDENTIFYING if cell["uniqueid"] else COLUMNS)]
