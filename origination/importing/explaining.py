"""What an import would take from the first lines of a file, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from .formats import Format
from .formats.fields import FIELDS, IDENTIFYING
from .lines import Line, opened
from .values import Rejected

# Name in the file, field ("" where it is left out), value.
Explained = list[tuple[str, str, str]]

MOST_RECORDS = 3
WIDEST = 48
LEFT_OUT = "-"
HEAD = ("column", "field", "value")


def explained(name: str, format: Format) -> Iterator[str]:
    """Lines of text about the first records of the file."""
    with opened(name, lambda passed: None) as lines:
        reader = format.reader()
        for line in islice(reader.records(lines), MOST_RECORDS):
            yield f"{name}, line {line.number}"
            yield from _of_a_record(reader, line)
            yield ""
            if not getattr(reader, "is_usable", True):
                return


def _of_a_record(reader: Any, line: Line) -> Iterator[str]:
    try:
        row = reader(line)
    except Rejected as e:
        yield from _columns(reader, line)
        yield f"  rejected: {e}"
        return
    if row is None:
        yield "  no record: a header, or a line that is left out"
        return
    yield from _columns(reader, line)
    if missing := [field for field in FIELDS if _is_missing(row, field)]:
        yield f"  without a value: {', '.join(missing)}"
    yield f"  read as: {', '.join(_read(row))}"


def _columns(reader: Any, line: Line) -> Iterator[str]:
    try:
        found = reader.explained(line)
    except Rejected:
        return
    rows = [HEAD, *((name, field or LEFT_OUT, value) for name, field, value in found)]
    widths = [max(len(row[n]) for row in rows) for n in (0, 1)]
    for name, field, value in rows:
        yield f"  {name:<{widths[0]}}  {field:<{widths[1]}}  {_short(value)}".rstrip()


def _is_missing(row: dict[str, Any], field: str) -> bool:
    return field not in IDENTIFYING and row.get(field) in (None, "")


def _read(row: dict[str, Any]) -> Iterator[str]:
    for field, value in sorted(row.items()):
        if value not in (None, ""):
            text = value.isoformat() if isinstance(value, datetime) else str(value)
            yield f"{field}={_short(text)}"


def _short(text: str) -> str:
    text = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
