"""Batches of CDRs -> blocks of the native protocol."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from origination.importing.loader import Loader
from origination.limits import with_settings

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
LOOKUP_SETTINGS = {"max_query_size": 16 << 20}


class BlockLoader(Loader):
    """Inserts what is not there yet; a CDR is looked for among those of the batch's time."""

    batch = BLOCK

    def known(self, rows: list[dict[str, Any]]) -> set[Any]:
        with self.connection.execute_wrapper(with_settings(LOOKUP_SETTINGS)):
            return super().known(rows)

    def among(self, rows: list[dict[str, Any]]) -> QuerySet:
        times = [row["time_start"] for row in rows]
        return super().among(rows).filter(time_start__range=(min(times), max(times)))

    def insert_new(self, rows: list[dict[str, Any]]) -> None:
        quote = self.connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        table = quote(self.model._meta.db_table)
        with self.connection.cursor() as cursor:
            cursor.set_settings(INSERT_SETTINGS)
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES", list(self._prepared(rows)))

    def _prepared(self, rows: list[dict[str, Any]]) -> Any:
        """Each row as the driver takes it."""
        writers = [_writer(field, self.connection) for field in self.fields]
        for values in self.values(rows):
            yield [write(value) for write, value in zip(writers, values, strict=True)]


def _writer(field: Any, connection: Any) -> Any:
    return lambda value: field.get_db_prep_save(value, connection)
