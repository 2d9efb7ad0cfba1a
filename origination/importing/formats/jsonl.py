"""``jsonl``: a JSON object a line, as a YETI switch feeds them to ClickHouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from ..cells import NULLS
from ..lines import MAX_LINE_BYTES, Line
from ..values import Inexact, Rejected
from .named import Named
from .names import Names, value_of

if TYPE_CHECKING:
    from ..explaining import Explained
    from .format import Format


def _no_constant(name: str) -> Any:
    raise ValueError(name)


# Decimals stay text: no binary float on the way.
DECODER = json.JSONDecoder(parse_float=str, parse_constant=_no_constant)


class JSONLines:
    """Reads one line at a time; raises Rejected."""

    joins_records = False
    # The feed takes formats that do.
    reads_json = True

    def __init__(self, format: Format) -> None:
        self.decode = fast
        self.in_log = format.in_log
        self.named = Named(format)
        self.names = Names(format.mapping) if format.mapping else None

    def __call__(self, line: Line) -> dict[str, Any] | None:
        if self.in_log:
            # Other lines of a log are none of ours.
            if (begin := line.raw.find(b"{")) < 0:
                return None
            line = line._replace(raw=line.raw[begin:])
        try:
            return self._read(line)
        except Inexact:
            # A file that writes prices as numbers does so in most of its lines.
            self.decode = exact
            return self._read(line)

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        return lines

    def explained(self, line: Line) -> Explained:
        """Name, field and value of each value of the object."""
        names = self.names or Names()
        row = exact(line._replace(raw=line.raw[max(line.raw.find(b"{"), 0) :]))
        told = [(name, field, value_of(row, name)) for name, field in names.mapping.items()]
        others = [(name, names.field(name), row[name]) for name in row if name not in names.mapping]
        return [(name, field, str(value)) for name, field, value in told + others]

    def _read(self, line: Line) -> dict[str, Any]:
        row = self.decode(line)
        if b"<null>" in line.raw:
            row = {name: None if value in NULLS else value for name, value in row.items()}
        if self.names is not None:
            row = self.names.renamed(row)
        return self.named(row)


def fast(line: Line) -> dict[str, Any]:
    """As :func:`exact`, but decimals are binary floats."""
    if len(line.raw) > MAX_LINE_BYTES:
        return exact(line)
    try:
        row = orjson.loads(line.raw)
    except orjson.JSONDecodeError:
        # It is the stricter one: Latin-1 and half of a surrogate pair are for the other to judge.
        return exact(line)
    return _object(row)


def exact(line: Line) -> dict[str, Any]:
    try:
        row = DECODER.decode(line.text)
    except (ValueError, RecursionError) as e:
        raise Rejected(str(e) if isinstance(e, Rejected) else f"not JSON: {e}") from e
    return _object(row)


def _object(row: Any) -> dict[str, Any]:
    if type(row) is not dict:
        raise Rejected("not a JSON object")
    return row
