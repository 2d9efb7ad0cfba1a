from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.statistics.metrics import (
    COLUMNS,
    ITSELF,
    MINUTES,
    PERCENT,
    PRICE_UNIT,
    Sums,
    amount_texts,
    ratio_texts,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (45015, 60, "750.25"),
        (1161, 2, "580.5"),
        (820, 1, "820.0"),
        (0, 7, "0.0"),
        (1, 200, "0.01"),
        (-1, 200, "-0.01"),
        (-1, 1000, "0.0"),
        (199, 200, "1.0"),
        (10**30, 3, "3" * 30 + ".33"),
        (1, 0, None),
        (-1, 0, None),
    ],
    ids=str,
)
def test_a_ratio_is_rounded_half_up_once_and_keeps_one_decimal(numerator, denominator, text):
    assert ratio_texts([numerator], [denominator]) == [text]


RATIOS = st.lists(st.tuples(st.integers(-(10**24), 10**24), st.integers(1, 10**9)))


@pytest.mark.parametrize("scale", [MINUTES, ITSELF, PERCENT], ids=str)
@given(ratios=RATIOS)
def test_the_texts_are_those_of_decimal_at_any_precision(scale, ratios):
    with localcontext(prec=100):
        exact = [Decimal(n * scale.numerator) / Decimal(d * scale.denominator) for n, d in ratios]
        expected = [ratio.quantize(Decimal("0.01"), ROUND_HALF_UP) for ratio in exact]
    texts = ratio_texts([n for n, _ in ratios], [d for _, d in ratios], scale)
    assert list(map(Decimal, texts)) == expected
    assert "-0.0" not in texts


@given(st.lists(st.integers(-(10**24), 10**24)), st.sampled_from([1, 7, 60, 200, PRICE_UNIT]))
def test_amounts_are_ratios_with_one_denominator(numbers, unit):
    assert amount_texts(numbers, unit) == ratio_texts(numbers, [unit] * len(numbers))


def test_ratios_without_a_base_are_null():
    nothing = Sums(calls=[0], successful=[0], seconds=[0], price=[0])
    assert COLUMNS["acd"](nothing) == COLUMNS["asr"](nothing) == [None]


@given(st.lists(st.decimals(-(10**12), 10**12, places=6)))
def test_money_is_rounded_half_up_once(amounts):
    with localcontext(prec=100):
        expected = [amount.quantize(Decimal("0.01"), ROUND_HALF_UP) for amount in amounts]
        units = [int(amount * PRICE_UNIT) for amount in amounts]
    texts = COLUMNS["total_price"](Sums(units, units, units, price=units))
    assert list(map(Decimal, texts)) == expected
