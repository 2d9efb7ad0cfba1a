"""Buckets on calendars: other zones' days, and weeks from Sunday."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from origination.models import get_cdr_model
from origination.statistics.answers import Grouping, Part
from origination.statistics.buckets import Buckets
from origination.statistics.calendars import Calendar
from origination.statistics.sampling import SAMPLINGS
from origination.statistics.zones import zone_names
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import AccountFactory, CDRFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)
CIVIL = ["day", "week", "month"]
ZONES = st.sampled_from(sorted(zone_names()))
MOMENTS = (
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 30), timezones=st.just(UTC))
    | st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 31), timezones=st.just(UTC))
    | st.datetimes(datetime(2011, 12, 28), datetime(2012, 1, 2), timezones=st.just(UTC))
)


def reference_day(moment, zone, sampling, sunday):
    """The local date on which a moment's bucket begins."""
    day = moment.astimezone(zone).date()
    if sampling == "month":
        return day.replace(day=1)
    weekday = (day.weekday() + sunday) % 7
    return day - timedelta(days=weekday if sampling == "week" else 0)


def local_date(start, zone):
    return datetime.fromtimestamp(start, UTC).astimezone(zone).date()


@pytest.mark.parametrize("sampling", CIVIL)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example("Pacific/Apia", [datetime(2011, 12, 30, 9, 59, tzinfo=UTC)] * 2, False)
@example("America/New_York", [FIRST, FIRST + timedelta(hours=5)], True)
@given(zone=ZONES, moments=st.lists(MOMENTS, min_size=1, max_size=15), sunday=st.booleans())
def test_every_call_is_in_the_bucket_of_its_local_date(db, sampling, zone, moments, sunday):
    account, zone = AccountFactory(), ZoneInfo(zone)
    model = get_cdr_model()
    model.objects.bulk_create(CDRFactory.build(account=account, time_start=m) for m in moments)
    calendar = Calendar.of(zone, min(moments), LAST, sunday)
    parts = [Part.of_cdrs(model.objects.filter(account=account))]
    answer = Grouping.of(parts, Buckets.of(sampling, calendar)).answer()
    expected = Counter(reference_day(moment, zone, sampling, sunday) for moment in moments)
    dates = [local_date(start, zone) for start in answer.starts]
    assert dates == sorted(expected)
    assert dict(zip(dates, answer.sums.calls, strict=True)) == expected


@given(zone=ZONES, moment=MOMENTS, sampling=st.sampled_from(list(SAMPLINGS)), sunday=st.booleans())
def test_listed_buckets_are_gapless_ascending_and_hold_both_ends(zone, moment, sampling, sunday):
    end = moment + timedelta(hours=1 if sampling.endswith(("minute", "minutes")) else 1000)
    buckets = Buckets.of(sampling, Calendar.of(ZoneInfo(zone), moment, end, sunday))
    starts = buckets.listed(moment, end)
    assert starts == sorted(set(starts))
    assert starts[0] <= moment.timestamp()
    assert starts[-1] <= end.timestamp()
    assert len(starts) <= buckets.possible(moment, end)
    lengths = [following - start for start, following in pairwise(starts)]
    assert all(length <= 31 * 86400 + 7200 for length in lengths)


@pytest.mark.parametrize(
    ("zone", "first", "starts"),
    [
        # 23 and 25 hours.
        ("Europe/Berlin", "2026-03-28T12", ["27T23", "28T23", "29T22"]),
        ("Europe/Berlin", "2026-10-24T12", ["23T22", "24T22", "25T23"]),
        # Midnight itself is skipped.
        ("America/Santiago", "2026-09-05T12", ["05T04", "06T04", "07T03"]),
        # So is 30 December 2011.
        ("Pacific/Apia", "2011-12-29T12", ["29T10", "30T10", "31T10"]),
    ],
)
def test_days_on_which_clocks_change_begin_when_they_do(zone, first, starts):
    moment = datetime.fromisoformat(f"{first}:00:00+00:00")
    calendar = Calendar.of(ZoneInfo(zone), moment, moment + timedelta(days=2))
    listed = Buckets.of("day", calendar).listed(moment, moment + timedelta(days=2))
    assert [datetime.fromtimestamp(start, UTC).strftime("%dT%H") for start in listed] == starts


def test_a_bucket_is_named_by_the_moment_at_which_it_begins(customer, account):
    CDRFactory(account=account, time_start=datetime(2026, 3, 29, 21, 59, 59, 999_999, tzinfo=UTC))
    parameters = {"from_time": "2026-03-29", "sampling": "day", "time_zone": "Europe/Berlin"}
    answer = ask(customer, account, **parameters).json()
    assert answer["data"]["t"] == [datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp()]


@pytest.mark.parametrize("sampling", ["minute", "5minutes", "15minutes", "hour"])
def test_finer_samplings_are_the_same_in_every_zone(customer, account, sampling):
    CDRFactory(account=account)
    answers = {
        ask(customer, account, sampling=sampling, time_zone=zone).content
        for zone in (None, "Asia/Kathmandu")
    }
    assert len(answers) == 1


