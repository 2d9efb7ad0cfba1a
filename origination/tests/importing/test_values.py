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
