"""The columns that a host's CDR table really has: no field class tells what its switch made."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, router

from origination import conf

# Types of the databases, as they write them -> what values they hold.
POSTGRESQL = {
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "numeric": "decimal",
    "real": "float",
    "double precision": "float",
    "money": "money",
    "boolean": "boolean",
    "uuid": "uuid",
    "inet": "address",
    "cidr": "address",
    "character varying": "text",
    "character": "text",
    "text": "text",
    "citext": "text",
    "timestamp with time zone": "moment",
    "timestamp without time zone": "local time",
    "date": "date",
}
# Parts of a declared type; the first one that is found decides. SQLite itself looks at less.
SQLITE = {
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
# Engines whose columns may be read in another way than their fields say.
TYPED = {"postgresql", "sqlite"}
NUMBERS = {"integer", "decimal", "float", "money", "number"}


class Unreadable(Exception):
    """No right answer can be had of the CDR table as it is; the text is for the operator."""


class Column(NamedTuple):
    """``type`` as the database writes it; ``family``: what it holds, empty: anything.

    ``sample``: a value, of SQLite alone, where a type says little about values.
    """

    type: str
    family: str
    is_nullable: bool
    sample: Any = None


Columns = dict[str, Column]
_seen: dict[tuple[Any, str], Columns] = {}


def real_columns(model: Any, alias: str) -> Columns:
    """The columns of the model's table or view, and of the tables that it inherits; none where
    there is no such table yet."""
    look = _LOOKS.get(connections[alias].vendor)
    if not look:
        return {}
    family = [model, *model._meta.get_parent_list()]
    # A proxy has the table of its parent.
    tables = dict.fromkeys(member._meta.db_table for member in family)
    found = [look(connections[alias], table) for table in tables]
    # By the nearest: the tables of a family may have columns of the same name.
    return {name: column for columns in reversed(found) for name, column in columns.items()}


def alias_of(model: Any) -> str:
    """The database that the model's table is read from."""
    return router.db_for_read(model) or "default"


def columns_of(model: Any) -> Columns:
    """As :func:`real_columns`, looked at once in a process; none of our own models, whose types
    are those of their fields."""
    key = (model, alias_of(model))
    if model._meta.label in conf.OWN_CDR_MODELS or connections[key[1]].vendor not in TYPED:
        return {}
    if key in _seen:
        return _seen[key]
    found = real_columns(*key)
    if _is_all_known(found, connections[key[1]].vendor):
        _seen[key] = found
    return found


def _is_all_known(columns: Columns, vendor: str) -> bool:
    """Whether another look would see the same: a table is there, on SQLite with a row."""
    if vendor != "sqlite":
        return bool(columns)
    return any(column.sample is not None for column in columns.values())


def has_field(model: Any, name: str) -> bool:
    return name in _field_names(model)


@lru_cache(maxsize=32)
def _field_names(model: Any) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.concrete_fields)


def column_of(model: Any, name: str) -> Column | None:
    """The real column of a field; None where it is not known, or is as the field says."""
    return columns_of(model).get(model._meta.get_field(name).column)


def forget() -> None:
    """Look anew: a table was altered."""
    _seen.clear()


def _look_at_postgresql(connection: Any, table: str) -> Columns:
    # Not Django's introspection, whose SELECT would wait for a lock on the table.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(base, NULL), format_type(base, typmod), NOT attnotnull "
            "FROM (SELECT a.*, COALESCE(NULLIF(t.typbasetype, 0), t.oid) AS base,"
            " CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod"
            " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped) a",
            [connection.ops.quote_name(table)],
        )
        return {
            name: Column(written, POSTGRESQL.get(kind, "other"), nullable)
            for name, kind, written, nullable in cursor.fetchall()
        }


def _look_at_sqlite(connection: Any, table: str) -> Columns:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        # Not table_info, which leaves generated columns out.
        cursor.execute(f"PRAGMA table_xinfo({name})")
        declared = {column: (kind, required) for _, column, kind, required, *_ in cursor.fetchall()}
        if not declared:
            return {}
        # Of expressions, the driver converts nothing by the declared type.
        columns = map(connection.ops.quote_name, declared)
        listed = ", ".join(f"COALESCE({column}, NULL)" for column in columns)
        cursor.execute(f"SELECT {listed} FROM {name} LIMIT 1")
        row = cursor.fetchone() or [None] * len(declared)
    return {
        column: _column_of_sqlite(kind.lower(), not required, sample)
        for (column, (kind, required)), sample in zip(declared.items(), row, strict=True)
    }


def _column_of_sqlite(declared: str, is_nullable: bool, sample: Any) -> Column:
    """Columns of a view are declared nothing: their values tell."""
    family = next((SQLITE[part] for part in SQLITE if part in declared), "")
    if not family and sample is not None:
        family = "text" if isinstance(sample, str) else "number"
    return Column(declared or family, family, is_nullable, sample)


_LOOKS: dict[str, Callable[[Any, str], Columns]] = {
    "postgresql": _look_at_postgresql,
    "sqlite": _look_at_sqlite,
}


def register(vendor: str, look: Callable[[Any, str], Columns]) -> None:
    """How an engine tells the columns of a table: its connection, the table's name."""
    _LOOKS[vendor] = look
