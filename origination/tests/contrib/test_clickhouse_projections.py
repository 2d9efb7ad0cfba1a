"""Sums that ClickHouse keeps: used where they can be, and exact whatever happens to the CDRs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections

from origination.importing.loader import make_loader
from origination.models import get_cdr_model
from origination.tests.support.client import ask, configured

pytestmark = [pytest.mark.django_db, pytest.mark.clickhouse]

START = datetime(2026, 5, 30, 22, 17, 3, tzinfo=UTC)


@pytest.fixture
def projections():
    call_command("clickhouse_projections")
    yield
    call_command("clickhouse_projections", "--drop")


@pytest.fixture
def rows(account):
    random = Random(6)
    return [
        {
            "uuid": UUID(int=number),
            "account": account.pk,
            "time_start": START + timedelta(seconds=random.uniform(0, 500_000)),
            "duration": random.choice([0, 0, 7, 59, random.randrange(9000)]),
            "customer_duration": random.randrange(9000),
            "customer_price": Decimal(random.randrange(10**8)).scaleb(-6),
            "dst_country_id": random.choice([None, 380, 49]),
            "is_last_cdr": random.random() < 0.9,
        }
        for number in range(3000)
    ]


@pytest.fixture
def both(customer, account):
    """Asks once as the site is, once of the CDRs alone, and compares the bodies."""

    def asked(**parameters):
        answer = ask(customer, account, **{"from_time": START.isoformat(), **parameters})
        with configured(ROLLUPS=False):
            plain = ask(customer, account, **{"from_time": START.isoformat(), **parameters})
        assert answer.status_code == 200
        assert answer.content == plain.content
        return answer.json()

    return asked


def read_by(customer, account, **parameters):
    """From what ClickHouse reads, in the words of EXPLAIN."""
    asked = []

    def noted(execute, sql, params, many, context):
        asked.append((f"EXPLAIN {sql}", params))
        return execute(sql, params, many, context)

    connection = connections["cdrs"]
    with connection.execute_wrapper(noted):
        ask(customer, account, **{"from_time": START.isoformat(), **parameters})
    with connection.cursor() as cursor:
        cursor.execute(*asked[-1])
        lines = [line for (line,) in cursor.fetchall() if "ReadFromMergeTree" in line]
    return {line.partition("(")[2].rstrip(")").split(".")[-1] for line in lines}


@pytest.mark.parametrize(
    ("parameters", "source"),
    [
        ({"sampling": "hour"}, "hours"),
        ({"sampling": "day"}, "hours"),
        ({"sampling": "week"}, "hours"),
        ({"sampling": "month"}, "hours"),
        ({"sampling": "day", "time_zone": "Asia/Tokyo"}, "hours"),
        ({"sampling": "day", "dst_country_id": "380"}, "country_hours"),
    ],
    ids=str,
)
def test_explain_shows_that_a_dashboard_reads_the_sums(
    projections, customer, account, rows, parameters, source
):
    make_loader().insert(rows)
    whole = {"from_time": "2026-05-30T22:00:00Z", **parameters}
    assert read_by(customer, account, **whole) == {source}


@pytest.mark.parametrize(
    "parameters",
    [{"sampling": "minute"}, {"sampling": "day", "duration_gt": "5"}],
    ids=str,
)
def test_other_questions_read_the_cdrs(projections, customer, account, rows, parameters):
    make_loader().insert(rows)
    assert read_by(customer, account, **parameters) == {"origination_cdr"}


@pytest.mark.parametrize("country", [None, "380"], ids=str)
@pytest.mark.parametrize(
    "end", [None, "2026-06-02T10:59:59.999999Z", "2026-06-02T11:20:00Z"], ids=str
)
def test_ragged_ranges_are_exact(projections, both, rows, country, end):
    make_loader().insert(rows)
    for sampling in ("hour", "day", "week", "month"):
        both(sampling=sampling, dst_country_id=country, to_time=end)


def test_they_are_exact_after_deletes_and_imports_again(projections, both, rows):
    make_loader().insert(rows)
    before = both(sampling="day")
    cdrs = get_cdr_model().objects.filter(duration__gt=60)
    deleted = cdrs.count()
    cdrs.settings(mutations_sync=1).delete()
    assert both(sampling="day")["totals"]["total_calls"] < before["totals"]["total_calls"]
    assert make_loader().insert(rows) == deleted
    assert both(sampling="day") == before


def test_a_lightweight_delete_leaves_them_exact(projections, both, rows):
    make_loader().insert(rows)
    with connections["cdrs"].cursor() as cursor:
        cursor.execute("DELETE FROM origination_cdr WHERE duration = 0")
    assert both(sampling="day")["totals"]["failed_calls"] == 0


def test_one_cdr_that_two_importers_wrote_is_one_again_after_a_merge(projections, both, rows):
    make_loader().insert(rows)
    before = both(sampling="day")
    make_loader().insert_new(rows[:500])
    with connections["cdrs"].cursor() as cursor:
        cursor.execute("OPTIMIZE TABLE origination_cdr FINAL")
    assert both(sampling="day") == before


def test_cdrs_from_before_the_command_are_in_the_sums(customer, account, both, rows):
    make_loader().insert(rows)
    before = both(sampling="day")
    call_command("clickhouse_projections")
    try:
        assert "hours" in read_by(customer, account, sampling="day")
        assert both(sampling="day") == before
    finally:
        call_command("clickhouse_projections", "--drop")


@configured(USE_CUSTOMER_DURATION=True)
def test_billed_duration_is_in_the_sums(projections, customer, account, both, rows):
    make_loader().insert(rows)
    assert both(sampling="day")["totals"]["total_calls"] > 0
    assert "hours" in read_by(customer, account, sampling="day")
