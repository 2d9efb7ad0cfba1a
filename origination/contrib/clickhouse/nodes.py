"""The servers of the CDR database: the one, or every node of its cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connections

from . import tables


class Node(NamedTuple):
    """A server: its name for people, and a cursor on it."""

    name: str
    cursor: Any


def make_tables(alias: str, model: Any) -> list[str]:
    """Make the tables that are missing, everywhere; returns the nodes' names."""
    cluster = tables.Cluster.configured()
    return run(alias, tables.creation(connections[alias], model, cluster))


def copy_table(alias: str, model: Any, source: str) -> None:
    """Copy the CDRs of another table of this server; returns when they are where they belong."""
    with connections[alias].cursor() as cursor:
        cursor.set_settings(tables.INSERT_SETTINGS)
        cursor.execute(tables.copying(model, source))


def drop_tables(alias: str, model: Any) -> list[str]:
    """Drop the tables, everywhere; returns the nodes' names."""
    return run(alias, tables.removal(model, tables.Cluster.configured()))


def run(alias: str, statements: Iterable[str]) -> list[str]:
    """Run statements on each node in turn; returns the nodes' names.

    Each node is asked itself: ``ON CLUSTER`` would need a Keeper even without replicas.
    """
    names = []
    for node in each_of(alias):
        for statement in statements:
            node.cursor.execute(statement)
        names.append(node.name)
    return names


def each_of(alias: str) -> Iterator[Node]:
    cluster = tables.Cluster.configured()
    with connections[alias].cursor() as cursor:
        if cluster is None:
            yield Node("the server", cursor)
            return
        addresses = _addresses(cursor, cluster)
    for host, port in addresses:
        with _cursor_on(alias, host, port) as cursor:
            yield Node(f"{host}:{port}", cursor)


def _addresses(cursor: Any, cluster: tables.Cluster) -> list[tuple[str, int]]:
    cursor.execute(
        "SELECT host_name, port FROM system.clusters WHERE cluster = %s "
        "ORDER BY shard_num, replica_num",
        [cluster.name],
    )
    addresses = cursor.fetchall()
    if not addresses:
        raise LookupError(f"The server knows no cluster {cluster.name!r}: see system.clusters.")
    return addresses


@contextmanager
def _cursor_on(alias: str, host: str, port: int) -> Iterator[Any]:
    """A cursor on another node, with the alias's own user and options."""
    there: Any = connections[alias].copy()
    at = {"host": host, "port": port, "alt_hosts": None}
    there.connection = there.Database.connect(**{**there.get_connection_params(), **at})
    try:
        with there.cursor() as cursor:
            yield cursor
    finally:
        there.connection.close()
