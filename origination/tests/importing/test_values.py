from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing import values
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")
READERS = {
    "integer": values.integer,
    "price": values.price,
    "moment": values.moment,
    "optional moment": values.optional_moment,
    "boolean": values.boolean,
    "address": values.address,
    "number": values.number,
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


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"]),
)
def test_a_wall_clock_is_read_in_its_zone(wall, name):
    zone = ZoneInfo(name)
    text = wall.strftime("%Y-%m-%d %H:%M:%S").zfill(19)
    read = values.moment("start", text, zone)
    # Python finds an hour that comes twice unequal to any moment of another zone.
    assert read == wall.replace(microsecond=0, tzinfo=zone, fold=0).astimezone(UTC)
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),
        ("2026-03-29 02:30:00", "2026-03-29 01:30:00"),
    ],
    ids=["ambiguous: the first", "skipped: the offset before the change"],
)
def test_a_wall_clock_of_a_clock_change_is_decided(wall, utc):
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert values.moment("start", wall, BERLIN) == expected


@pytest.mark.parametrize("text", ["", "0000-00-00 00:00:00", "1970-01-01 00:00:00"])
def test_the_ways_to_write_no_time_are_none(text):
    assert values.optional_moment("answer", text, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30 00:00:00", "no such time"),
        ("2026-06-11 24:00:01", "no such time"),
        ("2026-06-11 00:00:00+99:00", "no such time"),
        ("0001-01-01 00:00:00+14:00", "no such time"),
        ("1601-01-01 00:00:00", "out of range"),
        ("9999-12-31 00:00:00", "out of range"),
    ],
)
def test_a_time_that_there_is_not_is_rejected_with_the_reason(text, reason):
    with pytest.raises(Rejected, match=f"start: {reason}"):
        values.moment("start", text)


@pytest.mark.parametrize("text", ["9" * 40, "1e99", "-1000000000000", "1" * 40 + "." + "1" * 40])
def test_a_price_that_the_column_cannot_hold_is_out_of_range(text):
    with pytest.raises(Rejected, match="price: out of range"):
        values.price("price", text)


def test_a_price_of_any_length_is_rounded():
    assert values.price("price", "0" * 39 + "1." + "4" * 40 + "e-99") == 0
    assert values.price("price", "999999999999." + "4" * 40) == Decimal("999999999999.444444")
