"""``import_cdrs`` into ClickHouse, where nothing but the importer keeps a uuid unique."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from origination.contrib.clickhouse.loader import ticks_of
from origination.importing.loader import make_loader
from origination.importing.moments import FIRST_YEAR
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.clickhouse]

START = datetime(2026, 6, 11, tzinfo=UTC)


def calls(numbers, account):
    return [
        {
            "uuid": UUID(int=number),
            "account": account.pk,
            "time_start": START + timedelta(seconds=number),
            "duration": number,
        }
        for number in numbers
    ]


def test_a_batch_that_comes_again_adds_nothing():
    rows = calls(range(50), AccountFactory())
    assert [make_loader().insert(rows) for _ in range(2)] == [50, 0]
    assert get_cdr_model().objects.count() == 50


def test_batches_may_be_cut_elsewhere_the_second_time():
    account = AccountFactory()
    make_loader().insert(calls(range(50), account))
    assert make_loader().insert(calls(range(25, 75), account)) == 25
    assert get_cdr_model().objects.count() == 75


def test_a_cdr_that_is_there_stays_as_it_is():
    account, other = AccountFactory(), AccountFactory()
    make_loader().insert(calls([1], account))
    [changed] = calls([1], other)
    assert make_loader().insert([changed | {"duration": 99}]) == 0
    stored = get_cdr_model().objects.get()
    assert (stored.account_id, stored.duration) == (account.pk, 1)


def test_deleted_cdrs_can_be_imported_again():
    rows = calls(range(50), AccountFactory())
    make_loader().insert(rows)
    get_cdr_model().objects.all().settings(mutations_sync=1).delete()
    assert get_cdr_model().objects.count() == 0
    assert make_loader().insert(rows) == 50
    assert get_cdr_model().objects.count() == 50


def test_calls_of_many_years_come_in_one_block():
    account = AccountFactory()
    rows = calls(range(200), account)
    for number, row in enumerate(rows):
        row["time_start"] = START.replace(year=1990 + number // 12, month=1 + number % 12)
    assert make_loader().insert(rows) == 200


@pytest.mark.parametrize("start", [START, datetime(1970, 1, 1, tzinfo=UTC)], ids=str)
def test_times_are_stored_to_the_microsecond(start):
    microsecond = timedelta(microseconds=1)
    [row] = calls([1], AccountFactory())
    times = {"time_start": start + microsecond, "time_end": start + timedelta(days=1) - microsecond}
    make_loader().insert([row | times | {"time_connect": None}])
    stored = get_cdr_model().objects.get()
    assert {name: getattr(stored, name) for name in times} == times
    assert stored.time_connect is None


@given(
    st.integers(0, 9),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31), timezones=st.timezones()),
)
def test_ticks_are_what_a_time_has_of_them(scale, time):
    utc = time.astimezone(UTC)
    assume(utc.year >= FIRST_YEAR)
    seconds = int(utc.replace(microsecond=0).timestamp())
    digits = f"{utc.microsecond:06}000"[:scale]
    assert ticks_of(scale)(utc) == int(f"{seconds}{digits}")


def test_no_time_has_no_ticks():
    assert ticks_of(6)(None) is None
