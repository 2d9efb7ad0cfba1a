"""What is PostgreSQL's own: how queries are given up, and what columns a table has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connections, transaction

from .. import bounds, columns
from ..bounds import SQL, Options
from ..drivers import is_psycopg3

# Types, as the server writes them -> what values they hold.
FAMILIES = {
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


@contextmanager
def _bounded(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    connection = connections[alias]
    options = _options(seconds, planning)
    # Ended with this transaction; inside somebody else's they would outlive the query.
    nested = connection.in_atomic_block
    with transaction.atomic(using=alias):
        before = _configuration(connection, options) if nested else {}
        _configure(connection, options)
        yield
        if nested:
            _configure(connection, before)


def _options(seconds: float | None, planning: Options) -> dict[str, str]:
    timeout = {} if seconds is None else {"statement_timeout": f"{max(1, round(seconds * 1000))}ms"}
    return {**planning, **timeout}


def _in_one_message(
    alias: str, seconds: float | None, planning: Options, before: SQL | None
) -> AbstractContextManager[None] | None:
    """It saves the messages that a transaction takes."""
    connection = connections[alias]
    if not _takes_several_statements(connection):
        return None
    first = [_setting(_options(seconds, planning)), *([before] if before else [])]
    return connection.execute_wrapper(_preceded_by(first))


def _takes_several_statements(connection: Any) -> bool:
    """Whether a message of several statements can be sent, as a transaction of its own.

    Of such a message psycopg2 shows the last answer alone; a transaction tells it the same.
    """
    return (
        is_psycopg3()
        and not connection.features.uses_server_side_binding
        and connection.get_autocommit()
        and not connection.in_atomic_block
    )


def _preceded_by(first: Sequence[SQL]) -> Any:
    """An execute wrapper that sends others in the message of the one statement."""
    front = "".join(f"{sql}; " for sql, _ in first)
    values = [value for _, parameters in first for value in parameters]

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        execute(front + sql, [*values, *(params or ())], many, context)
        for _ in first:
            context["cursor"].nextset()

    return run


def _setting(options: dict[str, str]) -> SQL:
    """What sets options until the end of the transaction."""
    changed = ", ".join("set_config(%s, %s, true)" for _ in options)
    return f"SELECT {changed}", [word for item in options.items() for word in item]


def _configuration(connection: Any, names: Collection[str]) -> dict[str, str]:
    """The present values of these options."""
    current = ", ".join("current_setting(%s)" for _ in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {current}", list(names))
        return dict(zip(names, cursor.fetchone(), strict=True))


def _configure(connection: Any, options: dict[str, str]) -> None:
    """Set options until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(*_setting(options))


def _look(connection: Any, table: str) -> columns.Columns:
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
            name: columns.Column(written, FAMILIES.get(kind, "other"), nullable)
            for name, kind, written, nullable in cursor.fetchall()
        }


bounds.register("postgresql", _bounded, _in_one_message)
columns.register("postgresql", _look)
