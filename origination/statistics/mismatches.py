"""Where a model does not fit the columns that its table really has."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, models

from origination import conf

from .columns import NUMBERS, TYPED, Column, Columns, Unreadable, alias_of, columns_of, real_columns

# What every answer needs; where it cannot be read there is no answer, rather than a wrong one.
ESSENTIAL = {
    "account",
    "time_start",
    "duration",
    "customer_duration",
    "customer_price",
    "is_last_cdr",
}
LOCAL_TIME = "local time"
TIMES = {"moment", LOCAL_TIME}
NUMERIC = (models.IntegerField, models.DecimalField, models.FloatField)
TEXTUAL = (models.CharField, models.TextField)
# Field class -> families of columns that it reads right, in order: subclasses come first.
FITTING: tuple[tuple[Any, Collection[str]], ...] = (
    (models.BooleanField, {"boolean"}),
    (NUMERIC, NUMBERS),
    (models.UUIDField, {"uuid"}),
    # Text is compared with every way in which an address is written.
    (models.GenericIPAddressField, {"address", "text"}),
    (models.DateTimeField, TIMES),
    (TEXTUAL, {"text", "address", "uuid", "other"}),
)
# SQLite has no such types, and knows them by other names.
SQLITE_ALSO: tuple[tuple[Any, Collection[str]], ...] = (
    (models.BooleanField, {"number"}),
    (models.UUIDField, {"text"}),
    (models.DateTimeField, {"text"}),
)
# Our fields that can be read from other classes than ours -> those classes.
ROLES: dict[str, tuple[Any, ...]] = {
    "time_start": (models.DateTimeField,),
    "duration": NUMERIC,
    "customer_duration": NUMERIC,
    "customer_price": NUMERIC,
    "is_last_cdr": (models.BooleanField, models.IntegerField, *TEXTUAL),
    "auth_orig_ip": (models.GenericIPAddressField, *TEXTUAL),
    "src_country_id": (*NUMERIC, *TEXTUAL),
    "dst_country_id": (*NUMERIC, *TEXTUAL),
    "disconnect_code": (*NUMERIC, *TEXTUAL),
    "src_prefix_routing": TEXTUAL,
    "dst_prefix_routing": TEXTUAL,
    "orig_call_id": TEXTUAL,
}
# Family of a column -> the field for it, and its arguments.
WRITTEN: dict[str, tuple[Any, str]] = {
    "boolean": (models.BooleanField, ""),
    "integer": (models.IntegerField, ""),
    "decimal": (models.DecimalField, "max_digits=…, decimal_places=…"),
    "float": (models.FloatField, ""),
    "money": (models.DecimalField, "max_digits=…, decimal_places=2"),
    "uuid": (models.UUIDField, ""),
    "address": (models.GenericIPAddressField, ""),
    "text": (models.CharField, "max_length=…"),
    "moment": (models.DateTimeField, ""),
    LOCAL_TIME: (models.DateTimeField, ""),
}
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
WRITTEN_TIME = "On SQLite a time is written '2026-06-11 15:40:07', in UTC."
PAGE = 'see "Your table of CDRs" in the handbook.'


class Mismatch(NamedTuple):
    """A field that does not fit its column. ``found``: the column's type; None: there is none.

    ``is_fatal``: it cannot be read, or would be read wrongly.
    """

    field: Any
    found: str | None
    message: str
    cure: str
    is_fatal: bool = True


def ensure_answerable(model: Any) -> None:
    """Raises Unreadable where questions about such CDRs would get no answer, or a wrong one."""
    _raise_of(model, lambda mismatch: mismatch.field.name in ESSENTIAL)


def ensure_shown(model: Any) -> None:
    """Raises Unreadable where such CDRs cannot be listed: every column is read for that."""
    _raise_of(
        model,
        lambda mismatch: (
            mismatch.found is None or mismatch.field.name in ESSENTIAL or mismatch.field.primary_key
        ),
    )


def _raise_of(model: Any, matters: Callable[[Mismatch], bool]) -> None:
    if model._meta.label in conf.OWN_CDR_MODELS:
        return
    alias = alias_of(model)
    if clock := local_clock_of_sqlite(alias):
        raise Unreadable(clock)
    for fatal in filter(matters, _fatal(model, alias, tuple(columns_of(model).items()))):
        raise Unreadable(f"{fatal.message} {fatal.cure}")


@lru_cache
def _fatal(model: Any, alias: str, columns: tuple[tuple[str, Column], ...]) -> list[Mismatch]:
    found = [*misread_fields(model), *mismatches(model, alias, dict(columns))]
    return [mismatch for mismatch in found if mismatch.is_fatal]


def local_clock_of_sqlite(alias: str) -> str | None:
    """Why times of this database cannot be read, if so."""
    connection = connections[alias]
    if connection.vendor != "sqlite" or connection.timezone_name == "UTC":
        return None
    return (
        f"DATABASES[{alias!r}]['TIME_ZONE'] is {connection.timezone_name!r}, "
        "but on SQLite times are read as UTC."
    )


def misread_fields(model: Any) -> Iterator[Mismatch]:
    """Fields of a CDR model whose class no answer can be had from, whatever the column is."""
    if connections[alias_of(model)].vendor not in TYPED:
        return
    for field in model._meta.concrete_fields:
        if field.name == "account" and not field.is_relation:
            yield Mismatch(
                field,
                None,
                f"{model._meta.label}.account is no ForeignKey.",
                f"Write models.ForeignKey({conf.account_model()!r}, models.DO_NOTHING, "
                f"db_constraint=False, related_name='+', db_column={field.column!r}); "
                "to_field names what the column holds, where it is not the key.",
            )
        elif not isinstance(field, ROLES.get(field.name, object)):
            yield Mismatch(
                field,
                None,
                f"{model._meta.label}.{field.name} is a {type(field).__name__}.",
                f"It can be a {' or '.join(c.__name__ for c in ROLES[field.name])}. "
                f"A view makes another column of it: {PAGE}",
            )


def mismatches(model: Any, alias: str, columns: Columns | None = None) -> list[Mismatch]:
    """Every field that does not fit its column; none where there is no table yet."""
    columns = real_columns(model, alias) if columns is None else columns
    if not columns:
        return []
    vendor = connections[alias].vendor
    fields = model._meta.concrete_fields
    found = (_mismatch(field, columns, vendor) for field in fields)
    return [mismatch for mismatch in found if mismatch]


def _mismatch(field: Any, columns: Columns, vendor: str) -> Mismatch | None:
    column = columns.get(field.column)
    place = f"{field.model._meta.db_table}.{field.column}"
    name = f"{field.model._meta.label}.{field.name}"
    if column is None:
        return Mismatch(field, None, f"{place} does not exist; {name} needs it.", _without(field))
    kind = _target(field)
    message = f"{place} is {column.type}; {name} is a {type(field).__name__}."
    if is_binary_price(field, column):
        cure = "Write customer_price = models.FloatField(), which says that it is known."
        return Mismatch(field, column.type, message, cure, is_fatal=False)
    if is_other_time(kind, column):
        message = f"{place} holds {str(column.sample)[:40]!r}; {name} is a DateTimeField."
        return Mismatch(field, column.type, message, f"{WRITTEN_TIME} {_cure(field, '')}")
    if not column.family or column.family in _fitting(kind, vendor):
        return None
    is_flag = field.name == "is_last_cdr" or (
        isinstance(kind, models.BooleanField) and column.family == "integer"
    )
    return Mismatch(field, column.type, message, _cure(field, column.family), not is_flag)


def is_other_time(field: Any, column: Column) -> bool:
    """Whether times are kept on SQLite as other texts than those that they are compared with."""
    is_time = isinstance(field, models.DateTimeField) and column.family in ("moment", "text")
    return is_time and column.sample is not None and not TIME.fullmatch(str(column.sample))


def is_binary_price(field: Any, column: Column) -> bool:
    """Whether prices have no more digits than a binary float."""
    is_price = field.name == "customer_price" and isinstance(field, models.DecimalField)
    return is_price and column.family == "float"


def _fitting(field: Any, vendor: str) -> set[str]:
    """Families of columns that a field reads right; a field of no known class reads any."""
    kinds = FITTING + (SQLITE_ALSO if vendor == "sqlite" else ())
    found = [families for kind, families in kinds if isinstance(field, kind)]
    return set().union(*found) if found else {*WRITTEN, "date", "other", "number"}


def _without(field: Any) -> str:
    if field.primary_key:
        return (
            "Put primary_key=True on a field whose values are unique, such as uuid; "
            f"else a view makes such a column: {PAGE}"
        )
    return f"Write {field.name} = None, or name the column with db_column."


def _cure(field: Any, family: str) -> str:
    """What to write for a column of this family."""
    if field.is_relation:
        return "Name what the column holds with to_field, or cast it in a view."
    kind, arguments = WRITTEN.get(family, (None, ""))
    if kind is None or not issubclass(kind, ROLES.get(field.name, object)):
        return f"Cast it in a view: {PAGE}"
    given = ", ".join(filter(None, [arguments, "primary_key=True" if field.primary_key else ""]))
    return f"Write {field.name} = models.{kind.__name__}({given})."


def _target(field: Any) -> Any:
    """The field whose values a column holds: of a foreign key, what it points to."""
    return _target(field.target_field) if field.is_relation else field
