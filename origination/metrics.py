"""Each column of the answer, defined once.

Four sums come from the database (:func:`cdr_aggregates`); everything else is derived from them,
unrounded, with integers. Rounding happens once, when a value becomes text.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, IntegerField, Q, Sum

from . import conf

# The thread's own context rounds to 28 digits.
EXACT = Context(prec=100)


class Sums(NamedTuple):
    """What was summed: calls, calls with talk time, seconds, money in the account's currency.

    Of one bucket, or of all: then each is a list with a value per bucket.
    """

    calls: Any
    successful: Any
    seconds: Any
    price: Any


class PriceSum(Sum):
    """Exact sum of a decimal column, as ``Decimal``.

    SQLite keeps decimals as binary floats: each is rounded back to the column's places and
    summed as an integer.
    """

    output_field = IntegerField()

    template = "COALESCE(SUM(%(expressions)s), 0)"

    @property
    def places(self) -> int:
        return self.get_source_expressions()[0].output_field.decimal_places

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"COALESCE(SUM(CAST(ROUND(%(expressions)s * {10**self.places}) AS INTEGER)), 0)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def read(self, values: list[Any], vendor: str) -> list[Decimal]:
        """What the database returned for this sum -> amounts."""
        if vendor != "sqlite":
            return values
        return [Decimal(value).scaleb(-self.places) for value in values]


class IntegerSum(Sum):
    """Sum of a bigint column, as an integer: PostgreSQL alone would make it a numeric."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUM(%(expressions)s)::bigint", **extra)


def cdr_aggregates() -> dict[str, Any]:
    """The four aggregates of CDRs in one bucket, named as the fields of :class:`Sums`."""
    seconds = "customer_duration" if conf.use_customer_duration() else "duration"
    return {
        "calls": Count("*"),
        "successful": Count("duration", filter=Q(duration__gt=0)),
        "seconds": Sum(seconds, default=0),
        "price": PriceSum("customer_price"),
    }


def stored_aggregates() -> dict[str, Any]:
    """The same four of stored sums."""
    return {
        "calls": IntegerSum("calls"),
        "successful": IntegerSum("successful"),
        "seconds": IntegerSum("billed" if conf.use_customer_duration() else "seconds"),
        "price": PriceSum("price"),
    }


# Buckets repeat each other: most calls are few, short and cheap.
remembered = lru_cache(maxsize=1 << 14)


@remembered
def _written(cents: int) -> str:
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}".removesuffix("0")


def ratio_text(numerator: int, denominator: int = 1) -> str:
    """An exact ratio, rounded half up to 2 places, with one trailing zero dropped.

    >>> ratio_text(45015, 60)
    '750.25'
    """
    if numerator < 0:
        return _written(-((-200 * numerator + denominator) // (2 * denominator)))
    return _written((200 * numerator + denominator) // (2 * denominator))


@remembered
def money_text(amount: Decimal) -> str:
    """An exact amount, written like a ratio."""
    return _written(int(EXACT.multiply(amount, 100).to_integral_value(ROUND_HALF_UP, EXACT)))


@remembered
def minutes(seconds: int) -> str:
    return ratio_text(seconds, 60)


@remembered
def acd(seconds: int, successful: int) -> str | None:
    """Average call duration in minutes; None where no call was answered."""
    return ratio_text(seconds, 60 * successful) if successful else None


@remembered
def asr(successful: int, calls: int) -> str | None:
    """Answer-seizure ratio in percent; None where there is no call."""
    return ratio_text(100 * successful, calls) if calls else None


class Column(NamedTuple):
    """A column of the answer: a function of some of the sums of a bucket."""

    value: Callable[..., Any]
    of: tuple[str, ...]

    def one(self, sums: Sums) -> Any:
        return self.value(*(getattr(sums, name) for name in self.of))

    def each(self, sums: Sums) -> list[Any]:
        """Of sums that are lists: a value per bucket."""
        return list(map(self.value, *(getattr(sums, name) for name in self.of)))


COLUMNS: dict[str, Column] = {
    "total_calls": Column(int, ("calls",)),
    "successful_calls": Column(int, ("successful",)),
    "failed_calls": Column(operator.sub, ("calls", "successful")),
    "total_duration": Column(minutes, ("seconds",)),
    "acd": Column(acd, ("seconds", "successful")),
    "asr": Column(asr, ("successful", "calls")),
    "total_price": Column(money_text, ("price",)),
}
