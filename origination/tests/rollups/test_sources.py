"""Stored sums against the CDRs themselves, whatever is done to the table (PostgreSQL)."""

from datetime import timedelta
from io import StringIO
from random import Random
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from origination.checks.stored_sums import check_sums
from origination.rollups import maintenance, triggers
from origination.rollups.maintenance import Rollups
from origination.rollups.models import CountryHourSums, HourSums, MinuteSums
from origination.statistics.drivers import is_psycopg3
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import CDRFactory
from origination.tests.support.histories import (
    ALIAS,
    CDR,
    START,
    STEPS,
    TABLE,
    assert_exact,
    column,
    compact,
    differences,
    insert,
    some,
    sql,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connections[ALIAS].vendor != "postgresql", reason="sums are stored on PostgreSQL only"
    ),
]


@pytest.fixture(autouse=True)
def kept(request):
    """The triggers are there, and used; our own table has them from its migration."""
    if CDR._meta.label != "origination.CDR":
        request.getfixturevalue("db")
        # Nobody empties an unmanaged table after a test that commits.
        triggers.uninstall(ALIAS)
        CDR.objects.all().delete()
        triggers.install(CDR, ALIAS)
    with configured(ROLLUPS=True):
        yield


@pytest.mark.parametrize("seed", range(6))
def test_sums_answer_as_the_cdrs_do_after_every_step_of_a_history(customer, accounts, seed):
    random = Random(seed)
    insert(random, accounts)
    for _ in range(12):
        STEPS[random.choice(list(STEPS))](random, accounts)
        assert_exact(random, customer, accounts)
    assert differences() == []


def test_sums_answer_as_the_cdrs_do_where_weeks_begin_on_sunday(customer, accounts):
    random = Random(0)
    for _ in range(5):
        insert(random, accounts)
        with configured(ROLLUPS=True, DIALECT="yeti"):
            assert_exact(random, customer, accounts)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_each_kind_of_write_is_counted(accounts, step):
    random = Random(1)
    insert(random, accounts)
    step(random, accounts)
    assert differences() == []


@pytest.mark.parametrize(
    ("zone", "sampling", "year", "source"),
    [
        ("Europe/Berlin", "day", 2026, "hours"),
        ("Asia/Kolkata", "week", 2026, "minutes"),
        ("Asia/Kathmandu", "month", 2026, "minutes"),
        ("Asia/Kathmandu", "hour", 2026, "hours"),
        # Whole hours, but clocks changed at a minute past midnight.
        ("Asia/Gaza", "day", 2011, "minutes"),
        # 44 and a half minutes behind.
        ("Africa/Monrovia", "day", 1971, "cdrs"),
    ],
)
def test_the_coarsest_sums_that_make_up_a_zone_s_buckets_answer(
    customer, accounts, zone, sampling, year, source
):
    answer = ask(
        customer,
        accounts[0],
        from_time=f"{year}-01-01",
        to_time=f"{year}-12-31",
        sampling=sampling,
        time_zone=zone,
    )
    assert f'desc="{source}' in answer["Server-Timing"].replace('"cdrs+', '"')


def test_copy_and_the_switch_s_own_sql_are_counted(accounts):
    if not is_psycopg3():
        pytest.skip("psycopg2 copies files alone")
    columns = [f.column for f in CDR._meta.concrete_fields if not f.primary_key]
    names = ", ".join(f'"{name}"' for name in columns)
    CDRFactory.create_batch(3, account=accounts[0], time_start=START, duration=30)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE feed ON COMMIT DROP AS SELECT {names} FROM "{TABLE}"')
        uuid = column("uuid")
        cursor.execute(f'UPDATE feed SET "{uuid}" = gen_random_uuid()')
        with cursor.copy("COPY feed TO STDOUT") as out:
            data = b"".join(bytes(block) for block in out)
        with cursor.copy(f'COPY "{TABLE}" ({names}) FROM STDIN') as copy:
            copy.write(data)
    assert sum(HourSums.objects.values_list("seconds", flat=True)) == 180
    assert differences() == []


def test_a_bucket_without_calls_any_more_is_not_listed(customer, accounts):
    CDRFactory(account=accounts[0], time_start=START)
    CDR.objects.all().delete()
    assert MinuteSums.objects.exists()
    assert ask(customer, accounts[0], from_time=START.isoformat()).json()["rows"] == 0
    compact(None, None)
    assert not MinuteSums.objects.exists()


def test_compaction_leaves_one_row_a_bucket_and_nothing_to_do(accounts):
    for _ in range(5):
        CDRFactory(account=accounts[0], time_start=START, dst_country_id=1)
    compact(None, None)
    assert [m.objects.count() for m in (MinuteSums, HourSums, CountryHourSums)] == [1, 1, 1]
    assert Rollups().uncompacted_days() == []
    assert differences() == []


def verify(*options):
    """Exit status and output of the command."""
    out = StringIO()
    try:
        call_command("verify_rollups", "--no-progress", *options, stdout=out, stderr=out)
    except SystemExit as e:
        return e.code, out.getvalue()
    return 0, out.getvalue()


def test_a_wrong_sum_is_reported_and_only_it_is_mended(accounts):
    CDRFactory(account=accounts[0], time_start=START, duration=60, dst_country_id=1)
    CDRFactory(account=accounts[1], time_start=START, duration=60, dst_country_id=1)
    HourSums.objects.filter(account=accounts[0]).update(seconds=61, calls=2)
    status, output = verify()
    assert status == 1
    assert f"hoursums account_id={accounts[0].pk}" in output
    assert "calls-1 seconds-1" in output
    assert "1 sums differ" in output
    assert verify("--repair")[0] == 0
    assert verify() == (0, "1 days, 0 sums differ\n")
    assert HourSums.objects.filter(account=accounts[1]).count() == 1


