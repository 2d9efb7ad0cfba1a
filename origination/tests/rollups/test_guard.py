"""Sums that are not to be believed: CDRs answer, and the log says why (PostgreSQL)."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from origination.checks.stored_sums import check_sums
from origination.rollups import guard, migrating, triggers
from origination.rollups.models import MinuteSums, StaleMark
from origination.statistics import planner
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import CDRFactory
from origination.tests.support.histories import ALIAS, CDR, START, differences, sql

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connections[ALIAS].vendor != "postgresql" or CDR._meta.label != "origination.CDR",
        reason="about our own table on PostgreSQL",
    ),
]


@pytest.fixture(autouse=True)
def untold():
    planner._told.clear()


def asked(customer, account, **parameters):
    """Calls that are counted, and what counted them."""
    asked = {"from_time": "2020-01-01", "sampling": "day", **parameters}
    answer = ask(customer, account, **asked)
    assert answer.status_code == 200, answer.content
    source = answer["Server-Timing"].rpartition("desc=")[2].strip('"')
    return answer.json()["totals"]["total_calls"], source


def rebuild():
    call_command("verify_rollups", "--rebuild", "--no-progress", stdout=StringIO())


TABLE = "origination_cdr"
PARTITIONED = f"""
ALTER TABLE {TABLE} RENAME TO old;
CREATE TABLE {TABLE} (LIKE old INCLUDING DEFAULTS) PARTITION BY RANGE (time_start);
CREATE SEQUENCE numbers;
ALTER TABLE {TABLE} ALTER COLUMN id SET DEFAULT nextval('numbers');
CREATE TABLE leaf PARTITION OF {TABLE} FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""
# What a site may meet -> SQL, and what the log says of it.
DOUBTS = {
    "triggers dropped, as a prune does": (
        "; ".join(f"DROP TRIGGER {name} ON {TABLE}" for name in triggers.NAMES),
        "missing, outdated or disabled",
    ),
    "one trigger dropped": (f"DROP TRIGGER origination_keep_delete ON {TABLE}", "missing"),
    "functions dropped": ("DROP FUNCTION origination_keep_insert CASCADE", "missing"),
    "the guard dropped": ("DROP FUNCTION origination_sums_kept", "does not exist"),
    "triggers disabled": (f"ALTER TABLE {TABLE} DISABLE TRIGGER USER", "missing"),
    "triggers off for a while, as pg_restore --disable-triggers leaves them": (
        f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL; ALTER TABLE {TABLE} ENABLE TRIGGER ALL",
        "missing",
    ),
    "a table restored without triggers": (
        f"CREATE TABLE restored AS SELECT * FROM {TABLE};"
        f"ALTER TABLE {TABLE} RENAME TO old; ALTER TABLE restored RENAME TO {TABLE}",
        "missing",
    ),
    "restored without the data of the sums": (
        "TRUNCATE origination_minutesums, origination_hoursums, origination_countryhoursums",
        "they are empty, and the table is not",
    ),
    "restored without the sums by hour": (
        "TRUNCATE origination_hoursums", "they are empty, and the table is not"
    ),
    "a view in its place": (
        f"ALTER TABLE {TABLE} RENAME TO old; CREATE VIEW {TABLE} AS SELECT * FROM old",
        "missing",
    ),
    "a materialized view in its place": (
        f"ALTER TABLE {TABLE} RENAME TO old;"
        f"CREATE MATERIALIZED VIEW {TABLE} AS SELECT * FROM old",
        "missing",
    ),
    "a partitioned table in its place": (
        f"{PARTITIONED} INSERT INTO {TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM old", "missing",
    ),
    "children that inherit from it": (
        f"CREATE TABLE child () INHERITS ({TABLE}); INSERT INTO child SELECT * FROM {TABLE};"
        "DELETE FROM ONLY origination_cdr",
        "it has children",
    ),
    "a parent that it inherits from": (
        f"CREATE TABLE parent (LIKE {TABLE}); ALTER TABLE {TABLE} INHERIT parent",
        "part of another table",
    ),
    "sums tables gone": ("DROP TABLE origination_hoursums", "does not exist"),
    "all tables of sums gone": (
        "DROP TABLE origination_hoursums, origination_minutesums, origination_countryhoursums,"
        " origination_stalemark",
        "does not exist",
    ),
    "accounts known by another key": (
        "ALTER TABLE origination_hoursums ALTER COLUMN account_id TYPE text", "does not exist",
    ),
    "sums of another schema in front of the site": (
        "CREATE SCHEMA front;"
        "CREATE TABLE front.origination_minutesums (LIKE public.origination_minutesums);"
        "CREATE TABLE front.origination_hoursums (LIKE public.origination_hoursums);"
        "SET LOCAL search_path = front, public",
        "not those of the triggers",
    ),
    "a subscription feeds it": (
        "CREATE SUBSCRIPTION feed CONNECTION 'dbname=none' PUBLICATION calls"
        " WITH (connect = false, enabled = false, slot_name = NONE);"
        "SET LOCAL allow_system_table_mods = on;"
        "INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
        f" SELECT oid, '{TABLE}'::regclass, 'r' FROM pg_subscription WHERE subname = 'feed'",
        "a subscription feeds it",
    ),
    "a subscription feeds a part of it": (
        f"{PARTITIONED} CREATE SUBSCRIPTION feed CONNECTION 'dbname=none' PUBLICATION calls"
        " WITH (connect = false, enabled = false, slot_name = NONE);"
        f"INSERT INTO {TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM old;"
        "SET LOCAL allow_system_table_mods = on;"
        "INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
        " SELECT oid, 'leaf'::regclass, 'r' FROM pg_subscription WHERE subname = 'feed'",
        "missing",
    ),
    "a mark": (
        "INSERT INTO origination_stalemark (since, reason, is_of_rebuild)"
        " VALUES (now(), 'an odd thing happened', FALSE)",
        "an odd thing happened",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "reason"), DOUBTS.values(), ids=DOUBTS)
