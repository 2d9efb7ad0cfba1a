"""Fields that compare and read on ClickHouse as they do elsewhere."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from clickhouse_backend import models
from django.db.models import DateTimeField


class ExactDecimalField(models.DecimalField):
    """Compared with a literal in quotes: a bare one is a binary float to ClickHouse."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return f"{value:f}" if isinstance(value, Decimal) else value


class Moment:
    """A time with its microseconds, which a ``DateTime`` takes as no text."""

    def __init__(self, time: datetime) -> None:
        self.time = time.astimezone(UTC)

    def __str__(self) -> str:
        return f"toDateTime64('{self.time:%Y-%m-%d %H:%M:%S.%f}', 6, 'UTC')"


class WholeSecondsField(DateTimeField):
    """A ``DateTime`` column, compared with bounds that are finer than it."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return Moment(value) if isinstance(value, datetime) else value


class IPv4ColumnField(models.IPv4Field):
    """An ``IPv4`` column, which the server compares with no IPv6 address: asked for one, it finds
    none."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        address = ipaddress.ip_address(str(value))
        return address if address.version == 4 else address.ipv4_mapped
