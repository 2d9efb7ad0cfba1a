"""Which record stands for a call, wherever the others of the call are."""

import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db import connections, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from origination.importing.calls import NoCalls
from origination.importing.loader import make_loader
from origination.models import get_cdr_model
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory
from origination.tests.support.tables import (
    ALIAS,
    TABLE,
    VENDOR,
    created,
    mounted,
    of_a_switch,
    switch_model,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)
KEY = 0x33333333333343338333333333330000


def record(number, account, call="call-1", seconds=0, start=0, end=None, other=""):
    """Times in seconds after the first start."""
    ended = start + seconds if end is None else end
    return {
        "uuid": UUID(int=KEY + number),
        "account": account.pk,
        "orig_call_id": call,
        "other_leg": other,
        "time_start": START + timedelta(seconds=start),
        "time_connect": None,
        "time_end": START + timedelta(seconds=ended),
        "duration": seconds,
        "customer_duration": seconds,
    }


def load(*rows):
    return make_loader(joins_records=True).insert([dict(row) for row in rows])


def standing():
    """Numbers of the records that stand for a call."""
    return sorted(cdr.uuid.int - KEY for cdr in get_cdr_model().objects.filter(is_last_cdr=True))


def each(rows):
    for row in rows:
        load(row)


def together(rows):
    load(*rows)


BATCHES = pytest.mark.parametrize("batches", [together, each], ids=["one batch", "several"])
BACKWARDS = pytest.mark.parametrize("step", [1, -1], ids=["in order", "backwards"])

CALLS = {
    "busy, then answered": ([dict(), dict(seconds=100, start=5)], [2]),
    "answered, then busy": ([dict(seconds=100), dict(start=200)], [1]),
    "answered twice": ([dict(seconds=10), dict(seconds=10, start=20)], [2]),
    "within each other": ([dict(seconds=100), dict(seconds=10, start=20)], [1]),
    "never answered": ([dict(end=30), dict(start=5, end=20), dict(start=10, end=29)], [1]),
    "one ended with another": ([dict(end=9), dict(start=5, end=9)], [2]),
    "alike": ([dict(), dict()], [2]),
    "of two calls": ([dict(), dict(call="call-2")], [1, 2]),
    "without an id": ([dict(call=""), dict(call="")], [1, 2]),
    "over midnight": ([dict(seconds=3), dict(start=80_000)], [1]),
}


@BATCHES
@BACKWARDS
@pytest.mark.parametrize(("records", "expected"), CALLS.values(), ids=CALLS)
def test_one_record_stands_for_a_call(account, records, expected, batches, step):
    rows = [record(n, account, **changes) for n, changes in enumerate(records, 1)]
    batches(rows[::step])
    assert standing() == expected


def test_importing_again_changes_nothing(account):
    rows = [record(1, account), record(2, account, seconds=60, start=3)]
    assert load(*rows) == 2
    assert [load(*rows), load(rows[0]), load(rows[1])] == [0, 0, 0]
    assert standing() == [2]


def test_each_account_has_a_call_of_its_own(accounts):
    one, other = accounts
    load(record(1, one, seconds=60), record(2, other), record(3, one, start=70))
    assert standing() == [1, 2]


def test_a_record_that_is_counted_no_longer_is_gone_from_the_answer(customer, account, summed):
    each([record(1, account), record(2, account, seconds=60, start=3)])
    totals = ask(customer, account, sampling="day", from_time="2026-06-01").json()["totals"]
    assert (totals["total_calls"], totals["total_duration"], totals["asr"]) == (1, "1.0", "100.0")


def test_every_record_counts_where_none_is_joined(account):
    rows = [record(1, account), record(2, account, seconds=60, start=3)]
    assert make_loader().insert(rows) == 2
    assert standing() == [1, 2]


LEG = [str(UUID(int=KEY + n)) for n in range(5)]
LEGS = {
    "both name the other": [dict(call=LEG[1], other=LEG[2]), dict(call=LEG[2], other=LEG[1])],
    "the second names the first": [dict(call=LEG[1]), dict(call=LEG[2], other=LEG[1])],
    "the first names the second": [dict(call=LEG[1], other=LEG[2]), dict(call=LEG[2])],
    "a Call-ID": [dict(call="a8@192.0.2.1"), dict(call=LEG[2], other="a8@192.0.2.1")],
}


