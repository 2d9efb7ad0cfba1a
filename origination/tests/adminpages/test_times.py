from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from origination.adminpages.times import aware, clock, iso
from origination.api.fields import FIRST, LAST, TimeField

MOMENTS = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)


@given(MOMENTS)
def test_a_parameter_is_exactly_the_moment_that_it_was_written_from(moment):
    assert TimeField().clean(iso(moment)) == moment
    assert TimeField().clean(clock(moment)) == moment


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC), "2026-06-11 15:40:07"),
        (datetime(2026, 6, 11, 15, 40, 0, 500, UTC), "2026-06-11 15:40:00.0005"),
        (datetime(2026, 6, 12, 1, tzinfo=timezone(timedelta(hours=2))), "2026-06-11 23:00:00"),
        (None, "-"),
    ],
    ids=["whole", "fraction", "of another zone", "none"],
)
def test_a_time_is_shown_in_utc(moment, text):
    assert clock(moment) == text


@pytest.mark.parametrize(
    ("wall_clock", "text"),
    [
        # Clocks of Kyiv are set back from 4 to 3, and forward from 3 to 4.
        (datetime(2026, 10, 25, 3, 30), "2026-10-25 01:30:00"),
        (datetime(2026, 3, 29, 3, 30), "2026-03-29 01:30:00"),
        (datetime(2026, 6, 11, 3, 30), "2026-06-11 00:30:00"),
    ],
    ids=["twice", "never", "once"],
)
def test_a_wall_clock_is_read_as_postgresql_reads_it(monkeypatch, wall_clock, text):
    monkeypatch.setattr(connections["default"], "timezone", ZoneInfo("Europe/Kyiv"))
    assert clock(aware(wall_clock, "default")) == text
