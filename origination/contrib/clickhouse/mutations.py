"""Rows that are changed: ClickHouse writes the parts of the table anew that hold one of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import OperationalError

from . import nodes, tables

PAUSE, PATIENCE = 0.05, 600.0


def mutate(alias: str, model: Any, change: str, values: Sequence[Any]) -> None:
    """``ALTER TABLE … change`` on every node; returns when it is done.

    Raises OperationalError where a server has not done it within ten minutes.
    """
    table = tables.stored(model)
    for node in nodes.each_of(alias):
        node.cursor.set_settings({"max_query_size": tables.LONGEST_STATEMENT})
        node.cursor.execute(f'ALTER TABLE "{table}" {change}', values)
        _wait(node, table)


def _wait(node: nodes.Node, table: str) -> None:
    """Not by ``mutations_sync``, which servers of the old packages do not know."""
    until = time.monotonic() + PATIENCE
    while _is_busy(node.cursor, table):
        if time.monotonic() > until:
            raise OperationalError(f"{node.name} has not changed rows: see system.mutations.")
        time.sleep(PAUSE)


def _is_busy(cursor: Any, table: str) -> bool:
    cursor.execute(
        "SELECT count() FROM system.mutations "
        "WHERE database = currentDatabase() AND table = %s AND NOT is_done",
        [table],
    )
    return bool(cursor.fetchone()[0])
