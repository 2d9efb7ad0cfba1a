from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.seconds import seconds
from origination.importing.values import Rejected

ROUNDED = {
    "1.507": {"up": 2, "half-up": 2, "down": 1},
    "1.499": {"up": 2, "half-up": 1, "down": 1},
    "0.3": {"up": 1, "half-up": 1, "down": 1},
    "0.0": {"up": 0, "half-up": 0, "down": 0},
    "60": {"up": 60, "half-up": 60, "down": 60},
    "0:01:20.5": {"up": 81, "half-up": 81, "down": 80},
}


@pytest.mark.parametrize(
    ("text", "rounding", "expected"),
    [(text, *each) for text, all_ in ROUNDED.items() for each in all_.items()],
)
def test_seconds_with_a_fraction_are_rounded_as_told(text, rounding, expected):
    assert seconds(rounding)("duration", text) == expected


def test_seconds_with_a_fraction_are_rejected_with_the_cure_where_nothing_is_told():
    with pytest.raises(Rejected, match=r"not whole seconds: '1.507': --round up, half-up or down"):
        seconds("")("duration", "1.507")


@pytest.mark.parametrize(("text", "expected"), [("00:01:20", 80), ("100:00:01", 360_001)])
def test_a_clock_of_hours_is_a_talk_time(text, expected):
    assert seconds("")("duration", text) == expected


@pytest.mark.parametrize("text", ["1,5", "-1.5", "1:20", "00:99:00", "1e3", "99999999999.5", "x"])
def test_what_is_no_talk_time_is_rejected(text):
    with pytest.raises(Rejected):
        seconds("up")("duration", text)


@given(st.decimals(0, 10**6, places=3))
def test_a_rounded_talk_time_is_less_than_a_second_away(exact):
    text = format(exact, "f")
    up, down = (seconds(each)("duration", text) for each in ("up", "down"))
    nearest = seconds("half-up")("duration", text)
    assert up - 1 < exact <= up
    assert down <= exact < down + 1 or (down == 1 and 0 < exact < 1)
    assert abs(nearest - exact) <= Decimal("0.5") or (nearest == 1 and 0 < exact < 1)
    assert (exact > 0) == (min(up, down, nearest) > 0)
