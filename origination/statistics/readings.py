"""How a column is read that has not the type of ours: exactly, or not at all."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import (
    BooleanField,
    DateTimeField,
    DecimalField,
    F,
    FloatField,
    Func,
    Q,
)

from .columns import alias_of, column_of

# More places than any price column.
PRICE_PLACES = 12
# Those of a binary float that SQLite can multiply without losing a digit, up to nine million.
SQLITE_PLACES = 9
FLAG_CAST = "::text::boolean"
TRUE = ("t", "true", "y", "yes", "on", "1")
FALSE = ("f", "false", "n", "no", "off", "0", "")


class Exact(Func):
    """A number as a decimal; a binary float is the shortest decimal that stands for it."""

    arity = 1
    output_field = DecimalField()

    def __init__(self, expression: Any, cast: str = "::text::numeric") -> None:
        super().__init__(expression)
        self.cast = cast

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"%(expressions)s{self.cast}", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **extra)


class Rounded(Func):
    """An exact number to the places that are told apart: what was computed in binary has noise."""

    arity = 1
    output_field = DecimalField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        is_decimal = not self.get_source_expressions()[0].cast
        template = "%(expressions)s" if is_decimal else f"ROUND(%(expressions)s, {PRICE_PLACES})"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"ROUND(%(expressions)s, {SQLITE_PLACES})"
        return self.as_sql(compiler, connection, template=template, **extra)


class NoNumber(Func):
    """Whether a number is "not a number" or infinite."""

    arity = 1
    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(%(expressions)s)::text IN ('NaN', 'Infinity', '-Infinity')"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="ABS(%(expressions)s) = 9e999", **extra)

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "NOT isFinite(toFloat64(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **extra)


class Moment(Func):
    """The moment that a column without a zone shows on the clock of the connection."""

    arity = 1
    template = "(%(expressions)s)::timestamptz"
    output_field = DateTimeField()


class Flag(Func):
    """Whether a column that is no boolean says yes.

    A word that says neither yes nor no is an error of the database: never a call too few.
    """

    arity = 1
    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"(%(expressions)s){FLAG_CAST}"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        word = "LOWER(TRIM(CAST(%(expressions)s AS TEXT)))"
        # SQLite raises no errors of one's own outside of triggers.
        unknown = "JSON('neither yes nor no: ' || %(expressions)s)"
        template = (
            "CASE WHEN %(expressions)s IS NULL THEN NULL "
            f"WHEN {word} IN ({_listed(TRUE)}) THEN 1 "
            f"WHEN {word} IN ({_listed(FALSE)}) THEN 0 ELSE {unknown} END"
        )
        return self.as_sql(compiler, connection, template=template, **extra)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def is_local_time(model: Any, name: str) -> bool:
    column = column_of(model, name)
    return column is not None and column.family == "local time"


def says_yes(value: Any) -> bool | None:
    """As :class:`Flag`, of a value that was read; None: neither yes nor no."""
    word = str(int(value) if isinstance(value, bool) else value).strip().lower()
    return True if word in TRUE else False if word in FALSE else None


def is_true(model: Any, name: str) -> Any:
    """Condition: the column says yes; NULL does not."""
    return Flag(F(name)) if flag_cast(model, name) else Q(**{name: True})


def flag_cast(model: Any, name: str) -> str:
    """What makes a boolean of a flag on PostgreSQL; empty where it is one."""
    field, column = model._meta.get_field(name), column_of(model, name)
    is_one = isinstance(field, BooleanField) and (column is None or column.family == "boolean")
    return "" if is_one else FLAG_CAST


def number_cast(model: Any, name: str) -> str:
    """What makes a decimal of a number on PostgreSQL; empty where it is one."""
    field, column = model._meta.get_field(name), column_of(model, name)
    if column is not None and column.family:
        return {"float": "::text::numeric", "money": "::numeric"}.get(column.family, "")
    return "::text::numeric" if isinstance(field, FloatField) else ""


def exact(model: Any, name: str) -> Any:
    """Expression: the number in this field as a decimal."""
    cast = number_cast(model, name)
    return Exact(F(name), cast) if cast or column_of(model, name) else F(name)


def places_of(model: Any, name: str) -> int:
    """Decimal places that are told apart in this field."""
    places = getattr(model._meta.get_field(name), "decimal_places", None)
    if column_of(model, name) is None and places is not None:
        return places
    return SQLITE_PLACES if connections[alias_of(model)].vendor == "sqlite" else PRICE_PLACES
