"""Comparisons that mean the same on every engine, and on every type that a host's column has."""

from __future__ import annotations

import operator
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import F, Func, GenericIPAddressField, Q, TextField, Value
from django.db.models.lookups import (
    EndsWith,
    Exact,
    GreaterThan,
    IContains,
    In,
    LessThan,
    StartsWith,
)

from .columns import column_of
from .readings import Rounded, exact, places_of
from .spellings import forms, spellings

# Enough for any exponent that the parameter may have; never the thread's own context.
EXACT = Context(prec=1100)
COMPARISONS: dict[str, Any] = {"exact": Exact, "gt": GreaterThan, "lt": LessThan}
ORDER = {"exact": operator.eq, "gt": operator.gt, "lt": operator.lt, "lte": operator.le}


class NumberStartsWith(StartsWith):
    """Case-sensitive; SQLite's LIKE is not."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        return f"SUBSTR({lhs}, 1, LENGTH(%s)) = %s", [*params, self.rhs, self.rhs]

    def as_clickhouse(self, compiler: Any, connection: Any) -> Any:
        return _call("startsWith", self, compiler)


class NumberEndsWith(EndsWith):
    """Case-sensitive; SQLite's LIKE is not."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        return f"SUBSTR({lhs}, -LENGTH(%s)) = %s", [*params, self.rhs, self.rhs]

    def as_clickhouse(self, compiler: Any, connection: Any) -> Any:
        return _call("endsWith", self, compiler)


class NumberContains(IContains):
    """Ignores the case of ASCII letters, as SQLite's LIKE does, whatever the server's locale."""

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        # Digits have no case, and folding that of every row takes time.
        text = 'UPPER(%s::text COLLATE "C")' if self.has_letters else '%s::text COLLATE "C"'
        return f"{text % lhs} LIKE {text % rhs}", [*params, *rhs_params]

    def as_clickhouse(self, compiler: Any, connection: Any) -> Any:
        function = "positionCaseInsensitive" if self.has_letters else "position"
        sql, params = _call(function, self, compiler)
        return f"{sql} > 0", params

    @property
    def has_letters(self) -> bool:
        return str(self.rhs).upper() != str(self.rhs).lower()

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        sql, params = compiler.compile(lhs or self.lhs)
        return sql, list(params)


def _call(function: str, lookup: Any, compiler: Any) -> Any:
    """A ClickHouse function of a column and a text, byte by byte."""
    sql, params = compiler.compile(lookup.lhs)
    return f"{function}({sql}, %s)", [*params, lookup.rhs]


def price_condition(model: Any, name: str, lookup: str, value: Decimal) -> Any:
    """``price lookup value``; None: matches nothing.

    A value finer than the column is replaced by the neighbour that compares the same, so
    that no engine rounds it.
    """
    rounding = ROUND_CEILING if lookup == "lt" else ROUND_FLOOR
    step = Decimal(1).scaleb(-places_of(model, name))
    rounded = value.quantize(step, rounding=rounding, context=EXACT)
    if lookup == "exact" and rounded != value:
        return None
    if column_of(model, name) is None:
        return Q(**{f"{name}__{lookup}": rounded})
    return COMPARISONS[lookup](Rounded(exact(model, name)), Value(rounded))


def seconds_condition(model: Any, name: str, lookup: str, value: int) -> Any:
    """``seconds lookup value``, where NULL is 0."""
    # A value of its own: a host's decimal column may have fewer digits than the parameter.
    condition = Q(**{f"{name}__{lookup}": Value(value)})
    column = column_of(model, name)
    is_nullable = column.is_nullable if column else model._meta.get_field(name).null
    if is_nullable and ORDER[lookup](0, value):
        condition |= Q(**{f"{name}__isnull": True})
    return condition


def address_condition(model: Any, name: str, address: str) -> Any:
    """The address, mapped into IPv6 or not, however a column of texts writes it."""
    if _has_addresses_as_text(model, name):
        return In(Lowered(F(name)), spellings(address))
    return Q(**{f"{name}__in": forms(address)})


def _has_addresses_as_text(model: Any, name: str) -> bool:
    """Whether they are texts to the database, which has no type for them or does not use it."""
    if connections[router.db_for_read(model) or DEFAULT_DB_ALIAS].vendor == "sqlite":
        return True
    if column_of(model, name) is not None:
        return is_text(model, name)
    return not isinstance(model._meta.get_field(name), GenericIPAddressField)


def uuid_condition(model: Any, name: str, value: UUID) -> Any:
    """The uuid, with dashes or without where the column is text."""
    if not is_text(model, name):
        return Q(**{name: value})
    return In(Lowered(F(name)), [str(value), value.hex])


class Lowered(Func):
    """A text in lower case, without blanks around it, whatever its field is."""

    arity = 1
    template = "LOWER(TRIM(%(expressions)s))"
    output_field = TextField()

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="lower(%(expressions)s)", **extra)


def is_text(model: Any, name: str) -> bool:
    """Whether a host keeps in texts what has a type of its own."""
    column = column_of(model, name)
    return column is not None and column.family == "text"