def test_a_table_that_had_cdrs_before_is_filled(customer, accounts):
    triggers.uninstall(ALIAS)
    insert(Random(3), accounts)
    with pytest.raises(CommandError, match="--rebuild"):
        verify()
    assert verify("--rebuild")[0] == 0
    assert_exact(Random(3), customer, accounts)
    insert(Random(4), accounts)
    assert differences() == []


def test_sums_that_nothing_keeps_are_named_by_the_checks(accounts):
    def found():
        return [message.id for message in check_sums(databases=[ALIAS])]

    assert found() == []
    sql(f'ALTER TABLE "{TABLE}" DISABLE TRIGGER USER')
    assert found() == ["origination.W002"]
    with configured(ROLLUPS=False):
        assert found() == []
    triggers.uninstall(ALIAS)
    assert found() == ["origination.W002"]
    verify("--rebuild")
    assert found() == []


def test_a_newest_day_that_takes_long_is_not_waited_for_by_the_checks(accounts, monkeypatch):
    CDRFactory(account=accounts[0], time_start=START)
    monkeypatch.setattr(maintenance, "LOOK_TIMEOUT", "50ms")
    monkeypatch.setattr(
        Rollups, "differences", lambda self, day: iter(self._rows("SELECT pg_sleep(5)", []))
    )
    assert check_sums(databases=[ALIAS]) == []


def test_kept_sums_outlive_their_cdrs(customer, accounts):
    CDRFactory(account=accounts[0], time_start=START)
    CDRFactory(account=accounts[0], time_start=START + timedelta(days=2))
    verify("--keep-before", f"{START + timedelta(days=1):%Y-%m-%d}")
    sql(f'ALTER TABLE "{TABLE}" DISABLE TRIGGER USER')
    CDR.objects.filter(time_start=START).delete()
    for name in triggers.NAMES:
        sql(f'ALTER TABLE "{TABLE}" ENABLE ALWAYS TRIGGER {name}')
    assert verify("--repair") == (0, "1 days, 0 sums mended\n")
    answer = ask(customer, accounts[0], from_time=START.isoformat(), sampling="hour").json()
    assert answer["totals"]["total_calls"] == 2


SOURCES = {
    "whole hours": ({"sampling": "day"}, "hours"),
    "a minute's end": ({"sampling": "hour", "from_time": "2026-06-11T15:58:00Z"}, "minutes+hours"),
    "ragged": ({"from_time": "2026-06-11T15:58:30Z", "to_time": "2026-06-12T00:00:30Z",
                "sampling": "hour"}, "cdrs+minutes+hours"),
    "minutes": ({"sampling": "minute"}, "minutes"),
    "5minutes": ({"sampling": "5minutes"}, "minutes"),
    "country": ({"sampling": "week", "dst_country_id": "1"}, "country-hours"),
    "country by minute": ({"dst_country_id": "1"}, "cdrs"),
    "a number": ({"sampling": "day", "dst_prefix_routing_eq": "1"}, "cdrs"),
    "country and more": ({"sampling": "day", "dst_country_id": "1", "duration_gt": "1"}, "cdrs"),
    "nothing": ({"to_time": "2026-06-10"}, "cdrs"),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "expected"), SOURCES.values(), ids=SOURCES)
def test_the_coarsest_sums_that_can_answer_do(customer, accounts, parameters, expected):
    parameters = {"from_time": "2026-06-11T15:00:00Z", **parameters}
    response = ask(customer, accounts[0], **parameters)
    assert f'desc="{expected}"' in response["Server-Timing"]


@pytest.mark.django_db(transaction=True)
def test_writers_beside_compaction_and_readers_lose_nothing(customer, accounts):
    done, failures = Event(), []

    def run(work):
        try:
            work()
        except Exception as e:  # pragma: no cover - what the test is there to find
            failures.append(e)
        finally:
            connections.close_all()

    def write(seed):
        random = Random(seed)
        for _ in range(25):
            with transaction.atomic(using=ALIAS):
                CDR.objects.bulk_create(some(random, accounts, 20))
                if random.random() < 0.3:
                    transaction.set_rollback(True, using=ALIAS)
            mine = CDR.objects.filter(account=accounts[seed % 2]).values_list("pk", flat=True)
            # Rows of this writer's own account: two writers never update one CDR.
            CDR.objects.filter(pk__in=list(mine[:5])).update(duration=seed)

    def compaction():
        while not done.is_set():
            call_command("compact_rollups", no_progress=True, stdout=StringIO())

    writers = [Thread(target=run, args=[lambda seed=seed: write(seed)]) for seed in range(2)]
    compactor = Thread(target=run, args=[compaction])
    for thread in (*writers, compactor):
        thread.start()
    while any(writer.is_alive() for writer in writers):
        assert differences() == []
    done.set()
    compactor.join()
    assert failures == []
    assert differences() == []
    assert_exact(Random(0), customer, accounts)


@pytest.mark.django_db(transaction=True)
def test_a_killed_compaction_changes_nothing(customer, accounts):
    insert(Random(5), accounts)
    insert(Random(6), accounts)
    rollups = Rollups()
    (day, *_) = rollups.uncompacted_days()
    before = differences()

    def killed():
        with pytest.raises(Exception), transaction.atomic(using=ALIAS):  # noqa: B017
            rollups.compact(day)
            sql("SELECT pg_terminate_backend(pg_backend_pid())")
        connections.close_all()

    thread = Thread(target=killed)
    thread.start()
    thread.join()
    assert rollups.uncompacted_days()
    assert differences() == before == []
    compact(None, None)
    assert rollups.uncompacted_days() == []
    assert differences() == []
