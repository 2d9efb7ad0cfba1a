"""Whether a manager or a queryset does what it did before a host had a say in it.

A shortcut past them is right only there: a host overrides them in a subclass, on an instance, or
in the class itself.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from operator import attrgetter
from types import FunctionType
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql import Query

SLOT = type(object.__init__)
# Of a query: what orders its rows, and which of their fields are loaded with them.
NO_CHOICE = {
    "order_by",
    "extra_order_by",
    "default_ordering",
    "standard_ordering",
    "select_related",
    "max_depth",
    "deferred_loading",
    # Computed when asked for, of the others.
    "base_table",
}


class Original:
    """What a class does, as it is when this is made."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.names = {name for name in dir(cls) if _is_code(cls, name)}
        # All of them at once, as each request looks.
        self.code_of = attrgetter(*self.names)
        self.code = self.code_of(cls)

    def is_kept_by(self, thing: Any) -> bool:
        """Whether ``thing`` is of the class and does all of it in the same way."""
        return (
            isinstance(thing, self.cls)
            and self.names.isdisjoint(vars(thing))
            and self.code_of(type(thing)) == self.code
        )


def _is_code(cls: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(cls, name), FunctionType | property | SLOT)


class Kind(NamedTuple):
    """The querysets that models of an engine have, and their queries."""

    queryset: Original
    query: type[Query]

    @classmethod
    def of(cls, alias: str) -> Kind:
        return _KINDS.get(connections[alias].vendor, _DJANGO)


_DJANGO = Kind(Original(QuerySet), Query)
_KINDS: dict[str, Kind] = {}


def register(vendor: str, queryset: type[QuerySet], query: type[Query]) -> None:
    """An engine whose models have other querysets than Django's."""
    _KINDS[vendor] = Kind(Original(queryset), query)


def every_row(model: type[Model], alias: str) -> QuerySet:
    """The whole table, whatever the model's managers leave out."""
    kind = Kind.of(alias)
    return kind.queryset.cls(model, query=kind.query(model), using=alias)


def is_every_row(rows: QuerySet) -> bool:
    """Whether these are the rows of the whole table as they are.

    Then whoever made the queryset chose none of them, joined nothing and computed nothing.
    """
    kind, query = Kind.of(rows.db), rows.query
    if type(query) is not kind.query or not kind.queryset.is_kept_by(rows):
        return False
    untouched = _untouched(kind.query, query.model)  # type: ignore[arg-type]
    return untouched | _choice(query) == untouched


def _choice(query: Query) -> dict[str, Any]:
    return {name: value for name, value in vars(query).items() if name not in NO_CHOICE}


@lru_cache(maxsize=32)
def _untouched(kind: type[Query], model: Any) -> dict[str, Any]:
    query = kind(model)
    # A copy has attributes of its own that are its class's of the first.
    return _choice(query) | _choice(query.chain())
