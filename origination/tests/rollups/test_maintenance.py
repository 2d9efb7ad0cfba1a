"""A rebuild works, or nothing has changed (PostgreSQL)."""

from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from origination.rollups import maintenance, triggers
from origination.rollups.maintenance import Rollups
from origination.rollups.models import HourSums, MinuteSums, StaleMark
from origination.tests.support.client import ask
from origination.tests.support.factories import CDRFactory
from origination.tests.support.histories import ALIAS, CDR, START, differences, sql

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connections[ALIAS].vendor != "postgresql" or CDR._meta.label != "origination.CDR",
        reason="about our own table on PostgreSQL",
    ),
]


@pytest.fixture
def before(account):
    """A table that had CDRs before there were triggers."""
    triggers.uninstall(ALIAS)
    CDRFactory.create_batch(3, account=account, time_start=START)


def verify(*options):
    out = StringIO()
    call_command("verify_rollups", "--no-progress", *options, stdout=out, stderr=out)
    return out.getvalue()


def state():
    """All that a rebuild changes."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'origination\\_keep%'")
        return cursor.fetchone(), triggers.are_on(CDR, ALIAS), MinuteSums.objects.count()


def written(account):
    sql("INSERT INTO origination_cdr (account_id, time_start) VALUES (%s, %s)", account.pk, START)


def source(customer, account):
    answer = ask(customer, account, from_time="2020-01-01", sampling="day")
    found = answer["Server-Timing"].rpartition("desc=")[2].strip('"')
    return answer.json()["totals"]["total_calls"], found


FOREIGN = "CREATE FOREIGN DATA WRAPPER remote; CREATE SERVER elsewhere FOREIGN DATA WRAPPER remote;"
UNSUMMABLE = {
    "seconds with fractions": "ALTER TABLE origination_cdr ALTER duration TYPE numeric(10,3)",
    "prices that are texts": "ALTER TABLE origination_cdr DROP CONSTRAINT"
    " origination_cdr_customer_price_is_a_number, ALTER customer_price TYPE text",
    "no such column": "ALTER TABLE origination_cdr RENAME customer_duration TO billed",
    "sums of another shape": "ALTER TABLE origination_hoursums DROP COLUMN billed",
}


@pytest.mark.parametrize("statement", UNSUMMABLE.values(), ids=UNSUMMABLE)
def test_a_column_that_cannot_be_summed_leaves_everything_as_it_was(before, account, statement):
    sql(statement)
    was = state()
    with pytest.raises(CommandError, match="Nothing was changed"):
        verify("--rebuild")
    assert state() == was
    written(account)


def test_a_value_that_cannot_be_summed_leaves_everything_as_it_was(customer, account, before):
    """The triggers go in, and then a day in the middle overflows."""
    CDRFactory.create_batch(
        2, account=account, time_start=START.replace(month=7, day=1), duration=2**31 - 1
    )
    sql("ALTER TABLE origination_hoursums ADD CHECK (seconds < 4000000000)")
    was = state()
    with pytest.raises(CommandError, match="Nothing was changed"):
        verify("--rebuild")
    assert state() == was
    written(account)
    assert source(customer, account) == (6, "cdrs")


def test_triggers_that_were_there_stay_where_a_rebuild_fails(customer, account):
    CDRFactory(account=account, time_start=START)
    HourSums.objects.update(calls=7)
    sql("ALTER TABLE origination_hoursums ADD CHECK (calls >= 0) NOT VALID")
    with pytest.raises(CommandError, match="Nothing was changed"):
        verify("--rebuild")
    assert triggers.missing(CDR, ALIAS) == []
    assert HourSums.objects.get().calls == 7


def test_a_rebuild_that_is_killed_leaves_cdrs_that_answer(customer, account, before, monkeypatch):
    monkeypatch.setattr(Rollups, "uninstall", lambda self: None)
    with pytest.raises(KeyboardInterrupt), Rollups().rebuilding():
        raise KeyboardInterrupt
    written(account)
    assert source(customer, account) == (4, "cdrs")
    verify("--rebuild")
    assert source(customer, account) == (4, "hours")
    assert differences() == []


def test_a_call_that_fails_to_be_kept_during_a_rebuild_is_not_forgotten(customer, account, before):
    with pytest.raises(CommandError, match="in doubt again"):
        monkey = Rollups.differences

        def differences_and_a_failure(self, day, repair=False):
            yield from monkey(self, day, repair)
            sql("ALTER TABLE origination_hoursums ADD CONSTRAINT odd CHECK (calls > 7) NOT VALID")
            written(account)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Rollups, "differences", differences_and_a_failure)
            verify("--rebuild")
    assert source(customer, account) == (4, "cdrs")
    sql("ALTER TABLE origination_hoursums DROP CONSTRAINT odd")
    verify("--rebuild")
    assert source(customer, account) == (4, "hours")


@pytest.mark.parametrize("options", [("--from", "2026-01-01"), ("--to", "2026-07-01")])
def test_a_rebuild_is_about_every_day(before, options):
    with pytest.raises(CommandError, match="every day"):
        verify("--rebuild", *options)


def test_a_repair_of_a_day_takes_no_doubt_away(customer, account):
    CDRFactory(account=account, time_start=START)
    StaleMark.objects.create(since=timezone.now(), reason="odd", is_of_rebuild=False)
    assert "until --rebuild" in verify()
    verify("--repair")
    assert source(customer, account) == (1, "cdrs")
    verify("--rebuild")
    assert source(customer, account) == (1, "hours")


DRY = {
    "rebuild": ("--rebuild", "Would install: origination_keep_insert"),
    "uninstall": ("--uninstall", "no table"),
    "keep": ("--keep-before=2026-07-01", "kept as they are"),
}


@pytest.mark.parametrize(("option", "told"), DRY.values(), ids=DRY)
def test_a_dry_run_tells_and_changes_nothing(before, option, told):
    was = state()
    assert told in verify(option, "--dry-run")
    assert state() == was
    assert Rollups().kept_before() is None


def test_a_dry_repair_names_what_differs_and_mends_nothing(account):
    CDRFactory(account=account, time_start=START)
    HourSums.objects.update(calls=7)
    assert "calls-6" in verify("--repair", "--dry-run")
    assert HourSums.objects.get().calls == 7
    assert "calls-6" in verify("--repair")
    assert "0 sums differ" in verify()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW {0} AS SELECT * FROM old",
        "CREATE MATERIALIZED VIEW {0} AS SELECT * FROM old",
        "CREATE TABLE {0} () INHERITS (old)",
        "CREATE TABLE {0} (LIKE old); CREATE TABLE child () INHERITS ({0})",
        "CREATE TABLE parent (LIKE old) PARTITION BY RANGE (time_start);"
        "CREATE TABLE {0} PARTITION OF parent DEFAULT",
        FOREIGN + "CREATE FOREIGN TABLE {0} (id bigint) SERVER elsewhere",
        FOREIGN + "CREATE TABLE {0} (LIKE old) PARTITION BY RANGE (time_start);"
        "CREATE FOREIGN TABLE leaf PARTITION OF {0} DEFAULT SERVER elsewhere",
        "CREATE TABLE {0} (LIKE old) PARTITION BY RANGE (time_start);"
        "CREATE TABLE leaf PARTITION OF {0} DEFAULT;"
        "CREATE SUBSCRIPTION feed CONNECTION 'dbname=none' PUBLICATION calls"
        " WITH (connect = false, enabled = false, slot_name = NONE);"
        "SET LOCAL allow_system_table_mods = on;"
        "INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
        " SELECT oid, 'leaf'::regclass, 'r' FROM pg_subscription WHERE subname = 'feed'",
    ],
    ids=[
        "a view",
        "a materialized view",
        "a child",
        "a parent",
        "a partition",
        "foreign",
        "foreign partitions",
        "a partition that a subscription feeds",
    ],
)
def test_sums_are_refused_where_no_trigger_could_keep_them(before, account, statement):
    sql("ALTER TABLE origination_cdr RENAME TO old;" + statement.format("origination_cdr"))
    with pytest.raises(CommandError, match=r"Nothing was changed: (it|a sub)"):
        verify("--rebuild")


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_gives_up_where_a_writer_holds_the_table(customer, account, monkeypatch):
    monkeypatch.setattr(maintenance, "LOCK_TIMEOUT", "50ms")
    triggers.uninstall(ALIAS)
    failures = []

    def rebuild():
        try:
            verify("--rebuild")
        except CommandError as e:
            failures.append(str(e))
        finally:
            connections.close_all()

    with transaction.atomic(using=ALIAS):
        written(account)
        thread = Thread(target=rebuild)
        thread.start()
        thread.join()
    assert "Nothing was changed" in failures[0]
    assert not triggers.are_on(CDR, ALIAS)
    assert source(customer, account) == (1, "cdrs")
    verify("--rebuild")
    assert source(customer, account) == (1, "hours")
