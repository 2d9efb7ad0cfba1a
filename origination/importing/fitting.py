"""Rows that the table does not take cost themselves alone, and not their batch."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, transaction

from .loader import Loader

Row = dict[str, Any]
# Those that a row may be to blame for.
FAULTS = (DataError, IntegrityError)


class Refused(NamedTuple):
    row: Row
    reason: str


def insert_what_fits(loader: Loader, rows: list[Row]) -> tuple[int, list[Refused]]:
    """How many were new, and the rows that the table refuses, as a column of a host's too narrow.

    All in one transaction. Raises DatabaseError where the fault is not in a row.
    """
    if not rows:
        return 0, []
    try:
        return loader.insert(_copies(rows)), []
    except FAULTS:
        with transaction.atomic(using=loader.alias):
            return _inserted(loader, rows)


def _inserted(loader: Loader, rows: list[Row]) -> tuple[int, list[Refused]]:
    try:
        with transaction.atomic(using=loader.alias):
            return loader.insert(_copies(rows)), []
    except FAULTS as e:
        if len(rows) == 1:
            return 0, [Refused(rows[0], f"the table refuses it: {_first_line(e)}")]
    # Halved until those are found that it is about.
    half = len(rows) // 2
    parts = [_inserted(loader, part) for part in (rows[:half], rows[half:])]
    return sum(new for new, _ in parts), [one for _, refused in parts for one in refused]


def _copies(rows: list[Row]) -> list[Row]:
    """What a loader changes in a row would be changed twice."""
    return [dict(row) for row in rows]


def _first_line(error: Exception) -> str:
    # The rest quotes the row, which is kept beside the reason.
    return str(error).partition("\n")[0].strip()
