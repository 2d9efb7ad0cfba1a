"""The four sums of CDRs as the database makes them, and as Python reads what it returns."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    Field,
    IntegerField,
    Q,
    Sum,
    Value,
)

from origination import conf

from .columns import Column, Unreadable, column_of, has_field
from .metrics import PRICE_UNIT
from .readings import PRICE_PLACES, SQLITE_PLACES, Exact, exact

# Of binary floats, each a whole number of parts.
SQLITE_SUM = "COALESCE(SUM(CAST(ROUND(%%(expressions)s * %d) AS INTEGER)), 0)"
# A stored sum of prices is greater where one of them is no number.
UNKNOWN_PRICES = "1e29"


class PriceSum(Sum):
    """Exact sum of a decimal column; :meth:`read` makes integers of it.

    SQLite keeps decimals as binary floats: each is rounded back to the column's places and
    summed as an integer.
    """

    output_field = IntegerField()

    @property
    def places(self) -> int:
        field = self.get_source_expressions()[0].output_field
        return getattr(field, "decimal_places", None) or SQLITE_PLACES

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # As text: Python reads an integer from it faster than from a numeric.
        whole = f"ROUND(COALESCE(SUM(%(expressions)s), 0) * {PRICE_UNIT})::text"
        return self.as_sql(compiler, connection, template=whole, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = SQLITE_SUM % 10**self.places
        if isinstance(self.get_source_expressions()[0], Exact):
            template = finite_in_sqlite(template)
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Rounded for a host's column of binary floats; a decimal has no more places.
        whole = f"toInt128(round(ifNull(sum(%(expressions)s), 0) * {10**self.places}))"
        return self.as_sql(compiler, connection, template=f"toString({whole})", **extra)

    def read(self, values: list[Any], vendor: str) -> list[int | None]:
        """What the database returned for this sum -> amounts in ``PRICE_UNIT``."""
        unit = 1 if vendor == "postgresql" else 10 ** (PRICE_PLACES - self.places)
        try:
            whole = list(map(int, values))
        except (ValueError, OverflowError):
            # One of the prices is "not a number" or infinite.
            return [amount(value, unit) for value in values]
        return whole if unit == 1 else [number * unit for number in whole]  # type: ignore[return-value]


class StoredPriceSum(PriceSum):
    """Of stored sums, in which a price that is no number counts as one that no call costs."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        sql, params = super().as_postgresql(compiler, connection, **extra)
        stored, _ = compiler.compile(self.get_source_expressions()[0])
        return f"CASE WHEN SUM({stored}) > {UNKNOWN_PRICES} THEN 'NaN' ELSE {sql} END", params


class NoPrice(Value):
    """Stands for the sum where CDRs have no price."""

    def __init__(self) -> None:
        super().__init__(None, output_field=IntegerField())

    def read(self, values: list[Any], vendor: str) -> list[int | None]:
        return [None for _ in values]


class CountIf(Count):
    """Count of the rows that fulfil its ``filter``."""

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Not FILTER, which old servers do not have.
        sql, params = compiler.compile(self.filter)
        return f"countIf({sql})", params


class IntegerSum(Sum):
    """Sum of a bigint column, as an integer: PostgreSQL alone would make it a numeric."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUM(%(expressions)s)::bigint", **extra)


class FractionSum(Sum):
    """Exact sum of seconds that need not be whole.

    SQLite has them as binary floats: their microseconds are summed as integers.
    """

    output_field = DecimalField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "COALESCE(SUM(%(expressions)s), 0)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = finite_in_sqlite(f"({SQLITE_SUM % 10**6} || 'e-6')")
        return self.as_sql(compiler, connection, template=template, **extra)


def finite_in_sqlite(template: str) -> str:
    """An infinite number, of which SQLite makes the greatest integer, makes this sum none."""
    finite = "NULLIF(NULLIF(%(expressions)s, 9e999), -9e999)"
    is_finite = f"COUNT(%(expressions)s) = COUNT({finite})"
    return (
        f"CASE WHEN {is_finite} THEN {template.replace('%(expressions)s', finite)} ELSE 'NaN' END"
    )


def seconds_sum(model: Any, name: str) -> Any:
    """The sum of a field of seconds; NULL, of a call that goes on or failed, counts as 0."""
    field, column = model._meta.get_field(name), column_of(model, name)
    if are_whole(field, column):
        wide = isinstance(field, BigIntegerField) or (column and column.type == "bigint")
        return IntegerSum(name, default=0) if wide else Sum(name, default=0)
    return FractionSum(exact(model, name))


def has_whole_seconds(model: Any) -> bool:
    """Whether no CDR of this model can last, or be billed, a fraction of a second."""
    names = [name for name in ("duration", "customer_duration") if has_field(model, name)]
    return all(are_whole(model._meta.get_field(name), column_of(model, name)) for name in names)


def are_whole(field: Field, column: Column | None) -> bool:
    if column is not None and column.family:
        return column.family == "integer"
    return isinstance(field, IntegerField)


def cdr_aggregates(model: Any) -> dict[str, Any]:
    """The four aggregates of CDRs in one bucket, named as the fields of :class:`Sums`."""
    seconds = "customer_duration" if conf.use_customer_duration() else "duration"
    return {
        "calls": Count("*"),
        # A value of its own: SQLite would compare the text "0" with a column of a view.
        "successful": CountIf("duration", filter=Q(duration__gt=Value(0))),
        "seconds": seconds_sum(model, seconds),
        "price": price_sum(model, lambda: PriceSum(exact(model, "customer_price"))),
    }


def stored_aggregates(model: Any) -> dict[str, Any]:
    """The same four of the stored sums of such CDRs."""
    return {
        "calls": IntegerSum("calls"),
        "successful": IntegerSum("successful"),
        "seconds": IntegerSum("billed" if conf.use_customer_duration() else "seconds"),
        "price": price_sum(model, lambda: StoredPriceSum("price")),
    }


def price_sum(model: Any, of_prices: Callable[[], PriceSum]) -> Any:
    return of_prices() if has_field(model, "customer_price") else NoPrice()


def exact_seconds(values: list[Any]) -> list[int | Fraction]:
    """What a database returned for sums of seconds; whole ones stay integers.

    Raises Unreadable where a CDR lasts no number of seconds.
    """
    if _are_integers(values):
        return values
    try:
        return list(map(number, values))
    except (ValueError, OverflowError) as e:
        raise Unreadable("A CDR's seconds are 'NaN' or infinite.") from e


def _are_integers(values: list[Any]) -> bool:
    """As their sum tells, sooner than they do one by one."""
    try:
        return type(sum(values)) is int
    except TypeError:
        return False


def number(value: Any) -> int | Fraction:
    """The exact number; raises ValueError or OverflowError where it is not finite."""
    if type(value) is int:
        return value
    # Of a float, the decimal that it is written as.
    fraction = Fraction(repr(value) if isinstance(value, float) else value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def amount(value: Any, unit: int) -> int | None:
    """An amount in ``unit``; None where it is not finite."""
    try:
        return int(value) * unit
    except (ValueError, OverflowError):
        return None
