"""JSON of ClickHouse -> the values that the driver gives for its types."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
READERS: dict[str, Callable[[Any], Any]] = {
    "DateTime": lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    "DateTime64": lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    "Decimal": Decimal,
    "UUID": uuid.UUID,
    "IPv6": ipaddress.IPv6Address,
    "IPv4": ipaddress.IPv4Address,
}


def read(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """A column of this type; NULL stays None."""
    while match := WRAPPED.fullmatch(kind):
        kind = match[1]
    reader = READERS.get(kind.partition("(")[0])
    return [None if v is None else reader(v) for v in values] if reader else values
