"""What is SQLite's own: how queries are given up, and what columns a table has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from .. import bounds, columns
from ..bounds import Options

INSTRUCTIONS_BETWEEN_LOOKS = 10_000
# Parts of a declared type; the first one that is found decides. SQLite itself looks at less.
FAMILIES = {
    "bool": "boolean",
    "int": "integer",
    "char": "text",
    "clob": "text",
    "text": "text",
    "real": "float",
    "floa": "float",
    "doub": "float",
    "timestamp": "moment",
    "datetime": "moment",
    "date": "date",
    "decimal": "decimal",
    "numeric": "decimal",
}


@contextmanager
def _bounded(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    connection = connections[alias]
    connection.ensure_connection()
    deadline = None if seconds is None else time.monotonic() + seconds
    late = deadline and (lambda: time.monotonic() > deadline)
    connection.connection.set_progress_handler(late, INSTRUCTIONS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def _look(connection: Any, table: str) -> columns.Columns:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        # Not table_info, which leaves generated columns out.
        cursor.execute(f"PRAGMA table_xinfo({name})")
        declared = {column: (kind, required) for _, column, kind, required, *_ in cursor.fetchall()}
        if not declared:
            return {}
        # Of expressions, the driver converts nothing by the declared type.
        names = map(connection.ops.quote_name, declared)
        listed = ", ".join(f"COALESCE({column}, NULL)" for column in names)
        cursor.execute(f"SELECT {listed} FROM {name} LIMIT 1")
        row = cursor.fetchone() or [None] * len(declared)
    return {
        column: _column_of(kind.lower(), not required, sample)
        for (column, (kind, required)), sample in zip(declared.items(), row, strict=True)
    }


def _column_of(declared: str, is_nullable: bool, sample: Any) -> columns.Column:
    """Columns of a view are declared nothing: their values tell."""
    family = next((FAMILIES[part] for part in FAMILIES if part in declared), "")
    if not family and sample is not None:
        family = "text" if isinstance(sample, str) else "number"
    return columns.Column(declared or family, family, is_nullable, sample)


bounds.register("sqlite", _bounded)
columns.register("sqlite", _look)
