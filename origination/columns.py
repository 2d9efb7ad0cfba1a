"""The columns that a host's CDR table really has: no field class tells what its switch made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connections, router

from . import conf

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
NUMBERS = {"integer", "decimal", "float", "money"}


class Unreadable(Exception):
    """No right answer can be had of the CDR table as it is; the text is for the operator."""


class Column(NamedTuple):
    """``type`` as the database writes it; ``family``: what it holds, empty: anything."""

    type: str
    family: str
    is_nullable: bool


Columns = dict[str, Column]
_seen: dict[tuple[Any, str], Columns] = {}


def real_columns(model: Any, alias: str) -> Columns:
    """The columns of the model's table or view; none where there is no such table yet."""
    look = _LOOKS.get(connections[alias].vendor)
    return look(connections[alias], model._meta.db_table) if look else {}


def alias_of(model: Any) -> str:
    """The database that the model's table is read from."""
    return router.db_for_read(model) or "default"


def columns_of(model: Any) -> Columns:
    """As :func:`real_columns`, looked at once in a process; none of our own models, whose types
    are those of their fields."""
    key = (model, alias_of(model))
    if model._meta.label in conf.OWN_CDR_MODELS or connections[key[1]].vendor not in TYPED:
        return {}
    if not _seen.get(key):
        _seen[key] = real_columns(*key)
    return _seen[key]


def has_field(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


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
    # Not table_info, which leaves generated columns out.
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_xinfo({connection.ops.quote_name(table)})")
        return {
            name: Column(declared.lower(), _declared_family(declared), not required)
            for _, name, declared, required, *_ in cursor.fetchall()
        }


def _look_at_clickhouse(connection: Any, table: str) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, type FROM system.columns "
            "WHERE database = currentDatabase() AND table = %s",
            [table],
        )
        return {name: Column(kind, "", "Nullable" in kind) for name, kind in cursor.fetchall()}


def _declared_family(declared: str) -> str:
    return next((SQLITE[part] for part in SQLITE if part in declared.lower()), "")


_LOOKS: dict[str, Callable[[Any, str], Columns]] = {
    "postgresql": _look_at_postgresql,
    "sqlite": _look_at_sqlite,
    "clickhouse": _look_at_clickhouse,
}
