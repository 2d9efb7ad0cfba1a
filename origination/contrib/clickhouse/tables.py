"""The tables of :class:`~origination.contrib.clickhouse.models.CDR`, made for its question:
calls of one account in a range of time.

One server has one table. Every node of a cluster has a local table, with a part of the accounts,
and in front of it a ``Distributed`` face with the name that the model asks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from origination import conf

# One account lies together, in order of time: a request reads what it counts. The uuid is what
# makes two rows the same CDR to ReplacingMergeTree, and needs no place in memory as a key.
ORDER = ("account", "time_start", "uuid")
KEY = ("account", "time_start")
# Whole months are dropped when they are no longer kept, and skipped when nobody asks for them.
PARTITION = "toYYYYMM({time_start})"
# Hashed: accounts get their numbers in order, shards should not.
SHARD = "cityHash64({account})"
# Where they take less than the default, LZ4: measured in docs/explanation/capacity.md. Times grow
# slowly within an account, durations and prices need few of their bits, a Call-ID is hexadecimal
# text.
CODECS = {
    "time_start": "Delta, ZSTD(1)",
    "time_connect": "Delta, ZSTD(1)",
    "time_end": "Delta, ZSTD(1)",
    "duration": "T64, ZSTD(1)",
    "customer_duration": "T64, ZSTD(1)",
    "customer_price": "T64, ZSTD(1)",
    "orig_call_id": "ZSTD(1)",
}
# What Python would put where a writer leaves a column out, and is not the zero of its type.
DEFAULTS = {"uuid": "generateUUIDv4()", "is_last_cdr": "1", "routing_attempt": "1"}

INSERT_SETTINGS = {
    # Done means that every shard has its rows, not that this node is going to send them.
    "insert_distributed_sync": 1,
    # The server would drop a block that it remembers, even if its CDRs were deleted since.
    "insert_deduplicate": 0,
    # Calls of many years may come in one block.
    "max_partitions_per_insert_block": 0,
}
# Ten thousand ids and what stands around them; the server's own limit is a quarter of a megabyte.
LONGEST_STATEMENT = 1 << 24


class Cluster(NamedTuple):
    """A cluster of the servers' ``remote_servers``; ``replicated``: its shards have replicas."""

    name: str
    replicated: bool

    @classmethod
    def configured(cls) -> Cluster | None:
        name = conf.clickhouse_cluster()
        return cls(name, conf.clickhouse_replicated()) if name else None


def creation(connection: Any, model: Any, cluster: Cluster | None) -> list[str]:
    """What makes the tables that are missing on one server, or on one node of a cluster."""
    table = model._meta.db_table
    columns = ", ".join(_column(connection, field) for field in model._meta.concrete_fields)
    if cluster is None:
        return [_create(table, columns, _stored(model, "ReplacingMergeTree"))]
    return [
        _create(local(table), columns, _stored(model, _replacing(table, cluster))),
        _create(table, columns, _distributed(model, cluster)),
    ]


def copying(model: Any, source: str) -> str:
    """What copies the CDRs of another table, whatever the order of its columns."""
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {columns} FROM "{source}"'


def removal(model: Any, cluster: Cluster | None) -> list[str]:
    """What drops the tables of one server, or of one node of a cluster."""
    table = model._meta.db_table
    names = [table, local(table)] if cluster else [table]
    # Else the Keeper knows a replica for minutes that is no more, and a new one cannot be made.
    now = " SYNC" if cluster and cluster.replicated else ""
    return [f'DROP TABLE IF EXISTS "{name}"{now}' for name in names]


def local(table: str) -> str:
    """The name of a node's own part of a distributed table."""
    return f"{table}_local"


def stored(model: Any) -> str:
    """The name of the table that holds the rows, on a server or on every node."""
    table = model._meta.db_table
    return local(table) if conf.clickhouse_cluster() else table


def on_every_replica(model: Any, cluster: Cluster) -> str:
    """What the nodes themselves hold, as a source of a SELECT; a row comes once for each copy."""
    table = local(model._meta.db_table)
    return f"clusterAllReplicas('{cluster.name}', currentDatabase(), '{table}')"


def _create(table: str, columns: str, engine: str) -> str:
    return f'CREATE TABLE IF NOT EXISTS "{table}" ({columns}) ENGINE = {engine}'


def _column(connection: Any, field: Any) -> str:
    kind = field.db_type(connection)
    if field.null and "Nullable" not in kind:
        kind = f"Nullable({kind})"
    default, codec = DEFAULTS.get(field.name), CODECS.get(field.name)
    made = (f" DEFAULT {default}" if default else "") + (f" CODEC({codec})" if codec else "")
    return f'"{field.column}" {kind}{made}'


def _stored(model: Any, engine: str) -> str:
    return (
        f"{engine} PARTITION BY {_with_columns(PARTITION, model)} "
        f"ORDER BY ({_columns(model, ORDER)}) PRIMARY KEY ({_columns(model, KEY)})"
    )


def _replacing(table: str, cluster: Cluster) -> str:
    if not cluster.replicated:
        return "ReplacingMergeTree"
    # The macros are those of each server's own configuration.
    path = f"/clickhouse/tables/{{shard}}/{{database}}/{local(table)}"
    return f"ReplicatedReplacingMergeTree('{path}', '{{replica}}')"


def _distributed(model: Any, cluster: Cluster) -> str:
    table = local(model._meta.db_table)
    shard = _with_columns(SHARD, model)
    return f"Distributed('{cluster.name}', currentDatabase(), '{table}', {shard})"


def _columns(model: Any, names: tuple[str, ...]) -> str:
    return ", ".join(f'"{model._meta.get_field(name).column}"' for name in names)


def _with_columns(expression: str, model: Any) -> str:
    columns = {field.name: f'"{field.column}"' for field in model._meta.concrete_fields}
    return expression.format(**columns)
