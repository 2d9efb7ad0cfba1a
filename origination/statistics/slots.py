"""How many statistics queries a customer may run at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, connections

from origination import conf

from .bounds import SQL, Options, bounded_statement

# Tries each key until one is free: PostgreSQL stops at the first row that it needs. Where none is,
# the text is no integer, and PostgreSQL drops what comes behind it in the same message.
NONE_IS_FREE = "MAX_CONCURRENT queries of this customer are under way"
TAKE_ONE = f"""SELECT COALESCE((
  SELECT '1' FROM UNNEST(%s::bigint[]) AS key WHERE pg_try_advisory_xact_lock(key) LIMIT 1
), '{NONE_IS_FREE}')::integer"""


class TooManyQueries(Exception):
    """The customer has as many queries under way as the site allows."""


@contextmanager
def statement_in_slot(alias: str, customer: str, planning: Options) -> Iterator[None]:
    """A bounded statement that holds one of the customer's ``MAX_CONCURRENT`` slots while it runs.

    Raises TooManyQueries where all are taken. Slots are advisory locks of PostgreSQL, freed with
    the transaction however it ends; other databases count none.
    """
    try:
        with bounded_statement(alias, planning, before=_taking_one(alias, customer)):
            yield
    except DataError as e:
        if NONE_IS_FREE not in str(e):
            raise
        raise TooManyQueries from e


def _taking_one(alias: str, customer: str) -> SQL | None:
    most = conf.max_concurrent()
    if most is None or connections[alias].vendor != "postgresql":
        return None
    return TAKE_ONE, [slots(customer, most)]


def slots(customer: str, number: int) -> list[int]:
    """The keys of a customer's slots."""
    return [_key(f"origination:query:{customer}:{n}") for n in range(number)]


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
