"""How many statistics queries a customer may run at a time."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connections

from . import conf
from .errors import TooManyQueries

# Tries each key until one is free: PostgreSQL stops at the first row that it needs.
TAKE_ONE = "SELECT 1 FROM UNNEST(%s::bigint[]) AS key WHERE pg_try_advisory_xact_lock(key) LIMIT 1"


def take_slot(alias: str, user: Any) -> None:
    """Take one of the customer's ``MAX_CONCURRENT`` slots until the transaction ends.

    Raises TooManyQueries where all are taken. Slots are advisory locks of PostgreSQL, freed with
    the transaction however it ends; other databases count none.
    """
    most = conf.max_concurrent()
    if most is None or connections[alias].vendor != "postgresql":
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(TAKE_ONE, [slots(user, most)])
        if cursor.fetchone() is None:
            raise TooManyQueries


def slots(user: Any, number: int) -> list[int]:
    """The keys of a customer's slots."""
    return [_key(f"origination:query:{user.pk}:{n}") for n in range(number)]


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
