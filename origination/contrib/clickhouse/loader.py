"""Batches of CDRs -> blocks of the native protocol."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import GenericIPAddressField

from origination.importing.loader import Loader, Waiting

from . import tables

# Each block becomes a file of the table for each of its months: few and large ones.
BLOCK = 100_000
INSERT_SETTINGS = {
    # Done means that every shard has its rows, not that this node is going to send them.
    "insert_distributed_sync": 1,
    # The server would drop a block that it remembers, even if its CDRs were deleted since.
    "insert_deduplicate": 0,
    # Calls of many years may come in one block.
    "max_partitions_per_insert_block": 0,
}
# The uuids of a block are 4 MB of text.
LOOKUP_SETTINGS = {"max_query_size": 16 << 20, "max_ast_elements": 10 * BLOCK}
# A copy that is away has nothing that the others lack, but for its last moment.
ALL_REPLICAS_SETTINGS = {**LOOKUP_SETTINGS, "skip_unavailable_shards": 1}


class BlockLoader(Loader):
    """Inserts what is not there yet; a CDR is looked for among those of the batch's time."""

    batch = BLOCK

    def insert_unique(self, rows: list[dict[str, Any]], waiting: Waiting) -> int:
        # The look-up is the server's work alone; the insert is half Python's.
        waiting()
        return super().insert_unique(rows, waiting)

    def known(self, rows: list[dict[str, Any]]) -> set[Any]:
        times = [row["time_start"] for row in rows]
        source, settings = self._looked_at()
        # Not by the ORM, which takes seconds for so many parameters.
        uuids = ", ".join({f"'{row['uuid']}'" for row in rows})
        with self.connection.cursor() as cursor:
            cursor.set_settings(settings)
            cursor.execute(
                f"SELECT {self._column('uuid')} FROM {source} WHERE "
                f"{self._column('time_start')} BETWEEN %s AND %s "
                f"AND {self._column('uuid')} IN ({uuids})",
                [min(times), max(times)],
            )
            return {uuid for (uuid,) in cursor.fetchall()}

    def insert_new(self, rows: list[dict[str, Any]]) -> None:
        columns = ", ".join(self._column(field.name) for field in self.fields)
        with self.connection.cursor() as cursor:
            cursor.set_settings(INSERT_SETTINGS)
            cursor.execute(
                f"INSERT INTO {self._table} ({columns}) VALUES", list(self._prepared(rows))
            )

    def _looked_at(self) -> tuple[str, dict[str, int]]:
        """Where CDRs are looked for, and how: on every replica of a shard, because one may not
        have got yet what was written to another a moment ago."""
        cluster = tables.Cluster.configured()
        if cluster is None or not cluster.replicated:
            return self._table, LOOKUP_SETTINGS
        return tables.on_every_replica(self.model, cluster), ALL_REPLICAS_SETTINGS

    @property
    def _table(self) -> str:
        return self.connection.ops.quote_name(self.model._meta.db_table)

    def _column(self, name: str) -> str:
        return self.connection.ops.quote_name(self.model._meta.get_field(name).column)

    def _prepared(self, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
        """Each row as the driver takes it: as it is, but for addresses."""
        fields = enumerate(self.fields)
        addresses = [(n, f) for n, f in fields if isinstance(f, GenericIPAddressField)]
        for values in map(list, self.values(rows)):
            for n, field in addresses:
                values[n] = self._address(field, values[n])
            yield values

    @lru_cache(maxsize=1 << 12)  # noqa: B019  calls come from few addresses, and loaders are few
    def _address(self, field: Any, text: str | None) -> Any:
        return field.get_db_prep_save(text, self.connection)
