"""CDRs of several accounts, which lie on several servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)
CALLS = 40
COUNT = "SELECT count() FROM origination_cdr_local"


def calls_of(accounts: Any, numbers: range = range(CALLS)) -> list[dict[str, Any]]:
    """Rows as the importer's loader takes them, ``CALLS`` of each account."""
    return [
        {
            "uuid": UUID(int=number * 1000 + account.pk),
            "account": account.pk,
            "time_start": START + timedelta(minutes=number, microseconds=number),
            "duration": number % 3 * 60,
            "auth_orig_ip": "2001:db8::1" if number % 2 else "10.0.0.1",
        }
        for account in accounts
        for number in numbers
    ]


def calls(response: Any) -> int:
    return response.json()["totals"]["total_calls"]


@contextmanager
def connected(**settings: Any) -> Iterator[None]:
    """With a new connection to the database of the CDRs, and with these settings for it."""
    connection = connections["cdrs"]
    before = connection.settings_dict.copy()
    _connect(connection, settings)
    try:
        yield
    finally:
        _connect(connection, before)


def _connect(connection: Any, settings: dict[str, Any]) -> None:
    connection.settings_dict.update(settings)
    connection.connection.close()
    connection.connection = connection.Database.connect(**connection.get_connection_params())
