from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from origination.statistics.zones import offset_at, stretches, zone_names

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC))

ZONES = st.sampled_from(sorted(zone_names()))


@settings(deadline=None)
@given(zone=ZONES, moments=st.lists(MOMENTS, min_size=3, max_size=3))
def test_the_last_stretch_that_began_has_the_offset_of_a_moment(zone, moments):
    first, moment, last = sorted(moments)
    begun = [s for s in stretches(ZoneInfo(zone), first, last) if s.start <= moment]
    assert begun[-1].offset == offset_at(ZoneInfo(zone), moment)


@settings(deadline=None)
@given(zone=ZONES)
def test_a_stretch_begins_at_the_very_second_of_the_change(zone):
    first, last = datetime(2007, 1, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
    for stretch in stretches(ZoneInfo(zone), first, last)[1:]:
        before = stretch.start - timedelta(seconds=1)
        assert offset_at(ZoneInfo(zone), before) != stretch.offset
        assert offset_at(ZoneInfo(zone), stretch.start) == stretch.offset


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("UTC", []),
        ("Asia/Kolkata", []),
        ("Europe/Berlin", ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"]),
        ("Australia/Lord_Howe", ["2026-04-04T15:00:00+00:00", "2026-10-03T15:30:00+00:00"]),
    ],
)
def test_a_year_has_the_changes_that_its_clocks_had(zone, changes):
    year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    found = stretches(ZoneInfo(zone), *year)
    assert [stretch.start.isoformat() for stretch in found[1:]] == changes


def test_a_change_is_of_the_stretch_that_it_begins():
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert [s.offset for s in stretches(ZoneInfo("Europe/Berlin"), change, change)] == [7200]
