"""A database whose times without a zone show the clock of a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connections

from .tables import ALIAS


@contextmanager
def clock_of(zone: str | None) -> Iterator[None]:
    """As with ``DATABASES[…]["TIME_ZONE"]``; the connection is told, and told back."""
    connection = connections[ALIAS]
    with patch.dict(connection.settings_dict, TIME_ZONE=zone):
        _tell(connection)
        yield
    _tell(connection)


def _tell(connection: object) -> None:
    for name in ("timezone", "timezone_name"):
        vars(connection).pop(name, None)
    connection.ensure_timezone()  # type: ignore[attr-defined]