def test_buckets_without_calls_are_listed_with_nulls_up_to_the_end(customer, account):
    CDRFactory(account=account, time_start=datetime(2026, 6, 12, 3, tzinfo=UTC))
    answer = ask(
        customer,
        account,
        from_time="2026-06-11T12:00",
        to_time="2026-06-13T00:00",
        sampling="day",
        fill_gaps="true",
    ).json()
    assert answer["rows"] == 3
    assert answer["data"]["total_calls"] == [0, 1, 0]
    assert answer["data"]["total_duration"] == ["0.0", "1.0", "0.0"]
    assert answer["data"]["acd"] == [None, "1.0", None]
    assert answer["data"]["asr"] == [None, "100.0", None]
    assert answer["totals"]["total_calls"] == 1


def test_without_an_end_gaps_are_filled_up_to_now(customer, account, monkeypatch):
    now = datetime(2026, 6, 14, tzinfo=UTC)
    monkeypatch.setattr("origination.api.filters.timezone.now", lambda: now)
    CDRFactory(account=account, time_start=now + timedelta(days=3))
    answer = ask(customer, account, from_time="2026-06-12", sampling="day", fill_gaps="true").json()
    assert answer["data"]["total_calls"] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "parameters",
    [{"fill_gaps": "false"}, {"fill_gaps": "true", "to_time": "2020-01-01"}],
    ids=["false", "end before the start"],
)
def test_there_may_be_no_gaps_to_fill(customer, account, parameters):
    assert ask(customer, account, sampling="day", **parameters).json()["rows"] == 0


@configured(MAX_ROWS=60)
@pytest.mark.parametrize("to_time", [None, "2026-06-11T17:00:00Z"], ids=["now", "end"])
def test_filled_gaps_are_rows_as_well(customer, account, to_time):
    response = ask(customer, account, from_time="2026-06-11", to_time=to_time, fill_gaps="true")
    assert response.status_code == 400
    assert response.json()["error"].startswith("more than 60 rows: ")


@pytest.fixture
def now(monkeypatch):
    moment = datetime(2026, 6, 14, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return moment


@configured(MAX_ROWS=None)
@pytest.mark.parametrize("from_time", ["1970-01-01", "2026-06-01", "2090-01-01"])
@pytest.mark.parametrize("to_time", [None, "2200-01-01"], ids=["open", "far"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "America/New_York"])
@pytest.mark.parametrize("year", [2028, 2099])
def test_a_call_of_a_clock_that_is_years_ahead_is_in_its_bucket(
    customer, account, now, from_time, to_time, zone, year
):
    """In summer and in winter, an hour on either side of midnight."""
    moments = [datetime(year, month, 9, hour, tzinfo=UTC) for month in (1, 7) for hour in range(24)]
    get_cdr_model().objects.bulk_create(
        CDRFactory.build(account=account, time_start=moment) for moment in moments
    )
    question = {"from_time": from_time, "to_time": to_time, "time_zone": zone, "sampling": "day"}
    answer = ask(customer, account, **question).json()["data"]
    asked = [moment for moment in moments if moment.isoformat() >= from_time]
    expected = Counter(moment.astimezone(ZoneInfo(zone)).date() for moment in asked)
    dates = [local_date(start, ZoneInfo(zone)) for start in answer["t"]]
    assert dict(zip(dates, answer["total_calls"], strict=True)) == expected


@configured(MAX_ROWS=None)
@pytest.mark.parametrize("to_time", [None, "2200-01-01"], ids=["open", "far"])
def test_a_database_compares_with_the_changes_of_clocks_up_to_now(customer, account, now, to_time):
    CDRFactory(account=account)
    question = {"to_time": to_time, "time_zone": "Europe/Berlin", "sampling": "day"}
    with CaptureQueriesContext(connections[get_cdr_model().objects.db]) as asked:
        assert ask(customer, account, from_time="2025-01-01", **question).json()["rows"] == 1
    # There are five, and a statement may have three parts; by 2200 there will have been 350.
    assert 0 < sum(query["sql"].count("WHEN") for query in asked) < 50


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"time-zone": "Europe/Nowhere"}, "invalid value time-zone"),
        ({"time-zone": "../UTC"}, "invalid value time-zone"),
        ({"time-zone": "localtime"}, "invalid value time-zone"),
        ({"time-zone": "+02:00"}, "invalid value time-zone"),
        ({"fill-gaps": "yes"}, "invalid value fill-gaps"),
        ({"fill-gaps": "yes", "time-zone": "x", "duration-gt": "x"}, "invalid value duration-gt"),
        ({"time-zone": ["UTC", "UTC"]}, "param time-zone can't be an array"),
    ],
)
def test_our_own_parameters_are_read_after_those_of_the_page(customer, account, parameters, error):
    response = ask(customer, account, **parameters)
    assert (response.status_code, response.json()) == (400, {"error": error})


@pytest.mark.parametrize(
    ("format", "content_type"), [("csv", "text/csv"), ("xml", "application/json")]
)
def test_the_format_may_be_asked_for_without_a_header(customer, account, format, content_type):
    response = ask(customer, account, format=format, headers={"Accept": "application/json"})
    assert response["content-type"] == f"{content_type}; charset=utf-8"
