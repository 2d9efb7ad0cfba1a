"""Where PostgreSQL has the tables of a site."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connections


class Relation(NamedTuple):
    """A table as the site's connection finds it; both names as the catalog has them."""

    schema: str
    name: str

    @property
    def sql(self) -> str:
        """Its name for any session, whatever its ``search_path``."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def relation_of(model: Any, alias: str) -> Relation | None:
    """None where the site's connection finds no such table."""
    found = rows(
        alias,
        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(%s)",
        [visible_name(model, alias)],
    )
    return Relation(*found[0]) if found else None


def visible_name(model: Any, alias: str) -> str:
    """The table as Django writes it, found by the ``search_path`` of the site."""
    return connections[alias].ops.quote_name(model._meta.db_table)


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def literal(text: str) -> str:
    """As a text of SQL, for DDL that takes no parameters."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def execute(alias: str, sql: str) -> None:
    """DDL; its percent signs are its own."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)


def rows(alias: str, sql: str, parameters: list[Any] | None = None) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
