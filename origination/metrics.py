"""Each column of the answer, defined once.

Four sums come from the database (:func:`cdr_aggregates`); everything else is derived from them,
unrounded, with integers. Rounding happens once, when a value becomes text.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, IntegerField, Q, Sum

from . import conf


class Sums(NamedTuple):
    """What was summed: calls, calls with talk time, seconds, money in the account's currency."""

    calls: int = 0
    successful: int = 0
    seconds: int = 0
    price: Decimal = Decimal(0)


class PriceSum(Sum):
    """Exact sum of a decimal column, as ``Decimal``.

    SQLite keeps decimals as binary floats: each is rounded back to the column's places and
    summed as an integer. The output field is an integer so that no converter of the backend
    takes the sum through a float again.
    """

    output_field = IntegerField()

    @property
    def places(self) -> int:
        return self.get_source_expressions()[0].output_field.decimal_places

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"SUM(CAST(ROUND(%(expressions)s * {10**self.places}) AS INTEGER))"
        return self.as_sql(compiler, connection, template=template, **extra)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return [self._to_decimal]

    def _to_decimal(self, value: Any, expression: Any, connection: Any) -> Decimal:
        if value is None:
            return Decimal(0)
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else value


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


def decimal_text(numerator: int, denominator: int = 1) -> str:
    """An exact ratio, rounded half up to 2 places, with one trailing zero dropped.

    >>> decimal_text(45015, 60)
    '750.25'
    """
    cents = (200 * abs(numerator) + denominator) // (2 * denominator)
    text = f"{cents // 100}.{cents % 100:02d}"
    sign = "-" if numerator < 0 and cents else ""
    return sign + text.removesuffix("0")


def minutes(sums: Sums) -> str:
    return decimal_text(sums.seconds, 60)


def acd(sums: Sums) -> str | None:
    """Average call duration in minutes; None where no call was answered."""
    return decimal_text(sums.seconds, 60 * sums.successful) if sums.successful else None


def asr(sums: Sums) -> str | None:
    """Answer-seizure ratio in percent; None where there is no call."""
    return decimal_text(100 * sums.successful, sums.calls) if sums.calls else None


def price(sums: Sums) -> str:
    return decimal_text(*sums.price.as_integer_ratio())


COLUMNS: dict[str, Callable[[Sums], Any]] = {
    "total_calls": lambda sums: sums.calls,
    "successful_calls": lambda sums: sums.successful,
    "failed_calls": lambda sums: sums.calls - sums.successful,
    "total_duration": minutes,
    "acd": acd,
    "asr": asr,
    "total_price": price,
}
