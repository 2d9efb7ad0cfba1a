"""What one answer may cost: rows, and seconds of the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from origination import conf

from .buckets import Buckets
from .calendars import Calendar
from .drivers import is_psycopg3
from .sampling import SAMPLINGS

SQLITE_INSTRUCTIONS_BETWEEN_LOOKS = 10_000

Options = Mapping[str, str]
# With its parameters.
SQL = tuple[str, list[Any]]
# Compiling takes longer than the compiled code saves.
PLANNING: Options = {"jit": "off"}
# Without sorts the planner hashes; it overrates the number of buckets, sorts, and spills.
GROUPING: Options = {**PLANNING, "enable_sort": "off"}


class TooManyRows(ValueError):
    """An answer would have more than ``MAX_ROWS`` rows; the text says what to ask instead."""


def check_range(start: datetime, end: datetime | None, sampling: str, calendar: Calendar) -> None:
    """Raises TooManyRows where the range may hold more buckets than ``MAX_ROWS``.

    A range without an end is not limited by its length: see :func:`check_rows`.
    """
    most = conf.max_rows()
    if most is None or end is None:
        return
    if Buckets.of(sampling, calendar).possible(start, end) > most:
        raise too_many_rows(start, end, calendar)


def check_rows(rows: int, start: datetime, calendar: Calendar) -> None:
    """Raises TooManyRows where an answer without ``to-time`` came out too long."""
    most = conf.max_rows()
    if most is not None and rows > most:
        raise too_many_rows(start, timezone.now(), calendar)


def too_many_rows(start: datetime, end: datetime, calendar: Calendar) -> TooManyRows:
    most = conf.max_rows() or 0
    words = (w for w in SAMPLINGS if Buckets.of(w, calendar).possible(start, end) <= most)
    finest = next(words, None)
    advice = f"use sampling {finest} or coarser, or" if finest else "use"
    return TooManyRows(f"more than {most} rows: {advice} a shorter range")


@contextmanager
def bounded_query(alias: str, planning: Options = PLANNING) -> Iterator[None]:
    """The queries inside are given up after ``QUERY_TIMEOUT``, with an OperationalError.

    ``planning``: settings of PostgreSQL's planner for them; other engines have none.
    """
    bound = _BOUNDS.get(connections[alias].vendor, _unbounded)
    with bound(alias, conf.query_timeout(), planning):
        yield


@contextmanager
def bounded_statement(
    alias: str, planning: Options = PLANNING, before: SQL | None = None
) -> Iterator[None]:
    """As :func:`bounded_query`, for one statement inside; where ``before`` fails, it does not run.

    PostgreSQL is told all of it in the same message, which saves the others that a transaction
    takes.
    """
    connection = connections[alias]
    if _takes_several_statements(connection):
        first = [_setting(_options(conf.query_timeout(), planning)), *([before] if before else [])]
        with connection.execute_wrapper(_preceded_by(first)):
            yield
        return
    with bounded_query(alias, planning):
        if before:
            _run(connection, before)
        yield


@contextmanager
def _unbounded(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    yield


@contextmanager
def _bounded_postgresql(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    connection = connections[alias]
    options = _options(seconds, planning)
    # Ended with this transaction; inside somebody else's they would outlive the query.
    nested = connection.in_atomic_block
    with transaction.atomic(using=alias):
        before = _configuration(connection, options) if nested else {}
        _configure(connection, options)
        yield
        if nested:
            _configure(connection, before)


def _options(seconds: float | None, planning: Options) -> dict[str, str]:
    timeout = {} if seconds is None else {"statement_timeout": f"{max(1, round(seconds * 1000))}ms"}
    return {**planning, **timeout}


def _takes_several_statements(connection: Any) -> bool:
    """Whether a message of several statements can be sent, as a transaction of its own.

    Of such a message psycopg2 shows the last answer alone; a transaction tells it the same.
    """
    return (
        connection.vendor == "postgresql"
        and is_psycopg3()
        and not connection.features.uses_server_side_binding
        and connection.get_autocommit()
        and not connection.in_atomic_block
    )


def _preceded_by(first: Sequence[SQL]) -> Any:
    """An execute wrapper that sends others in the message of the one statement."""
    front = "".join(f"{sql}; " for sql, _ in first)
    values = [value for _, parameters in first for value in parameters]

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        execute(front + sql, [*values, *(params or ())], many, context)
        for _ in first:
            context["cursor"].nextset()

    return run


def _setting(options: dict[str, str]) -> SQL:
    """What sets options until the end of the transaction."""
    changed = ", ".join("set_config(%s, %s, true)" for _ in options)
    return f"SELECT {changed}", [word for item in options.items() for word in item]


def _configuration(connection: Any, names: Collection[str]) -> dict[str, str]:
    """The present values of these options."""
    current = ", ".join("current_setting(%s)" for _ in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {current}", list(names))
        return dict(zip(names, cursor.fetchone(), strict=True))


def _configure(connection: Any, options: dict[str, str]) -> None:
    """Set options until the end of the transaction."""
    _run(connection, _setting(options))


def _run(connection: Any, statement: SQL) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*statement)


@contextmanager
def _bounded_sqlite(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    connection = connections[alias]
    connection.ensure_connection()
    deadline = None if seconds is None else time.monotonic() + seconds
    late = deadline and (lambda: time.monotonic() > deadline)
    connection.connection.set_progress_handler(late, SQLITE_INSTRUCTIONS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


# Vendor of a database -> what bounds the queries inside: alias, seconds, options of the planner.
Bound = Callable[[str, float | None, Options], AbstractContextManager[None]]
_BOUNDS: dict[str, Bound] = {"postgresql": _bounded_postgresql, "sqlite": _bounded_sqlite}


def engines() -> set[str]:
    """Vendors of the databases that can be asked."""
    return set(_BOUNDS)


def register(vendor: str, bound: Bound) -> None:
    """How an engine gives up queries that take too long."""
    _BOUNDS[vendor] = bound
