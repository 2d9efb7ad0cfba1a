"""How queries are given up on ClickHouse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connections

from origination.statistics import bounds

# Only the account's shard is asked; without an answer of it there is no answer. Nor is there one of
# a replica that is seconds behind; the server's own default is five minutes.
WHOLE_ANSWERS = {
    "optimize_skip_unused_shards": 1,
    "skip_unavailable_shards": 0,
    "max_replica_delay_for_distributed_queries": 1,
}


@contextmanager
def bounded(alias: str, seconds: float | None, planning: bounds.Options) -> Iterator[None]:
    settings = dict(WHOLE_ANSWERS)
    if seconds is not None:
        # Old servers take whole seconds, and 0 for no limit.
        settings["max_execution_time"] = math.ceil(seconds)
    try:
        with connections[alias].execute_wrapper(with_settings(settings)):
            yield
    except (EOFError, OSError) as e:
        # The driver's, where a server goes away in the middle of an answer.
        raise OperationalError(f"The connection to ClickHouse was lost: {e}") from e


def with_settings(settings: dict[str, Any]) -> Any:
    """An execute wrapper that gives each statement these settings of ClickHouse."""

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        context["cursor"].set_settings(settings)
        return execute(sql, params, many, context)

    return run


bounds.register("clickhouse", bounded)
