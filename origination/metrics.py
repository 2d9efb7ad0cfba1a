"""Each column of the answer, defined once.

Four sums come from the database (:func:`cdr_aggregates`); everything else is derived from them,
unrounded, with integers. Rounding happens once, when a value becomes text.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, IntegerField, Q, Sum

from . import conf

# More places than any price column.
PRICE_PLACES = 12
PRICE_UNIT = 10**PRICE_PLACES
HUNDREDTHS = [f".{cents:02d}".removesuffix("0") for cents in range(100)]
# Ready texts of 0.0 to 99.99: percentages, most averages.
TEXTS = [f"{whole}{part}" for whole in range(100) for part in HUNDREDTHS]


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
        template = f"toInt128(round(ifNull(sum(%(expressions)s), 0) * {10**self.places}))"
        return self.as_sql(compiler, connection, template=template, **extra)

    def read(self, values: Iterable[Any], vendor: str) -> list[int]:
        """What the database returned for this sum -> amounts in ``PRICE_UNIT``."""
        unit = 1 if vendor == "postgresql" else 10 ** (PRICE_PLACES - self.places)
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


def ratio_texts(numerators: list[int], denominators: Iterable[int]) -> list[str | None]:
    """Exact ratios, rounded half up to 2 places, with one trailing zero dropped; None: of nothing.

    >>> ratio_texts([45015, 49200], [60, 60])
    ['750.25', '820.0']
    """
    if numerators and min(numerators) < 0:
        return _signed(numerators, ratio_texts(list(map(abs, numerators)), denominators))
    # In bulk: called once per value, this would cost more than writing the JSON.
    cents = [
        (200 * n + d) // (2 * d) if d else None
        for n, d in zip(numerators, denominators, strict=False)
    ]
    return [
        None if c is None
        else TEXTS[c] if c < len(TEXTS)
        else f"{c // 100}{HUNDREDTHS[c % 100]}"
        for c in cents
    ]  # fmt: skip


def _signed(numbers: list[int], texts: list[str | None]) -> list[str | None]:
    return [
        f"-{text}" if number < 0 and text not in (None, "0.0") else text
        for number, text in zip(numbers, texts, strict=True)
    ]


def minutes(sums: Sums) -> list[str | None]:
    return ratio_texts(sums.seconds, repeat(60))


def acd(sums: Sums) -> list[str | None]:
    """Average call duration in minutes; None where no call was answered."""
    return ratio_texts(sums.seconds, [60 * calls for calls in sums.successful])


def asr(sums: Sums) -> list[str | None]:
    """Answer-seizure ratio in percent; None where there is no call."""
    return ratio_texts([100 * calls for calls in sums.successful], sums.calls)


def price(sums: Sums) -> list[str | None]:
    return ratio_texts(sums.price, repeat(PRICE_UNIT))


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