def test_cdrs_answer_where_nothing_keeps_the_sums(customer, account, caplog, statements, reason):
    CDRFactory.create_batch(2, account=account, time_start=START)
    assert asked(customer, account) == (2, "hours")
    sql(statements)
    assert asked(customer, account) == (2, "cdrs")
    assert asked(customer, account) == (2, "cdrs")
    assert asked(customer, account, sampling="minute")[0] == 2
    told = [r.getMessage() for r in caplog.records if r.name == "origination.rollups"]
    assert reason in told[0]
    assert len(told) <= 2
    assert {m.id for m in check_sums(databases=[ALIAS])} <= {"origination.W002"}


@pytest.mark.parametrize("statement", [d[0] for d in DOUBTS.values()], ids=DOUBTS)
def test_the_check_names_every_doubt(account, statement):
    CDRFactory.create_batch(2, account=account, time_start=START)
    assert check_sums(databases=[ALIAS]) == []
    sql(statement)
    (found,) = check_sums(databases=[ALIAS])
    assert found.id == "origination.W002"
    with configured(ROLLUPS=False):
        assert check_sums(databases=[ALIAS]) == []


def test_row_security_of_the_site_s_role_is_obeyed(customer, account):
    CDRFactory.create_batch(3, account=account, time_start=START)
    sql(
        "CREATE ROLE site; GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;"
        "ALTER TABLE origination_cdr ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY partly ON origination_cdr"
        " USING (duration < 0)"
    )
    assert asked(customer, account) == (3, "hours")
    sql("SET LOCAL ROLE site")
    assert asked(customer, account) == (0, "cdrs")


@pytest.mark.django_db(transaction=True)
def test_a_statement_of_its_own_falls_back_as_well(customer, account):
    """Outside of a transaction, where limits and question are one message."""
    CDRFactory(account=account, time_start=START)
    assert asked(customer, account) == (1, "hours")
    mark = StaleMark.objects.create(since=timezone.now(), reason="odd", is_of_rebuild=False)
    with configured(MAX_CONCURRENT=1):
        assert asked(customer, account) == (1, "cdrs")
    mark.delete()
    assert asked(customer, account) == (1, "hours")


def test_an_operator_is_told_once_for_each_reason(customer, account, caplog):
    for reason in ("first", "first", "second"):
        StaleMark.objects.all().delete()
        StaleMark.objects.create(since=START, reason=reason, is_of_rebuild=False)
        asked(customer, account)
    assert len([r for r in caplog.records if r.name == "origination.rollups"]) == 2


