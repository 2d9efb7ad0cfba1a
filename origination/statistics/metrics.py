"""Each column of the answer, defined once.

Four sums come from the database (see :mod:`.aggregates`); everything else is derived from them,
unrounded, with integers. Rounding happens once, when a value becomes text.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

from .readings import PRICE_PLACES

PRICE_UNIT = 10**PRICE_PLACES
HUNDREDTHS = [f".{cents:02d}".removesuffix("0") for cents in range(100)]
# Ready texts of 0.0 to 199.99: percentages, most averages. Behind them, what NO_VALUE picks.
TEXTS: list[str | None] = [f"{whole}{part}" for whole in range(200) for part in HUNDREDTHS]
KNOWN = len(TEXTS)
NO_VALUE = -1
TEXTS.append(None)
MINUTES, ITSELF, PERCENT = Fraction(1, 60), Fraction(1), Fraction(100)


class Sums(NamedTuple):
    """What was summed, a number per bucket: calls, calls with talk time, seconds, money.

    Seconds are integers, or fractions where the column has such. Money is in the account's
    currency, divided by ``PRICE_UNIT``; None where it is not known.
    """

    calls: list[int]
    successful: list[int]
    seconds: list[int | Fraction]
    price: list[int | None]


def exact_prices(amounts: Sequence[int | None]) -> list[Decimal | None]:
    """In the currency, of amounts in ``PRICE_UNIT``; a context's precision rounds none of them."""
    return [None if n is None else Decimal(f"{n}E-{PRICE_PLACES}") for n in amounts]


def amount_texts(numbers: Sequence[int | Fraction], unit: int) -> list[str | None]:
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
    numerators: Sequence[int | Fraction], denominators: list[int], scale: Fraction = ITSELF
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


def _signed(
    numbers: Sequence[Any], cents: Callable[[Sequence[Any]], list[int]]
) -> list[str | None]:
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
    """None where a price is not known."""
    # To look for None first takes longer than the texts of small amounts.
    try:
        return amount_texts(sums.price, PRICE_UNIT)  # type: ignore[arg-type]
    except TypeError:
        pass
    known = iter(amount_texts([p for p in sums.price if p is not None], PRICE_UNIT))
    return [None if p is None else next(known) for p in sums.price]


def total(values: Sequence[Any]) -> Any:
    """The sum; None where one of the values is not known."""
    # To look for None first takes five times as long.
    try:
        return sum(values)
    except TypeError:
        return None


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
