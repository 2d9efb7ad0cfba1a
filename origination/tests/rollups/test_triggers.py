"""Writers that know nothing of the sums, in sessions that are not the site's (PostgreSQL)."""

from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pgtrigger
import pytest
from django.db import connections, transaction

from origination import conf
from origination.rollups import triggers
from origination.rollups.maintenance import Rollups
from origination.rollups.models import HourSums, MinuteSums, StaleMark
from origination.statistics import columns
from origination.tests.support.client import ask, configured
from origination.tests.support.histories import (
    ALIAS,
    CDR,
    START,
    STEPS,
    assert_exact,
    differences,
    insert,
    sql,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connections[ALIAS].vendor != "postgresql" or CDR._meta.label != "origination.CDR",
        reason="about our own table on PostgreSQL",
    ),
]
WRITE = (
    "INSERT INTO public.origination_cdr (account_id, time_start, duration, customer_price)"
    " VALUES (%s, %s, 60, 0.5)"
)


@pytest.fixture(autouse=True)
def fresh_columns():
    columns.forget()
    yield
    columns.forget()


def value(text, *parameters):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(text, parameters or None)
        return cursor.fetchone()[0]


def total(customer, account, **parameters):
    """Calls of all time: those that sums answer, and those that CDRs do."""
    asked = {"from_time": "2020-01-01", "sampling": "day", **parameters}
    answer = ask(customer, account, **asked)
    assert answer.status_code == 200
    with configured(ROLLUPS=False):
        assert ask(customer, account, **asked).content == answer.content
    return answer.json()["totals"]["total_calls"], answer["Server-Timing"].rpartition("desc=")[2]


SESSIONS = {
    "empty search_path": ["SET LOCAL search_path = ''"],
    "a schema in front with tables of the same names": [
        "CREATE SCHEMA front",
        "CREATE TABLE front.origination_minutesums (LIKE public.origination_minutesums)",
        "CREATE TABLE front.origination_hoursums (LIKE public.origination_hoursums)",
        "CREATE TABLE front.origination_countryhoursums (LIKE public.origination_countryhoursums)",
        "CREATE TABLE front.origination_stalemark (LIKE public.origination_stalemark)",
        "SET LOCAL search_path = front, public",
    ],
    "a schema in front with functions of the same names": [
        "CREATE SCHEMA front",
        "CREATE FUNCTION front.date_trunc(text, timestamptz, text) RETURNS timestamptz"
        " LANGUAGE sql AS 'SELECT now()'",
        "CREATE FUNCTION front.int8pl(integer, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 7'",
        "SET LOCAL search_path = front, pg_catalog, public",
    ],
    "temporary tables of the same names": [
        "CREATE TEMP TABLE origination_minutesums (LIKE public.origination_minutesums)"
        " ON COMMIT DROP",
        "CREATE TEMP TABLE origination_hoursums (LIKE public.origination_hoursums) ON COMMIT DROP",
    ],
    "another time zone": ["SET LOCAL timezone = 'Asia/Kathmandu'"],
    "a replica's role": ["SET LOCAL session_replication_role = replica"],
    "dates written otherwise": ["SET LOCAL datestyle = 'SQL, DMY'"],
    "without a right to the sums": [
        "CREATE ROLE switch",
        "GRANT USAGE ON SCHEMA public TO switch",
        "GRANT INSERT, SELECT ON public.origination_cdr TO switch",
        "SET LOCAL ROLE switch",
    ],
}
RESET = ("ROLE", "search_path", "timezone", "session_replication_role", "datestyle")


@pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
def test_a_writer_is_counted_whatever_its_session_is(customer, accounts, session):
    for statement in session:
        sql(statement)
    sql(WRITE, accounts[0].pk, START)
    sql(WRITE, accounts[0].pk, START + timedelta(hours=1))
    for name in RESET:
        sql(f"RESET {name}")
    sql("DISCARD TEMP")
    sql("SET LOCAL timezone = 'UTC'")
    assert total(customer, accounts[0]) == (2, '"hours"')
    assert differences() == []
    assert not StaleMark.objects.exists()


def test_nobody_but_the_owner_may_put_the_functions_on_a_table():
    for name in triggers.NAMES:
        assert not value("SELECT has_function_privilege('public', %s, 'EXECUTE')", f"{name}()")


FAILURES = {
    "a column they read has another name":
        "ALTER TABLE origination_cdr RENAME COLUMN duration TO seconds",
    "a column they read holds parts of a second":
        "ALTER TABLE origination_cdr ALTER COLUMN duration TYPE numeric(10, 3)",
    "a table they write to is gone": "DROP TABLE origination_countryhoursums",
    "a column they do not know must be written": "ALTER TABLE origination_hoursums"
    " ADD COLUMN tenant integer NOT NULL",
    "a constraint of somebody else":
        "ALTER TABLE origination_minutesums ADD CHECK (calls < 0)",
}  # fmt: skip


