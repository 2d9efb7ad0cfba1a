"""JSON of ClickHouse -> the values that the driver gives for its types; what it takes -> SQL."""

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
TIME_TYPE = re.compile(r"\bDateTime(?:64\((\d+))?")


def read(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """A column of this type; NULL stays None."""
    while match := WRAPPED.fullmatch(kind):
        kind = match[1]
    reader = READERS.get(kind.partition("(")[0])
    return [None if v is None else reader(v) for v in values] if reader else values


def written(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """A column for SQL: of the ticks of a time, which the wire takes as they are, seconds."""
    if (match := TIME_TYPE.search(kind)) is None:
        return values
    scale = int(match[1] or 0)
    return [Decimal(v).scaleb(-scale) if isinstance(v, int) else v for v in values]
