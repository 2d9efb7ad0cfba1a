"""CDRs by many values at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import ExpressionWrapper, F, Q, TextField
from django.db.models.lookups import In

from origination.statistics.lookups import is_text

T = TypeVar("T")
# SQLite takes 32,766 values in a statement.
PART = 10_000


class AmongMany(In):
    """One array instead of a parameter for each value, where an engine has arrays."""

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, list(self.rhs)]


def parts_of(values: Collection[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while part := list(islice(remaining, PART)):
        yield part


def has_one_of(model: Any, uuids: Collection[UUID]) -> Any:
    """Condition: the CDR has one of these uuids."""
    if not is_text(model, "uuid"):
        return Q(uuid__in=uuids)
    # As it is written, so that the index finds it.
    text = ExpressionWrapper(F("uuid"), TextField())
    return In(text, [written for uuid in uuids for written in (str(uuid), uuid.hex)])


def uuid_of(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value