@pytest.mark.parametrize("statement", FAILURES.values(), ids=FAILURES)
def test_no_call_is_lost_where_a_trigger_fails(accounts, statement):
    sql(statement)
    seconds = "seconds" if "RENAME" in statement else "duration"
    sql(WRITE.replace("duration", seconds), accounts[0].pk, START)
    sql(WRITE.replace("duration", seconds), accounts[0].pk, START)
    assert value("SELECT COUNT(*) FROM origination_cdr") == 2
    assert "a trigger failed" in StaleMark.objects.get().reason
    assert not MinuteSums.objects.exists()


def test_cdrs_answer_right_after_a_trigger_has_failed_until_a_rebuild(customer, accounts):
    sql(WRITE, accounts[0].pk, START)
    assert total(customer, accounts[0]) == (1, '"hours"')
    sql("ALTER TABLE origination_hoursums ADD CONSTRAINT odd CHECK (calls < 0) NOT VALID")
    sql(WRITE, accounts[0].pk, START)
    assert total(customer, accounts[0]) == (2, '"cdrs"')
    sql("ALTER TABLE origination_hoursums DROP CONSTRAINT odd")
    sql(WRITE, accounts[0].pk, START)
    assert total(customer, accounts[0]) == (3, '"cdrs"')
    with Rollups().rebuilding():
        for day in Rollups().days():
            list(Rollups().differences(day, repair=True))
    assert total(customer, accounts[0]) == (3, '"hours"')
    assert differences() == []


def test_a_writer_goes_on_where_not_even_the_mark_can_be_written(accounts):
    sql("DROP TABLE origination_stalemark, origination_hoursums")
    sql(WRITE, accounts[0].pk, START)
    assert value("SELECT COUNT(*) FROM origination_cdr") == 1


def test_a_mark_goes_with_the_transaction_whose_call_it_is_about(accounts):
    sql("ALTER TABLE origination_hoursums ADD CHECK (calls < 0)")
    with transaction.atomic(using=ALIAS):
        sql(WRITE, accounts[0].pk, START)
        assert StaleMark.objects.exists()
        transaction.set_rollback(True, using=ALIAS)
    assert not StaleMark.objects.exists()


PGTRIGGER = {
    "install": lambda: pgtrigger.install(database=ALIAS),
    "prune": lambda: pgtrigger.prune(database=ALIAS),
    "disable": lambda: pgtrigger.disable(database=ALIAS),
    "uninstall": lambda: pgtrigger.uninstall(database=ALIAS),
}


@pytest.mark.parametrize("command", PGTRIGGER.values(), ids=PGTRIGGER)
def test_a_host_s_django_pgtrigger_leaves_ours_alone(customer, accounts, command):
    command()
    assert triggers.missing(CDR, ALIAS) == []
    insert(Random(1), accounts)
    assert_exact(Random(1), customer, accounts)


@pytest.mark.parametrize("seed", range(2))
def test_a_column_without_a_zone_has_the_clock_of_the_site(customer, accounts, seed):
    """As a host's switch has it; its sessions have each another clock."""
    random = Random(seed)
    sql("ALTER TABLE origination_cdr ALTER COLUMN time_start TYPE timestamp")
    Rollups().install()
    for step in ("insert", "another time", "upsert", "not the last", "delete", "insert"):
        with writing_in("Asia/Kathmandu"):
            STEPS[step](random, accounts)
        assert_exact(random, customer, accounts)
    assert differences() == []


@contextmanager
def writing_in(zone):
    sql(f"SET LOCAL timezone = '{zone}'")
    yield
    sql("SET LOCAL timezone = 'UTC'")


BINARY = {
    "real": "real",
    "double": "double precision",
    "money": "money",
    "a domain of double": "binary_price",
    "numeric of any scale": "numeric",
}


@pytest.mark.parametrize("kind", BINARY.values(), ids=BINARY)
def test_sums_of_prices_of_any_type_converge(accounts, monkeypatch, kind):
    # As a host's table is looked at.
    monkeypatch.setattr(conf, "OWN_CDR_MODELS", ())
    sql("CREATE DOMAIN binary_price AS double precision")
    sql(
        "ALTER TABLE origination_cdr DROP CONSTRAINT origination_cdr_customer_price_is_a_number,"
        f" ALTER COLUMN customer_price DROP DEFAULT, ALTER COLUMN customer_price TYPE {kind}"
        f" USING customer_price::{'numeric::money' if kind == 'money' else kind}"
    )
    Rollups().install()
    for number in range(7):
        price = f"{number}.{number}1".rstrip() + ("" if kind == "money" else "23457")
        sql(
            "INSERT INTO origination_cdr (account_id, time_start, customer_price)"
            f" VALUES (%s, %s, {price}::text::{kind})", accounts[0].pk, START,
        )  # fmt: skip
    sql("UPDATE origination_cdr SET duration = 7 WHERE id % 2 = 0")
    sql("DELETE FROM origination_cdr WHERE id % 3 = 0")
    assert differences() == []
    exact = sum(
        value(f"SELECT customer_price::{'numeric' if kind == 'money' else 'text::numeric'}"
              " FROM origination_cdr WHERE id = %s", key)
        for key in CDR.objects.values_list("pk", flat=True)
    )  # fmt: skip
    assert sum(HourSums.objects.values_list("price", flat=True)) == exact
    sql("DELETE FROM origination_cdr")
    assert sum(HourSums.objects.values_list("price", flat=True)) == 0
