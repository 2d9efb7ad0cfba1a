"""The unique index by which an import knows what is in the table already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connections, transaction

from origination.statistics.columns import has_field

# PostgreSQL's code and SQLite's words for: no unique index has just these columns.
NO_SUCH_INDEX = "42P10"
NO_SUCH_INDEX_OF_SQLITE = "ON CONFLICT clause does not match"


class NotRepeatable(Exception):
    """An import into this table could not be run again: nothing tells what is there already."""


def ensure_identity(model: Any) -> None:
    """Raises NotRepeatable where CDRs have nothing that is theirs alone."""
    if not has_field(model, "uuid"):
        raise NotRepeatable(
            f"{model._meta.label} has no field 'uuid', by which an import knows what is there "
            "already: give the table a unique column for it."
        )


def unique_key(model: Any, alias: str, fields: Sequence[Any]) -> list[str]:
    """The columns of the index: the uuid; in a partitioned table what it is divided by as well.

    Raises NotRepeatable where there is none, and DatabaseError where the table does not take
    values of these fields.
    """
    uuid, start = (model._meta.get_field(name).column for name in ("uuid", "time_start"))
    wanted = list(dict.fromkeys([uuid, *_divided_by(model, alias)]))
    columns = [str(field.column) for field in fields]
    for key in ([uuid], wanted, [uuid, start]):
        if _decides(model, alias, columns, key):
            return key
    raise NotRepeatable(_told(model, alias, wanted))


def _decides(model: Any, alias: str, columns: list[str], key: list[str]) -> bool:
    """Whether a unique index has just these columns: the database says it without a row.

    It knows of schemas, views, partial indexes and whoever may not write.
    """
    connection = connections[alias]
    table, listed = connection.ops.quote_name(model._meta.db_table), _listed(connection, columns)
    try:
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN INSERT INTO {table} ({listed}) SELECT {listed} FROM {table} "
                f"WHERE 1 = 0 ON CONFLICT ({_listed(connection, key)}) DO NOTHING"
            )
    except DatabaseError as e:
        if _state(e) == NO_SUCH_INDEX:
            return False
        if NO_SUCH_INDEX_OF_SQLITE in str(e):
            return False
        raise
    return True


def _state(e: DatabaseError) -> str | None:
    """PostgreSQL's code of an error, as either driver has it."""
    return getattr(e.__cause__, "sqlstate", None) or getattr(e.__cause__, "pgcode", None)


def _told(model: Any, alias: str, key: list[str]) -> str:
    connection = connections[alias]
    table, listed = connection.ops.quote_name(model._meta.db_table), _listed(connection, key)
    return (
        f"{table} has no unique index on ({listed}), by which an import knows what is there "
        f"already. Make it with: CREATE UNIQUE INDEX {_how(model, alias)} {table} ({listed});"
    )


def _how(model: Any, alias: str) -> str:
    """What the words for an index are followed by."""
    if connections[alias].vendor == "sqlite":
        return "cdr_uuid ON"
    # Neither of them may be combined with partitions.
    return "ON" if _divided_by(model, alias) else "CONCURRENTLY ON"


def _divided_by(model: Any, alias: str) -> list[str]:
    """The columns that decide to which partition a row goes."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_catalog.pg_partitioned_table "
            "JOIN pg_catalog.pg_attribute ON attrelid = partrelid AND attnum = ANY(partattrs) "
            "WHERE partrelid = to_regclass(%s) ORDER BY attnum",
            [connection.ops.quote_name(model._meta.db_table)],
        )
        return [name for (name,) in cursor.fetchall()]


def _listed(connection: Any, columns: list[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, columns))
