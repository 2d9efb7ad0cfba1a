"""CDR field values -> the CDR table, each uuid once, in batches that are whole or absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connections, router, transaction
from django.db.models import AutoField, QuerySet, Value

from origination.models import get_cdr_model
from origination.statistics.drivers import is_psycopg3
from origination.statistics.mismatches import ensure_answerable
from origination.statistics.overriding import every_row
from origination.statistics.readings import is_local_time

from .calls import Calls, Joined, Window
from .flags import flags_of
from .lookups import has_one_of, parts_of, uuid_of
from .uniqueness import ensure_identity, unique_key

STAGING = "origination_import"
BATCH = 10_000
# So many CDRs need no table in between.
FEW = 20

Waiting = Callable[[], object]


def make_loader(joins_records: bool = False) -> Loader:
    """The loader for the CDR table of this site.

    ``joins_records``: several records may be of one call, as :mod:`.calls` has it; else each says
    itself whether it stands for a call. Raises NotRepeatable and DatabaseError as
    :func:`unique_key`, NoCalls, and Unreadable where nobody could ask about what is imported.
    """
    model = get_cdr_model()
    ensure_answerable(model)
    ensure_identity(model)
    return LOADERS.get(connections[_alias()].vendor, Loader)(joins_records)


def _alias() -> str:
    return router.db_for_write(get_cdr_model()) or "default"


def _nothing() -> None:
    pass


class Loader:
    """Inserts batches of dicts; a CDR whose uuid is there already is left as it is.

    A value for a field that the host's model lacks is left out.
    """

    batch = BATCH

    def __init__(self, joins_records: bool = False) -> None:
        self.model: Any = get_cdr_model()
        self.alias = _alias()
        self.connection = connections[self.alias]
        fields = self.model._meta.concrete_fields
        self.fields = [f for f in fields if not isinstance(f, AutoField) and not f.generated]
        self.key = self.unique_key()
        self.flags = flags_of(self.model)
        self.calls = Calls(self.model, self.every_row) if joins_records else None

    def unique_key(self) -> list[str]:
        """The columns of the unique index by which a CDR is known again."""
        return unique_key(self.model, self.alias, self.fields)

    def every_row(self) -> QuerySet:
        """The table, to look for records and to change them."""
        return every_row(self.model, self.alias)

    def known(self, rows: list[dict[str, Any]]) -> set[UUID]:
        """The uuids of these CDRs that are in the table."""
        # Those that a host's manager leaves out are there as well.
        cdrs = self.every_row()
        uuids = [row["uuid"] for row in rows]
        found = cdrs.filter(has_one_of(self.model, uuids)).values_list("uuid", flat=True)
        return set(map(uuid_of, found))

    def insert(self, rows: list[dict[str, Any]], waiting: Waiting = _nothing) -> int:
        """Insert a batch in one transaction; returns how many CDRs were new.

        ``waiting`` is called where the database has got its work and this process waits for it.
        """
        # Of two lines with one uuid the first stays, as it does across batches.
        rows = list({row["uuid"]: row for row in reversed(rows)}.values())[::-1]
        with transaction.atomic(using=self.alias):
            if self.calls is None:
                return self._insert_flagged(rows, waiting)
            # Of two that look for records of one call at the same time neither would see the
            # other's.
            self.lock()
            joined = self.calls.join(rows)
            new = self._insert_flagged(joined.rows, waiting) if joined.rows else 0
            self._change(joined)
            return new

    def _insert_flagged(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        if self.flags:
            # A format that says nothing of it has one CDR for a call.
            for row in rows:
                row["is_last_cdr"] = self.flags[row.get("is_last_cdr", True)]
        return self.insert_unique(rows, waiting)

    def lock(self) -> None:
        """Keep other imports of calls out until the end of the transaction."""
        uuid = self.connection.ops.quote_name(self.model._meta.get_field("uuid").column)
        with self.connection.cursor() as cursor:
            # SQLite: it takes the lock of who writes, before anything is read.
            cursor.execute(f"UPDATE {self._table} SET {uuid} = {uuid} WHERE 1 = 0")

    def _change(self, joined: Joined) -> None:
        for stands, uuids in ((True, joined.stand), (False, joined.stand_back)):
            self.change(uuids, joined.window, is_last_cdr=self.flags.get(stands, stands))
        for call, uuids in joined.renamed.items():
            self.change(uuids, joined.window, orig_call_id=call)

    def change(self, uuids: list[UUID], window: Window, **values: Any) -> None:
        """Give these CDRs, which start in this time, other values."""
        for part in parts_of(uuids):
            cdrs = self.every_row().filter(has_one_of(self.model, part))
            # As the column has them, whatever the field says of it.
            written = {name: Value(value) for name, value in values.items()}
            cdrs.filter(time_start__range=window).update(**written)

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        """Insert CDRs, each uuid once; returns how many were new. SQLite is never waited for."""
        known = self.known(rows)
        new = [row for row in rows if row["uuid"] not in known] if known else rows
        if new:
            self.insert_new(new)
        return len(new)

    def insert_new(self, rows: list[dict[str, Any]]) -> None:
        instances = [self._instance(row) for row in rows]
        self.every_row().bulk_create(instances, ignore_conflicts=True)

    def values(self, rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Each row's values in the order of the fields."""
        absent = {f.name: f.get_default() for f in self.fields if f.name not in rows[0]}
        complete = ({**absent, **row} for row in rows) if absent else rows
        return map(itemgetter(*(f.name for f in self.fields)), complete)

    @property
    def _table(self) -> str:
        return self.connection.ops.quote_name(self.model._meta.db_table)

    def _instance(self, row: dict[str, Any]) -> Any:
        return self.model(**{f.attname: row[f.name] for f in self.fields if f.name in row})


class CopyLoader(Loader):
    """PostgreSQL: COPY into a temporary table, then insert-or-ignore by the unique index."""

    def lock(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"calls of {self._table}"]
            )

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        if len(rows) <= FEW:
            return self._insert_few(rows)
        table, columns = self._table, self._columns
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
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {STAGING} {self._or_ignore}"
            )
            return cursor.rowcount

    def _insert_few(self, rows: list[dict[str, Any]]) -> int:
        """A table of their own would cost more than they do, in the catalog of the server too."""
        values = list(chain.from_iterable(self.values(rows)))
        row = f"({', '.join(['%s'] * len(self.fields))})"
        # The names are no placeholders, whatever is in them.
        into = f"INSERT INTO {self._table} ({self._columns}) VALUES ".replace("%", "%%")
        sql = f"{into}{', '.join([row] * len(rows))} {self._or_ignore.replace('%', '%%')}"
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount

    @cached_property
    def _columns(self) -> str:
        return ", ".join(self.connection.ops.quote_name(str(f.column)) for f in self.fields)

    @cached_property
    def _or_ignore(self) -> str:
        key = ", ".join(map(self.connection.ops.quote_name, self.key))
        return f"ON CONFLICT ({key}) DO NOTHING"

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
        with cursor.db.wrap_database_errors:
            execute_values(cursor.cursor, f"INSERT INTO {STAGING} ({named}) VALUES %s", rows)
        return
    # Django makes its own errors of those of a cursor's methods, not of what they return.
    with (
        cursor.db.wrap_database_errors,
        cursor.copy(f"COPY {STAGING} ({columns}) FROM STDIN") as copy,
    ):
        for values in rows:
            copy.write_row(values)


# Vendor of a database -> its loader; others have the plain one.
LOADERS: dict[str, type[Loader]] = {"postgresql": CopyLoader}


def register(vendor: str, loader: type[Loader]) -> None:
    LOADERS[vendor] = loader
