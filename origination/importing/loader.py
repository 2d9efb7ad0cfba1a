"""CDR field values -> the CDR table, each uuid once, in batches that are whole or absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connections, router, transaction
from django.db.models import AutoField, ExpressionWrapper, F, Q, TextField
from django.db.models.lookups import In

from origination import conf
from origination.models import get_cdr_model
from origination.statistics.columns import NUMBERS, column_of, has_field
from origination.statistics.drivers import is_psycopg3
from origination.statistics.lookups import is_text
from origination.statistics.mismatches import ensure_answerable
from origination.statistics.overriding import every_row
from origination.statistics.readings import is_local_time

from .uniqueness import ensure_identity, unique_key

STAGING = "origination_import"
BATCH = 10_000

Waiting = Callable[[], object]


def make_loader() -> Loader:
    """The loader for the CDR table of this site.

    Raises NotRepeatable and DatabaseError as :func:`unique_key`, and Unreadable where nobody
    could ask about what is imported.
    """
    model = get_cdr_model()
    ensure_answerable(model)
    ensure_identity(model)
    return LOADERS.get(connections[_alias()].vendor, Loader)()


def _alias() -> str:
    return router.db_for_write(get_cdr_model()) or "default"


def _nothing() -> None:
    pass


class Loader:
    """Inserts batches of dicts; a CDR whose uuid is there already is left as it is.

    A value for a field that the host's model lacks is left out.
    """

    batch = BATCH

    def __init__(self) -> None:
        self.model: Any = get_cdr_model()
        self.alias = _alias()
        self.connection = connections[self.alias]
        fields = self.model._meta.concrete_fields
        self.fields = [f for f in fields if not isinstance(f, AutoField) and not f.generated]
        self.key = self.unique_key()
        self.flags = flags_of(self.model)

    def unique_key(self) -> list[str]:
        """The columns of the unique index by which a CDR is known again."""
        return unique_key(self.model, self.alias, self.fields)

    def known(self, rows: list[dict[str, Any]]) -> set[UUID]:
        """The uuids of these CDRs that are in the table."""
        # Those that a host's manager leaves out are there as well.
        cdrs = every_row(self.model, self.alias)
        uuids = [row["uuid"] for row in rows]
        found = cdrs.filter(_is_one_of(self.model, uuids)).values_list("uuid", flat=True)
        return set(map(uuid_of, found))

    def insert(self, rows: list[dict[str, Any]], waiting: Waiting = _nothing) -> int:
        """Insert a batch in one transaction; returns how many CDRs were new.

        ``waiting`` is called where the database has got its work and this process waits for it.
        """
        # Of two lines with one uuid the first stays, as it does across batches.
        rows = list({row["uuid"]: row for row in reversed(rows)}.values())[::-1]
        if self.flags:
            # A format that says nothing of it has one CDR for a call.
            for row in rows:
                row["is_last_cdr"] = self.flags[row.get("is_last_cdr", True)]
        with transaction.atomic(using=self.alias):
            return self.insert_unique(rows, waiting)

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        """Insert CDRs, each uuid once; returns how many were new. SQLite is never waited for."""
        known = self.known(rows)
        new = [row for row in rows if row["uuid"] not in known] if known else rows
        if new:
            self.insert_new(new)
        return len(new)

    def insert_new(self, rows: list[dict[str, Any]]) -> None:
        instances = [self._instance(row) for row in rows]
        every_row(self.model, self.alias).bulk_create(instances, ignore_conflicts=True)

    def values(self, rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Each row's values in the order of the fields."""
        absent = {f.name: f.get_default() for f in self.fields if f.name not in rows[0]}
        complete = ({**absent, **row} for row in rows) if absent else rows
        return map(itemgetter(*(f.name for f in self.fields)), complete)

    def _instance(self, row: dict[str, Any]) -> Any:
        return self.model(**{f.attname: row[f.name] for f in self.fields if f.name in row})


class CopyLoader(Loader):
    """PostgreSQL: COPY into a temporary table, then insert-or-ignore by the unique index."""

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        quote = self.connection.ops.quote_name
        table = quote(self.model._meta.db_table)
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGING}")
            cursor.execute(
                f"CREATE TEMP TABLE {STAGING} ON COMMIT DROP AS "
                f"SELECT {self._staged} FROM {table} WITH NO DATA"
            )
            stage(cursor, columns, self.values(rows))
            waiting()
            # The unique index decides between importers that run at the same time.
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {STAGING} "
                f"ON CONFLICT ({', '.join(map(quote, self.key))}) DO NOTHING"
            )
            return cursor.rowcount

    @cached_property
    def _staged(self) -> str:
        """The columns of the temporary table, which holds moments: COPY into a column without a
        zone would leave out the offset, INSERT turns it into the clock of the connection."""
        return ", ".join(map(self._staged_column, self.fields))

    def _staged_column(self, field: Any) -> str:
        column = self.connection.ops.quote_name(str(field.column))
        if is_local_time(self.model, field.name):
            return f"{column}::timestamptz AS {column}"
        return column


def stage(cursor: Any, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Fill the temporary table; by INSERT with psycopg2, which copies files and no rows."""
    if not is_psycopg3():
        from psycopg2.extras import execute_values

        named = columns.replace("%", "%%")
        execute_values(cursor.cursor, f"INSERT INTO {STAGING} ({named}) VALUES %s", rows)
        return
    with cursor.copy(f"COPY {STAGING} ({columns}) FROM STDIN") as copy:
        for values in rows:
            copy.write_row(values)


def flags_of(model: Any) -> dict[bool, Any]:
    """What a host's column holds for a flag; empty where there is none, or it is ours."""
    if model._meta.label in conf.OWN_CDR_MODELS or not has_field(model, "is_last_cdr"):
        return {}
    column = column_of(model, "is_last_cdr")
    if column and column.family == "text":
        return {True: "t", False: "f"}
    if column and column.family in NUMBERS:
        return {True: 1, False: 0}
    return {True: True, False: False}


def _is_one_of(model: Any, uuids: list[UUID]) -> Any:
    if not is_text(model, "uuid"):
        return Q(uuid__in=uuids)
    # As it is written, so that the index finds it.
    text = ExpressionWrapper(F("uuid"), TextField())
    return In(text, [written for uuid in uuids for written in (str(uuid), uuid.hex)])


def uuid_of(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value


# Vendor of a database -> its loader; others have the plain one.
LOADERS: dict[str, type[Loader]] = {"postgresql": CopyLoader}


def register(vendor: str, loader: type[Loader]) -> None:
    LOADERS[vendor] = loader