@BATCHES
@BACKWARDS
@pytest.mark.parametrize("legs", LEGS.values(), ids=LEGS)
def test_legs_are_one_call(account, legs, batches, step):
    rows = [record(n, account, seconds=n, **leg) for n, leg in enumerate(legs, 1)]
    batches(rows[::step])
    assert standing() == [2]
    assert len(set(get_cdr_model().objects.values_list("orig_call_id", flat=True))) == 1


def test_a_leg_that_joins_two_calls_leaves_one_record(account):
    failed = record(2, account, call=LEG[2], other=LEG[1])
    answered = record(3, account, call=LEG[3], seconds=50, start=4)
    caller = record(1, account, call=LEG[1], seconds=40, other=LEG[3])
    each([failed, answered, caller])
    assert standing() == [3]
    assert len(set(get_cdr_model().objects.values_list("orig_call_id", flat=True))) == 1


# The examples share a table.
NUMBERS = count(1000)
RECORD = st.fixed_dictionaries(
    {
        "call": st.sampled_from(["c1", "c2", "c3", ""]),
        "seconds": st.sampled_from([0, 0, 5, 60]),
        "start": st.integers(0, 90),
    }
)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(records=st.lists(RECORD, min_size=1, max_size=8), chance=st.randoms(use_true_random=False))
def test_whatever_the_batches_the_calls_are_those_of_plain_python(account, records, chance):
    own = AccountFactory()
    rows = [record(next(NUMBERS), own, **changes) for changes in records]
    shuffled = [*rows, *chance.sample(rows, len(rows) // 2)]
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 4)
        load(*shuffled[:size])
        del shuffled[:size]
    kept = get_cdr_model().objects.filter(account_id=own.pk, is_last_cdr=True)
    assert {cdr.uuid for cdr in kept} == reference(rows)


def reference(rows):
    calls = defaultdict(list)
    for row in rows:
        calls[row["orig_call_id"] or row["uuid"]].append(row)
    ranks = ("time_end", "time_start", "uuid")
    return {
        max(records, key=lambda row: (row["duration"] > 0, *(row[name] for name in ranks)))["uuid"]
        for records in calls.values()
    }


CALL_ID = models.CharField(max_length=255)


@of_a_switch
@pytest.mark.parametrize("lacking", ["is_last_cdr", "orig_call_id"])
def test_a_table_that_cannot_tell_is_refused_with_a_way_out(account, lacking):
    fields = {"orig_call_id": CALL_ID, lacking: None}
    with mounted(switch_model(**fields), created(orig_call_id="text")):
        assert make_loader()
        with pytest.raises(NoCalls, match=f"no field '{lacking}'.*--legs=all"):
            make_loader(joins_records=True)


FLAGS = {
    "smallint": (models.BooleanField(), [(0,), (1,)]),
    "char(1)": (models.CharField(max_length=1), [("f",), ("t",)]),
}


@of_a_switch
@pytest.mark.parametrize(("column", "given"), FLAGS.items(), ids=FLAGS)
def test_a_flag_is_changed_as_its_column_has_it(account, column, given):
    field, words = given
    model = switch_model(is_last_cdr=field, orig_call_id=CALL_ID)
    with mounted(model, created(is_last_cdr=column, orig_call_id="text")):
        each([record(1, account), record(2, account, seconds=60, start=3)])
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(f"SELECT is_last_cdr FROM {TABLE} ORDER BY duration")
            assert cursor.fetchall() == words


@pytest.mark.skipif(VENDOR != "postgresql", reason="several write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_a_time_leave_one_record_of_a_call(account):
    started = threading.Barrier(2)

    def run(numbers):
        try:
            for n in numbers:
                started.wait(60)
                load(record(n, account, call=f"call-{n // 2}", seconds=n))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[range(n, 40, 2)]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert standing() == list(range(1, 40, 2))
