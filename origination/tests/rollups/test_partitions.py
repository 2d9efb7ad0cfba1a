"""The SQL of docs/how-to/partitions.md, and histories on the table that it makes (PostgreSQL)."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import connections

from origination.rollups import triggers
from origination.tests.support.client import ask
from origination.tests.support.factories import CDRFactory
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

# No unique index holds the uuid alone, which the upsert names.
POSSIBLE = STEPS.keys() - {"upsert"}
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "partitions.md"
JULY = START + timedelta(days=1)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connections[ALIAS].vendor != "postgresql" or CDR._meta.label != "origination.CDR",
        reason="the page is about our own table on PostgreSQL",
    ),
]


def verify(*options):
    call_command("verify_rollups", "--no-progress", *options, stdout=StringIO())


@pytest.fixture(autouse=True)
def partitioned(accounts):
    """A table with calls of June, converted as the page says."""
    CDRFactory.create_batch(3, account=accounts[0], time_start=START, duration=30)
    (script,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    verify("--uninstall")
    # The test is in a transaction already.
    sql(script.replace("BEGIN;\n", "", 1).replace("COMMIT;", ""))
    verify("--rebuild")


def months():
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, COUNT(*) FROM origination_cdr GROUP BY 1")
        return dict(cursor.fetchall())


def test_the_old_table_is_the_first_partition_and_the_indexes_keep_their_names(accounts):
    CDRFactory(account=accounts[0], time_start=JULY)
    assert months() == {"origination_cdr_old": 3, "origination_cdr_2026_07": 1}
    with connections[ALIAS].cursor() as cursor:
        constraints = connections[ALIAS].introspection.get_constraints(cursor, "origination_cdr")
    assert {index.name for index in CDR._meta.indexes} <= set(constraints)
    assert triggers.missing(CDR, ALIAS) == []


@pytest.mark.parametrize("seed", range(3))
def test_sums_stay_exact_when_calls_move_between_months(customer, accounts, seed):
    random = Random(seed)
    for _ in range(10):
        insert(random, accounts)
        STEPS[random.choice(sorted(POSSIBLE))](random, accounts)
        assert_exact(random, customer, accounts)
    CDR.objects.update(time_start=JULY)
    assert differences() == []
    assert_exact(random, customer, accounts)


def test_a_month_dropped_takes_its_statistics_along_after_a_repair(customer, accounts):
    CDRFactory(account=accounts[0], time_start=JULY)
    sql("DROP TABLE origination_cdr_2026_07")
    verify("--repair", "--from", "2026-07-01", "--to", "2026-08-01")
    assert differences() == []
    assert calls(customer, accounts[0], "day") == 3


def test_a_month_dropped_leaves_its_statistics_where_they_are_kept(customer, accounts):
    CDRFactory(account=accounts[0], time_start=JULY, dst_country_id=49)
    verify("--keep-before", "2026-08-01")
    sql("DROP TABLE origination_cdr_2026_07")
    verify("--repair")
    assert calls(customer, accounts[0], "day") == 4
    assert calls(customer, accounts[0], "day", dst_country_id="49") == 1
    assert calls(customer, accounts[0], "day", duration_gt="0") == 3


def calls(customer, account, sampling, **parameters):
    answer = ask(customer, account, sampling=sampling, from_time="2026-06-01", **parameters)
    return answer.json()["totals"]["total_calls"]


def test_calls_written_past_the_table_are_found_and_mended(accounts):
    CDRFactory(account=accounts[0], time_start=JULY)
    sql("CREATE TEMP TABLE past ON COMMIT DROP AS SELECT * FROM origination_cdr_2026_07")
    sql("UPDATE past SET id = id + 1000, uuid = gen_random_uuid()")
    sql("INSERT INTO origination_cdr_2026_07 SELECT * FROM past")
    assert differences()
    verify("--repair")
    assert differences() == []


def test_an_import_is_repeatable(accounts, tmp_path):
    feed = tmp_path / "calls.csv"
    feed.write_text(
        "uuid,account,time_start,duration\n"
        f"6f0c3c0e-6674-41f1-9edb-da575d109341,{accounts[0].uuid},2026-07-03T10:00:00Z,7\n"
    )
    for expected in ("imported 1, already there 0", "imported 0, already there 1"):
        out = StringIO()
        call_command("import_cdrs", str(feed), "--format=csv", "--no-progress", stdout=out)
        assert expected in out.getvalue()
    assert CDR.objects.filter(duration=7).count() == 1
    assert differences() == []
