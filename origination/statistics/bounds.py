"""What one answer may cost: rows, and seconds of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils import timezone

from origination import conf

from .buckets import Buckets
from .calendars import Calendar
from .sampling import SAMPLINGS

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
    """As :func:`bounded_query`, for one statement; it does not run where ``before`` fails."""
    connection = connections[alias]
    in_one_message = _MESSAGES.get(connection.vendor)
    told = in_one_message and in_one_message(alias, conf.query_timeout(), planning, before)
    if told:
        with told:
            yield
        return
    with bounded_query(alias, planning):
        if before:
            _run(connection, before)
        yield


@contextmanager
def _unbounded(alias: str, seconds: float | None, planning: Options) -> Iterator[None]:
    yield


def _run(connection: Any, statement: SQL) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*statement)


# Vendor of a database -> what bounds the queries inside: alias, seconds, options of the planner.
Bound = Callable[[str, float | None, Options], AbstractContextManager[None]]
_BOUNDS: dict[str, Bound] = {}
# The same for one statement, with what goes before it: of an engine that is told all of it in one
# message, unless it cannot be now.
Message = Callable[[str, float | None, Options, SQL | None], AbstractContextManager[None] | None]
_MESSAGES: dict[str, Message] = {}


def engines() -> set[str]:
    """Vendors of the databases that can be asked."""
    return set(_BOUNDS)


def register(vendor: str, bound: Bound, message: Message | None = None) -> None:
    """How an engine gives up queries that take too long."""
    _BOUNDS[vendor] = bound
    if message:
        _MESSAGES[vendor] = message
