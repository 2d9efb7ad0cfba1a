"""Batches of CDRs -> blocks of the native protocol."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import GenericIPAddressField, QuerySet

from origination.importing.calls import Window
from origination.importing.loader import Loader, register
from origination.importing.lookups import parts_of, uuid_of

from . import tables
from .mutations import mutate

# Each block becomes a file of the table for each of its months: few and large ones.
BLOCK = 50_000
# A copy that is away has nothing that the others lack, but for its last moment.
ALL_REPLICAS_SETTINGS = {"skip_unavailable_shards": 1}

TIME_TYPE = re.compile(r"\bDateTime(64\((?P<scale>\d+))?")
COARSEST = timedelta(seconds=1)
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class BlockLoader(Loader):
    """Inserts what is not there yet; a CDR is looked for among those of the batch's time.

    It never says that it waits: a server takes its part in a tenth of the time, which is less than
    two threads that both want the interpreter cost each other.
    """

    batch = BLOCK

    def unique_key(self) -> list[str]:
        """There are no unique indexes here: what is there is looked for."""
        return ["uuid"]

    def known(self, rows: list[dict[str, Any]]) -> set[Any]:
        source, settings = self._looked_at()
        with self.connection.cursor() as cursor:
            cursor.set_settings(settings)
            # Beside the statement: to parse so many values takes a server seconds.
            cursor.set_external_table("sought", *self._sought(rows))
            cursor.execute(
                f"SELECT {self._column('uuid')} FROM {source} WHERE "
                f"{self._column('time_start')} BETWEEN %s AND %s "
                f"AND {self._column('uuid')} IN sought",
                self._bounds([row["time_start"] for row in rows]),
            )
            return {uuid_of(value) for (value,) in cursor.fetchall()}

    def _sought(self, rows: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
        """Columns and rows of a table of uuids, which have the type that they have in the CDRs'."""
        if self._has_uuids_as_text:
            return [("uuid", "String")], [(str(row["uuid"]),) for row in rows]
        return [("uuid", "UUID")], [(row["uuid"],) for row in rows]

    def _bounds(self, times: list[datetime]) -> list[Any]:
        """Between which the table has these times, though its column may be coarser than they
        are: as the field is compared, whatever the zone of the column."""
        field = self.model._meta.get_field("time_start")
        earliest = min(times) - COARSEST
        return [field.get_db_prep_value(time, self.connection) for time in (earliest, max(times))]

    def every_row(self) -> QuerySet:
        rows: Any = super().every_row()
        return rows.settings(max_query_size=tables.LONGEST_STATEMENT)

    def lock(self) -> None:
        """There are none: see docs/explanation/calls.md for what becomes of it."""

    def change(self, uuids: list[UUID], window: Window, **values: Any) -> None:
        """A mutation writes the parts of the table anew that hold one of these CDRs."""
        changes = ", ".join(f"{self._column(name)} = %s" for name in values)
        # Servers of the old packages know no booleans.
        written = [int(v) if isinstance(v, bool) else v for v in values.values()]
        for part in parts_of(uuids):
            mutate(
                self.alias,
                self.model,
                f"UPDATE {changes} WHERE {self._column('time_start')} BETWEEN %s AND %s "
                f"AND toString({self._column('uuid')}) IN %s",
                [*written, *self._bounds(list(window)), tuple(map(str, part))],
            )

    def insert_new(self, rows: list[dict[str, Any]]) -> None:
        with (
            self.connection.cursor() as cursor,
            # As the wire has them; the driver would turn rows into columns.
            cursor.set_query_execution_args(columnar=True),
        ):
            cursor.set_settings(tables.INSERT_SETTINGS)
            cursor.execute(
                f"INSERT INTO {self._table} ({self._columns}) VALUES", self._prepared(rows)
            )

    def _looked_at(self) -> tuple[str, dict[str, int]]:
        """Where CDRs are looked for, and how: on every replica of a shard, because one may not
        have got yet what was written to another a moment ago."""
        cluster = tables.Cluster.configured()
        if cluster is None or not cluster.replicated:
            return self._table, {}
        return tables.on_every_replica(self.model, cluster), ALL_REPLICAS_SETTINGS

    @property
    def _columns(self) -> str:
        return ", ".join(self._column(field.name) for field in self.fields)

    def _column(self, name: str) -> str:
        return self.connection.ops.quote_name(self.model._meta.get_field(name).column)

    def _prepared(self, rows: list[dict[str, Any]]) -> list[Any]:
        """Columns as the driver takes them: as they are, but for times and addresses."""
        columns: list[Any] = list(zip(*self.values(rows), strict=True))
        for n, prepare in self._preparations.items():
            columns[n] = list(map(prepare, columns[n]))
        return columns

    @cached_property
    def _preparations(self) -> dict[int, Callable[[Any], Any]]:
        """By the number of a column."""
        found = {n: self._preparation(field) for n, field in enumerate(self.fields)}
        return {n: prepare for n, prepare in found.items() if prepare}

    def _preparation(self, field: Any) -> Callable[[Any], Any] | None:
        """For the type that the server has, whatever the model says."""
        if isinstance(field, GenericIPAddressField):
            return self._of_address(field)
        if field.name == "uuid" and self._has_uuids_as_text:
            return str
        match = TIME_TYPE.search(self._types[field.name])
        return ticks_of(int(match["scale"] or 0)) if match else None

    @property
    def _has_uuids_as_text(self) -> bool:
        return "UUID" not in self._types["uuid"]

    @cached_property
    def _types(self) -> dict[str, str]:
        """What the server calls the types of the columns, by the names of the fields."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {self._columns} FROM {self._table} WHERE 0")
            columns = zip(self.fields, cursor.description, strict=True)
            return {field.name: kind for field, (_, kind, *_) in columns}

    def _of_address(self, field: Any) -> Callable[[str | None], Any]:
        # Calls come from few addresses.
        return lru_cache(1 << 12)(lambda text: field.get_db_prep_save(text, self.connection))


def ticks_of(scale: int) -> Callable[[datetime | None], int | None]:
    """What makes ticks since 1970 of a time: ``10**scale`` in a second, finer parts left out.

    The driver sends them as they are, while its own conversion of the three times of a CDR takes
    longer than all the rest that it does for one.
    """
    ticks = 10**scale

    def prepare(time: datetime | None) -> int | None:
        return None if time is None else (time - EPOCH) // MICROSECOND * ticks // 1_000_000

    return prepare


register("clickhouse", BlockLoader)
