from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.adminpages.times import clock, iso
from origination.fields import FIRST, LAST, TimeField

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
