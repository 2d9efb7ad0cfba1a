"""Times of switches, one by one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.moments import moment, optional_moment
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"]),
)
def test_a_wall_clock_is_read_in_its_zone(wall, name):
    zone = ZoneInfo(name)
    text = wall.strftime("%Y-%m-%d %H:%M:%S").zfill(19)
    read = moment("start", text, zone)
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
    assert moment("start", wall, BERLIN) == expected


@pytest.mark.parametrize("text", ["", "0000-00-00 00:00:00", "1970-01-01 00:00:00"])
def test_the_ways_to_write_no_time_are_none(text):
    assert optional_moment("answer", text, BERLIN) is None


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
        moment("start", text)


LOCAL = "2026-06-11 17:40:07"
WRITTEN = {
    "zulu": "2026-06-11T15:40:07Z",
    "offset": "2026-06-11 17:40:07+02:00",
    "offset of hours": "2026-06-11 17:40:07+02",
    "offset behind a blank": "2026-06-11 17:40:07 +0200",
    "word behind a blank": "2026-06-11 15:40:07 UTC",
    "word": "2026-06-11T15:40:07UTC",
    "seconds since 1970": "1781192407",
    "wall clock": LOCAL,
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_moment_has_many_spellings(text):
    assert moment("start", text, BERLIN) == datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)


FRACTIONS = {
    "seconds": ("1781192407.25", 250_000),
    "milliseconds": ("1781192407250", 250_000),
    "microseconds": ("1781192407000250", 250),
    "a fraction": ("2026-06-11 15:40:07.25", 250_000),
    "an exact one": ("1781192407.1", 100_000),
}


@pytest.mark.parametrize(("text", "microsecond"), FRACTIONS.values(), ids=FRACTIONS)
def test_parts_of_a_second_are_read(text, microsecond):
    expected = datetime(2026, 6, 11, 15, 40, 7, microsecond, tzinfo=UTC)
    assert moment("start", text) == expected


DATES = ["202606111540", "20260611154007", "20260611", "178119240", "1" * 11]


@pytest.mark.parametrize("text", DATES)
def test_a_number_that_may_be_a_date_is_no_time(text):
    with pytest.raises(Rejected, match="not a time"):
        moment("start", text)


@given(
    st.datetimes(datetime(2001, 9, 10), datetime(2200, 12, 30)),
    st.sampled_from(["UTC", "Europe/Berlin"]),
)
def test_an_epoch_is_the_same_moment_in_any_zone(time, zone):
    utc = time.replace(tzinfo=UTC)
    micro = (utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert moment("start", f"{micro // 10**6}.{micro % 10**6:06}", ZoneInfo(zone)) == utc
    assert moment("start", str(micro)) == utc


@pytest.mark.parametrize(
    "text", ["1970-01-01 01:00:00", "1969-12-31 19:00:00", "0", "1970-01-01T00:00:00Z"]
)
def test_the_beginning_of_the_epoch_is_no_time_in_any_zone(text):
    assert optional_moment("answer", text, BERLIN) is None


def test_the_second_of_two_readings_is_an_hour_later():
    text = "2026-10-25 02:30:00"
    first, second = (moment("end", text, BERLIN, second=each) for each in (False, True))
    assert second - first == timedelta(hours=1)
