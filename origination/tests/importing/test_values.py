from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing import values
from origination.importing.moments import moment, optional_moment
from origination.importing.seconds import seconds
from origination.importing.values import Rejected

READERS = {
    "integer": values.integer,
    "price": values.price,
    "boolean": values.boolean,
    "address": values.address,
    "short text": values.short_text(64),
    "seconds": seconds("up"),
    "moment": moment,
    "optional moment": optional_moment,
    "identity": values.identity,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(text=st.text() | st.from_regex(r"[-+0-9.eE:T Zx]{1,60}", fullmatch=True))
def test_any_text_is_read_or_rejected_with_a_reason(read, text):
    try:
        read("field", text)
    except Rejected as e:
        assert str(e).startswith("field: ")


@given(st.decimals(-(10**11), 10**11, allow_nan=False, allow_infinity=False, places=9))
def test_a_price_keeps_six_places_rounded_half_up(number):
    expected = number.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert values.price("price", format(number, "f")) == expected


@pytest.mark.parametrize("text", ["9" * 40, "1e99", "-1000000000000", "1" * 40 + "." + "1" * 40])
def test_a_price_that_the_column_cannot_hold_is_out_of_range(text):
    with pytest.raises(Rejected, match="price: out of range"):
        values.price("price", text)


def test_a_price_of_any_length_is_rounded():
    assert values.price("price", "0" * 39 + "1." + "4" * 40 + "e-99") == 0
    assert values.price("price", "999999999999." + "4" * 40) == Decimal("999999999999.444444")


@pytest.mark.parametrize("text", ["60.0", "60", "+60", "60.000"])
def test_an_integer_may_be_written_as_a_decimal(text):
    assert values.integer("code", text) == 60


@pytest.mark.parametrize("text", ["60.5", "60.", ".0", "6e1", "", "60,0"])
def test_what_is_no_integer_is_rejected(text):
    with pytest.raises(Rejected, match="code: not an integer"):
        values.integer("code", text)


FLAGS = {"Yes": True, "no": False, "T": True, "0": False}


@pytest.mark.parametrize(("text", "flag"), FLAGS.items(), ids=FLAGS)
def test_a_flag_has_many_spellings(text, flag):
    assert values.boolean("is_last_cdr", text) is flag


def test_an_ipv4_address_that_is_mapped_into_ipv6_is_that_address():
    assert values.address("auth_orig_ip", "::ffff:192.0.2.17") == "192.0.2.17"


def test_a_text_that_is_too_long_is_rejected_with_the_cure():
    with pytest.raises(Rejected, match=r"src: 65 characters, .* takes 64: .* max_length"):
        values.short_text(64)("src", "4" * 65)
