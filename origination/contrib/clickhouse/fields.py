"""Fields that compare and read on ClickHouse as they do elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from clickhouse_backend import models


class ExactDecimalField(models.DecimalField):
    """Compared with a literal in quotes: a bare one is a binary float to ClickHouse."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return f"{value:f}" if isinstance(value, Decimal) else value
