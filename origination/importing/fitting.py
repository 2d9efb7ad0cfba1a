"""Rows that the table does not take cost themselves alone, and not their batch."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, transaction

from .loader import Loader

Row = dict[str, Any]


class Refused(NamedTuple):
    row: Row
    reason: str


def insert_what_fits(loader: Loader, rows: list[Row]) -> tuple[int, list[Refused]]:
    """How many were new, and the rows that the table refuses, as a column of a host's too narrow.

    All in one transaction. Raises DatabaseError where the fault is not in a row.
    """
    with transaction.atomic(using=loader.alias):
        return _inserted(loader, rows)


def _inserted(loader: Loader, rows: list[Row]) -> tuple[int, list[Refused]]:
    if not rows:
        return 0, []
    try:
        with transaction.atomic(using=loader.alias):
            # Of copies: what a loader changes in them would be changed twice.
            return loader.insert([dict(row) for row in rows]), []
    except (DataError, IntegrityError) as e:
        if len(rows) == 1:
            return 0, [Refused(rows[0], f"the table refuses it: {_first_line(e)}")]
    # Halved until those are found that it is about.
    half = len(rows) // 2
    parts = [_inserted(loader, part) for part in (rows[:half], rows[half:])]
    return sum(new for new, _ in parts), [one for _, refused in parts for one in refused]


def _first_line(error: Exception) -> str:
    # The rest quotes the row, which is kept beside the reason.
    return str(error).partition("\n")[0].strip()
