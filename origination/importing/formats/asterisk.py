"""``asterisk``: ``Master.csv``, 16 to 21 columns, no header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .. import values
from ..lines import Line
from ..values import Rejected
from .positional import Positional

if TYPE_CHECKING:
    from .format import Format

ALWAYS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp",
    "lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
TOGETHER = ("peeraccount", "linkedid", "sequence")
# loguniqueid, loguserfield and newcdrcolumns of cdr.conf: each is on or off.
OPTIONAL = ("uniqueid", "userfield", *TOGETHER)
REQUIRED = ("src", "dst", "start", "answer", "end", "billsec", "disposition")
LAYOUTS = {
    16: ALWAYS,
    18: (*ALWAYS, "uniqueid", "userfield"),
    19: (*ALWAYS, *TOGETHER),
    21: (*ALWAYS, *OPTIONAL),
}
# Of these one column is one of two, as its value tells.
OPEN = {17: (), 20: TOGETHER}
UNIQUE_ID = re.compile(r"(.+-)?(?P<epoch>[0-9]{9,10})\.[0-9]+")
TELL = "--columns names the columns that it has"


class Asterisk(Positional):
    """Reads one line at a time; raises Rejected."""

    def __init__(self, format: Format) -> None:
        self.columns = format.columns
        width = len(format.columns)
        super().__init__(format, range(width, width + 1) if width else range(16, 22))

    def __call__(self, line: Line) -> dict[str, Any]:
        row = list(map(str.strip, self.cells(line.text)))
        if len(row) not in self.cells.widths:
            raise Rejected(self._told(len(row)))
        # The number of columns proves nothing, and the missing ones identify the call.
        if not line.ended:
            raise Rejected("no line end: the line may be cut off")
        layout = self.columns or _layout(row, line)
        cell = dict.fromkeys(OPTIONAL, "") | dict(zip(layout, row, strict=True))
        call = cell["linkedid"] or cell["uniqueid"]
        return {
            # A fork writes a second record of the same uniqueid, channel and start.
            "uuid": values.derived_identity("asterisk", self.source, *row),
            "account": cell.get("accountcode", ""),
            **self.times(cell["start"], cell["answer"], cell["end"], cell["billsec"], _made(cell)),
            **self.numbers(cell["src"], cell["dst"], cell["disposition"]),
            # Two switches may have the same: Asterisk writes its own name so.
            "orig_call_id": self.call_id(
                "call", f"{self.source}-{call}" if self.source and call else call
            ),
        }

    def _told(self, width: int) -> str:
        if self.columns:
            return f"{width} fields, --columns names {len(self.columns)}"
        return f"{width} fields, Master.csv has 16 to 21: {TELL}"


def _layout(row: list[str], line: Line) -> tuple[str, ...]:
    """The columns of a record. Raises Rejected where its values do not tell them."""
    width = len(row)
    if width in OPEN:
        name = "uniqueid" if UNIQUE_ID.fullmatch(row[len(ALWAYS)]) else "userfield"
        layout: tuple[str, ...] = (*ALWAYS, name, *OPEN[width])
    else:
        layout = LAYOUTS[width]
    if layout[-1] == "sequence" and not _ends_in_a_sequence(row, line):
        raise Rejected(f"{width} fields, and the last is no sequence as cdr_csv writes it: {TELL}")
    return layout


def _ends_in_a_sequence(row: list[str], line: Line) -> bool:
    """Which it writes without quotes, unlike texts."""
    return row[-1].isdecimal() and not line.raw.rstrip().endswith(b'"')


def _made(cell: dict[str, str]) -> int | None:
    """Seconds since 1970 when the channel was made, which the uniqueid tells."""
    match = UNIQUE_ID.fullmatch(cell["uniqueid"])
    return int(match["epoch"]) if match else None
