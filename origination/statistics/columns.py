"""The columns that a host's CDR table really has: no field class tells what its switch made."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, router

from origination import conf

# Engines whose columns may be read in another way than their fields say.
TYPED = {"postgresql", "sqlite"}
NUMBERS = {"integer", "decimal", "float", "money", "number"}


class Unreadable(Exception):
    """No right answer can be had of the CDR table as it is; the text is for the operator."""


class Column(NamedTuple):
    """``type`` as the database writes it; ``family``: what it holds, empty: anything.

    ``sample``: a value, of SQLite alone, where a type says little about values.
    """

    type: str
    family: str
    is_nullable: bool
    sample: Any = None


Columns = dict[str, Column]
_seen: dict[tuple[Any, str], Columns] = {}


def real_columns(model: Any, alias: str) -> Columns:
    """The columns of the model's table or view, and of the tables that it inherits; none where
    there is no such table yet."""
    look = _LOOKS.get(connections[alias].vendor)
    if not look:
        return {}
    family = [model, *model._meta.get_parent_list()]
    # A proxy has the table of its parent.
    tables = dict.fromkeys(member._meta.db_table for member in family)
    found = [look(connections[alias], table) for table in tables]
    # By the nearest: the tables of a family may have columns of the same name.
    return {name: column for columns in reversed(found) for name, column in columns.items()}


def alias_of(model: Any) -> str:
    """The database that the model's table is read from."""
    return router.db_for_read(model) or "default"


def columns_of(model: Any) -> Columns:
    """As :func:`real_columns`, looked at once in a process; none of our own models, whose types
    are those of their fields."""
    key = (model, alias_of(model))
    if model._meta.label in conf.OWN_CDR_MODELS or connections[key[1]].vendor not in TYPED:
        return {}
    if key in _seen:
        return _seen[key]
    found = real_columns(*key)
    if _is_all_known(found, connections[key[1]].vendor):
        _seen[key] = found
    return found


def _is_all_known(columns: Columns, vendor: str) -> bool:
    """Whether another look would see the same: a table is there, on SQLite with a row."""
    if vendor != "sqlite":
        return bool(columns)
    return any(column.sample is not None for column in columns.values())


def has_field(model: Any, name: str) -> bool:
    return name in _field_names(model)


@lru_cache(maxsize=32)
def _field_names(model: Any) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.concrete_fields)


def column_of(model: Any, name: str) -> Column | None:
    """The real column of a field; None where it is not known, or is as the field says."""
    return columns_of(model).get(model._meta.get_field(name).column)


def forget() -> None:
    """Look anew: a table was altered."""
    _seen.clear()


_LOOKS: dict[str, Callable[[Any, str], Columns]] = {}


def register(vendor: str, look: Callable[[Any, str], Columns]) -> None:
    """How an engine tells the columns of a table: its connection, the table's name."""
    _LOOKS[vendor] = look