def test_a_fresh_table_s_sums_answer_at_once(customer, account):
    triggers.uninstall(ALIAS)
    migrating.keep(ALIAS)
    CDRFactory(account=account, time_start=START)
    assert asked(customer, account) == (1, "hours")


def test_a_table_with_cdrs_gets_triggers_from_migrate_and_sums_from_a_rebuild(customer, account):
    triggers.uninstall(ALIAS)
    CDRFactory(account=account, time_start=START)
    migrating.keep(ALIAS)
    assert triggers.missing(CDR, ALIAS) == []
    CDRFactory(account=account, time_start=START)
    assert asked(customer, account) == (2, "cdrs")
    rebuild()
    assert asked(customer, account) == (2, "hours")
    assert differences() == []


def test_who_wants_no_sums_gets_no_triggers():
    triggers.uninstall(ALIAS)
    with configured(ROLLUPS=False):
        migrating.keep(ALIAS)
    assert not triggers.are_on(CDR, ALIAS)


def test_what_writes_past_the_triggers_is_found_by_the_check(account):
    CDRFactory(account=account, time_start=START)
    MinuteSums.objects.update(calls=7)
    (found,) = check_sums(databases=[ALIAS])
    assert found.id == "origination.W040"
    assert "calls-6" in found.msg


def test_triggers_of_an_older_model_are_outdated():
    rows = guard.rows(ALIAS, "SELECT origination_sums_doubt(%s, %s)", ["origination_cdr", "older"])
    assert "outdated" in rows[0][0]


ODD_STARTS = ["infinity", "-infinity", "20000-01-01 00:00+00", "0044-03-15 00:00+00 BC"]


@pytest.mark.parametrize("start", ODD_STARTS)
def test_a_start_that_no_clock_shows_is_in_no_sum(customer, account, start):
    sql("ALTER TABLE origination_cdr DROP CONSTRAINT origination_cdr_time_start_finite")
    CDRFactory(account=account, time_start=START)
    sql(f"INSERT INTO origination_cdr (account_id, time_start) VALUES ({account.pk}, '{start}')")
    assert asked(customer, account) == (1, "hours")
    assert asked(customer, account, duration_gt="0") == (1, "cdrs")
    for options in ((), ("--repair",), ("--rebuild",)):
        call_command("verify_rollups", "--no-progress", *options, stdout=StringIO())
    call_command("compact_rollups", "--no-progress", stdout=StringIO())
    sql(f"DELETE FROM origination_cdr WHERE time_start = '{start}'")
    assert asked(customer, account) == (1, "hours")
    assert differences() == []
    assert check_sums(databases=[ALIAS]) == []


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-Infinity"])
def test_a_price_that_is_no_number_makes_no_price_of_its_bucket_while_it_is_there(
    customer, account, price
):
    sql(
        "ALTER TABLE origination_cdr DROP CONSTRAINT origination_cdr_customer_price_is_a_number,"
        " ALTER COLUMN customer_price TYPE numeric"
    )
    rebuild()
    CDRFactory(account=account, time_start=START, customer_price=1)
    CDRFactory(account=account, time_start=START.replace(day=1, month=7), customer_price=2)
    sql(
        "INSERT INTO origination_cdr (account_id, time_start, customer_price)"
        f" VALUES ({account.pk}, '{START:%Y-%m-%d %H:%M}+00', '{price}')"
    )

    def prices():
        question = {"from_time": "2020-01-01", "sampling": "day"}
        answer = ask(customer, account, **question)
        assert 'desc="hours"' in answer["Server-Timing"]
        with configured(ROLLUPS=False):
            assert ask(customer, account, **question).content == answer.content
        return answer.json()["data"]["total_price"]

    assert prices() == [None, "2.0"]
    out = StringIO()
    call_command("verify_rollups", "--no-progress", stdout=out)
    key = CDR.objects.order_by("pk").last().pk
    assert f"price is not a number, CDR {key}" in out.getvalue()
    sql(f"DELETE FROM origination_cdr WHERE id = {key}")
    assert prices() == ["1.0", "2.0"]
    assert differences() == []
