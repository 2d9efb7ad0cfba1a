"""CDR field values -> the CDR table, each uuid once, in batches that are whole or absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db import connections, router, transaction
from django.db.models import AutoField

from origination.columns import has_field
from origination.models import get_cdr_model
from origination.overriding import every_row

STAGING = "origination_import"
BATCH = 10_000

Waiting = Callable[[], object]


class NotRepeatable(Exception):
    """An import into this table could not be run again: nothing tells what is there already."""


def make_loader() -> Loader:
    """The loader for the CDR table of this site; raises NotRepeatable."""
    model = get_cdr_model()
    if not has_field(model, "uuid"):
        raise NotRepeatable(
            f"{model._meta.label} has no field 'uuid', by which an import knows what is there "
            "already: give the table a unique column for it."
        )
    vendor = connections[_alias()].vendor
    if vendor == "clickhouse":
        from origination.contrib.clickhouse.loader import BlockLoader

        return BlockLoader()
    return CopyLoader() if vendor == "postgresql" else Loader()


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
        self.fields = [f for f in fields if not isinstance(f, AutoField)]

    def known(self, rows: list[dict[str, Any]]) -> set[Any]:
        """The uuids of these CDRs that are in the table."""
        # Those that a host's manager leaves out are there as well.
        cdrs = every_row(self.model, self.alias)
        uuids = {row["uuid"] for row in rows}
        return set(cdrs.filter(uuid__in=uuids).values_list("uuid", flat=True))

    def insert(self, rows: list[dict[str, Any]], waiting: Waiting = _nothing) -> int:
        """Insert a batch in one transaction; returns how many CDRs were new.

        ``waiting`` is called where the database has got its work and this process waits for it.
        """
        # Of two lines with one uuid the first stays, as it does across batches.
        rows = list({row["uuid"]: row for row in reversed(rows)}.values())[::-1]
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
        self.model._default_manager.using(self.alias).bulk_create(instances, ignore_conflicts=True)

    def values(self, rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Each row's values in the order of the fields."""
        absent = {f.name: f.get_default() for f in self.fields if f.name not in rows[0]}
        complete = ({**absent, **row} for row in rows) if absent else rows
        return map(itemgetter(*(f.name for f in self.fields)), complete)

    def _instance(self, row: dict[str, Any]) -> Any:
        return self.model(**{f.attname: row[f.name] for f in self.fields if f.name in row})


class CopyLoader(Loader):
    """PostgreSQL: COPY into a temporary table, then insert-or-ignore by uuid."""

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        quote = self.connection.ops.quote_name
        table = quote(self.model._meta.db_table)
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGING}")
            cursor.execute(
                f"CREATE TEMP TABLE {STAGING} ON COMMIT DROP AS "
                f"SELECT {columns} FROM {table} WITH NO DATA"
            )
            with cursor.copy(f"COPY {STAGING} ({columns}) FROM STDIN") as copy:
                for values in self.values(rows):
                    copy.write_row(values)
            waiting()
            # The unique index decides between importers that run at the same time.
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {STAGING} "
                f"ON CONFLICT ({self._key}) DO NOTHING"
            )
            return cursor.rowcount

    @cached_property
    def _key(self) -> str:
        """The uuid; in a partitioned table, whose keys must hold it, the time as well."""
        table = self.model._meta.db_table
        names = [self.model._meta.get_field(name).column for name in ("uuid", "time_start")]
        with self.connection.cursor() as cursor:
            constraints = self.connection.introspection.get_constraints(cursor, table).values()
        whole = any(c["unique"] and c["columns"] == names for c in constraints)
        quote = self.connection.ops.quote_name
        return ", ".join(map(quote, names if whole else names[:1]))
