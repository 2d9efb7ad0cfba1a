"""Each column of the answer, defined once.

Four sums come from the database (:func:`cdr_aggregates`); everything else is derived from them,
unrounded, with integers. Rounding happens once, when a value becomes text.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, IntegerField, Q, Sum

from . import conf

# More places than any price column.
PRICE_PLACES = 12
PRICE_UNIT = 10**PRICE_PLACES
HUNDREDTHS = [f".{cents:02d}".removesuffix("0") for cents in range(100)]
# Ready texts of 0.0 to 199.99: percentages, most averages. Behind them, what NO_VALUE picks.
TEXTS: list[str | None] = [f"{whole}{part}" for whole in range(200) for part in HUNDREDTHS]
KNOWN = len(TEXTS)
NO_VALUE = -1
TEXTS.append(None)
MINUTES, ITSELF, PERCENT = Fraction(1, 60), Fraction(1), Fraction(100)


class Sums(NamedTuple):
    """What was summed, an integer per bucket: calls, calls with talk time, seconds, money.

    Money is in the account's currency, divided by ``PRICE_UNIT``.
    """

    calls: list[int]
    successful: list[int]
    seconds: list[int]
    price: list[int]


class PriceSum(Sum):
    """Exact sum of a decimal column; :meth:`read` makes integers of it.

    SQLite keeps decimals as binary floats: each is rounded back to the column's places and
    summed as an integer.
    """

    output_field = IntegerField()

    @property
    def places(self) -> int:
        return self.get_source_expressions()[0].output_field.decimal_places

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # As text: Python reads an integer from it faster than from a numeric.
        whole = f"(COALESCE(SUM(%(expressions)s), 0) * {PRICE_UNIT})::numeric(80)::text"
        return self.as_sql(compiler, connection, template=whole, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"COALESCE(SUM(CAST(ROUND(%(expressions)s * {10**self.places}) AS INTEGER)), 0)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_clickhouse(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Rounded for a host's column of binary floats; a decimal has no more places.
        whole = f"toInt128(round(ifNull(sum(%(expressions)s), 0) * {10**self.places}))"
        return self.as_sql(compiler, connection, template=f"toString({whole})", **extra)

    def read(self, values: Iterable[Any], vendor: str) -> list[int]:
        """What the database returned for this sum -> amounts in ``PRICE_UNIT``."""
        if vendor == "postgresql":
            return list(map(int, values))
        unit = 10 ** (PRICE_PLACES - self.places)
        return [int(value) * unit for value in values]


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


def cdr_aggregates() -> dict[str, Any]:
    """The four aggregates of CDRs in one bucket, named as the fields of :class:`Sums`."""
    seconds = "customer_duration" if conf.use_customer_duration() else "duration"
    return {
        "calls": Count("*"),
        "successful": CountIf("duration", filter=Q(duration__gt=0)),
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


def amount_texts(numbers: list[int], unit: int) -> list[str | None]:
    """Exact ``number / unit``, rounded half up to 2 places, with one trailing zero dropped.

    >>> amount_texts([45015, 49200], 60)
    ['750.25', '820.0']
    """
    # In bulk: called once per value, this would cost more than writing the JSON. Reduced: small
    # integers are divided faster.
    common = gcd(200, unit)
    factor, half, whole = 200 // common, unit // common, 2 * unit // common
    return _signed(numbers, lambda sizes: [(factor * n + half) // whole for n in sizes])


def ratio_texts(
    numerators: list[int], denominators: list[int], scale: Fraction = ITSELF
) -> list[str | None]:
    """As :func:`amount_texts`, of ``numerator / denominator * scale``; None: of nothing."""
    factor, half = (200 * scale).as_integer_ratio()
    whole = 2 * half
    return _signed(
        numerators,
        lambda sizes: [
            (factor * n + half * d) // (whole * d) if d else NO_VALUE
            for n, d in zip(sizes, denominators, strict=True)
        ],
    )


def _signed(numbers: list[int], cents: Callable[[list[int]], list[int]]) -> list[str | None]:
    """Texts of the ``cents`` of absolute numbers, with the signs of ``numbers``."""
    if min(numbers, default=0) >= 0:
        return _texts(cents(numbers))
    return [
        f"-{text}" if number < 0 and text not in (None, "0.0") else text
        for number, text in zip(numbers, _texts(cents(list(map(abs, numbers)))), strict=True)
    ]


def _texts(cents: list[int]) -> list[str | None]:
    if max(cents, default=0) < KNOWN:
        return list(map(TEXTS.__getitem__, cents))
    return [TEXTS[c] if c < KNOWN else f"{c // 100}{HUNDREDTHS[c % 100]}" for c in cents]


def minutes(sums: Sums) -> list[str | None]:
    return amount_texts(sums.seconds, 60)


def acd(sums: Sums) -> list[str | None]:
    """Average call duration in minutes; None where no call was answered."""
    return ratio_texts(sums.seconds, sums.successful, MINUTES)


def asr(sums: Sums) -> list[str | None]:
    """Answer-seizure ratio in percent; None where there is no call."""
    return ratio_texts(sums.successful, sums.calls, PERCENT)


def price(sums: Sums) -> list[str | None]:
    return amount_texts(sums.price, PRICE_UNIT)


def failed(sums: Sums) -> list[int]:
    return list(map(operator.sub, sums.calls, sums.successful))


# Column of the answer -> its values, one per bucket.
Columns = dict[str, Callable[[Sums], list[Any]]]
COLUMNS: Columns = {
    "total_calls": lambda sums: sums.calls,
    "successful_calls": lambda sums: sums.successful,
    "failed_calls": failed,
    "total_duration": minutes,
    "acd": acd,
    "asr": asr,
    "total_price": price,
}
