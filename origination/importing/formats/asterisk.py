"""``asterisk``: ``Master.csv``, 16 to 21 columns, no header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .. import values
from ..cells import DELIMITERS, Cells
from ..lines import Line
from ..values import Rejected
from .positional import Positional

if TYPE_CHECKING:
    from ..explaining import Explained
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
# What a table names otherwise; it may have neither an answer nor an end.
IN_TABLES = {"calldate": "start"}
OF_A_TABLE = ("src", "dst", "start", "billsec", "disposition")
KNOWN = (*ALWAYS, *OPTIONAL)
FIELDS = {
    "accountcode": "account",
    "src": "src_prefix_routing",
    "dst": "dst_prefix_routing",
    "start": "time_start",
    "answer": "time_connect",
    "end": "time_end",
    "billsec": "duration",
    "disposition": "disconnect_reason",
    "uniqueid": "orig_call_id",
    "linkedid": "orig_call_id",
}
UNIQUE_ID = re.compile(r"(.+-)?(?P<epoch>[0-9]{9,10})\.[0-9]+")
TELL = "--columns names the columns that it has"


class Asterisk(Positional):
    """Reads one line at a time; raises Rejected."""

    def __init__(self, format: Format) -> None:
        self.columns = format.columns
        self.waits_for_header = format.has_header and not format.columns
        self.is_told = bool(format.delimiter)
        self.is_usable = True
        super().__init__(format, _widths(self.columns))

    def __call__(self, line: Line) -> dict[str, Any] | None:
        if self.waits_for_header:
            self._begin(line.text)
            return None
        if not self.is_usable:
            return None
        row = list(map(str.strip, self.cells(line.text)))
        if len(row) not in self.cells.widths:
            raise Rejected(self._told(len(row)))
        # The number of columns proves nothing, and the missing ones identify the call.
        if not line.ended:
            raise Rejected("no line end: the line may be cut off")
        layout = self.columns or _layout(row, line)
        return self._cdr(dict.fromkeys(KNOWN, "") | dict(zip(layout, row, strict=True)), row)

    def explained(self, line: Line) -> Explained:
        """Column, field and value of each cell."""
        row = list(map(str.strip, self.cells(line.text)))
        if self.waits_for_header or not self.is_usable:
            return [(name, "", "") for name in row]
        layout = self.columns or _layout(row, line)
        return [
            (name, FIELDS.get(name, ""), value) for name, value in zip(layout, row, strict=True)
        ]

    def _begin(self, text: str) -> None:
        """Columns by a header, as a table has it."""
        self.waits_for_header = False
        written = [name.strip().lower() for name in self._split_header(text)]
        self.columns = tuple(IN_TABLES.get(name, name) for name in written)
        self.is_usable = not (lacking := [name for name in OF_A_TABLE if name not in self.columns])
        if lacking:
            raise Rejected(
                f"no line of this file is read: its header lacks {' and '.join(lacking)}, and has "
                f"{', '.join(written)[:200]!r}"
            )
        self.cells = Cells(self.cells.delimiter, _widths(self.columns))

    def _split_header(self, text: str) -> list[str]:
        """By the delimiter that gives most columns."""
        told = [self.cells.delimiter] if self.is_told else DELIMITERS
        ways = [cells for cells in map(Cells, told) if cells.is_record(text)]
        rows = [(cells(text), cells) for cells in ways] or [(self.cells(text), self.cells)]
        row, self.cells = max(rows, key=lambda way: len(way[0]))
        return row

    def _cdr(self, cell: dict[str, str], row: list[str]) -> dict[str, Any]:
        call = cell["linkedid"] or cell["uniqueid"]
        return {
            # A fork writes a second record of the same uniqueid, channel and start.
            "uuid": values.derived_identity("asterisk", self.source, *row),
            "account": cell["accountcode"],
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


def _widths(columns: tuple[str, ...]) -> range:
    width = len(columns)
    return range(width, width + 1) if width else range(len(ALWAYS), len(KNOWN) + 1)


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
