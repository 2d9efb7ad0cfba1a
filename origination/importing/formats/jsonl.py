"""``jsonl``: a JSON object a line, as a YETI switch feeds them to ClickHouse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from ..lines import MAX_LINE_BYTES, Line
from ..values import Inexact, Rejected
from . import named

if TYPE_CHECKING:
    from .format import Format


def _no_constant(name: str) -> Any:
    raise ValueError(name)


# Decimals stay text: no binary float on the way.
DECODER = json.JSONDecoder(parse_float=str, parse_constant=_no_constant)


class JSONLines:
    """Reads one line at a time; raises Rejected."""

    def __init__(self, format: Format) -> None:
        self.decode = _fast

    def __call__(self, line: Line) -> dict[str, Any]:
        try:
            return named.cdr(self.decode(line))
        except Inexact:
            # A file that writes prices as numbers does so in most of its lines.
            self.decode = _exact
            return named.cdr(_exact(line))


def _fast(line: Line) -> dict[str, Any]:
    """As :func:`_exact`, but decimals are binary floats."""
    if len(line.raw) > MAX_LINE_BYTES:
        return _exact(line)
    try:
        row = orjson.loads(line.raw)
    except orjson.JSONDecodeError:
        # It is the stricter one: Latin-1 and half of a surrogate pair are for the other to judge.
        return _exact(line)
    return _object(row)


def _exact(line: Line) -> dict[str, Any]:
    try:
        row = DECODER.decode(line.text)
    except (ValueError, RecursionError) as e:
        raise Rejected(str(e) if isinstance(e, Rejected) else f"not JSON: {e}") from e
    return _object(row)


def _object(row: Any) -> dict[str, Any]:
    if type(row) is not dict:
        raise Rejected("not a JSON object")
    return row
