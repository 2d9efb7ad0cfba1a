from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.metrics import COLUMNS, Sums, money_text, ratio_text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ((45015, 60), "750.25"),
        ((1161, 2), "580.5"),
        ((820, 1), "820.0"),
        ((0, 7), "0.0"),
        ((1, 200), "0.01"),
        ((-1, 200), "-0.01"),
        ((-1, 1000), "0.0"),
        ((199, 200), "1.0"),
        ((10**30, 3), "3" * 30 + ".33"),
    ],
    ids=str,
)
def test_a_ratio_is_rounded_half_up_once_and_keeps_one_decimal(ratio, text):
    assert ratio_text(*ratio) == text


@given(st.integers(-(10**24), 10**24), st.integers(1, 10**9))
def test_the_text_is_that_of_decimal_at_any_precision(numerator, denominator):
    with localcontext(prec=100):
        exact = Decimal(numerator) / Decimal(denominator)
        expected = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(ratio_text(numerator, denominator)) == expected


def test_ratios_without_a_base_are_null():
    nothing = Sums(calls=0, successful=0, seconds=0, price=Decimal(0))
    assert COLUMNS["acd"].one(nothing) is None
    assert COLUMNS["asr"].one(nothing) is None


@given(st.decimals(-(10**12), 10**12, places=6))
def test_money_is_rounded_half_up_once(amount):
    with localcontext(prec=100):
        expected = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(money_text(amount)) == expected
    assert not money_text(amount).startswith("-0.0") or expected
