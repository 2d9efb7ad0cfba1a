from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connections, router, transaction

from origination.models import get_cdr_model
from origination.statistics import bounds
from origination.statistics.engines import postgresql
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import CDRFactory

pytestmark = pytest.mark.django_db

ALIAS = router.db_for_read(get_cdr_model()) or "default"
# Counts up to a number that no engine reaches in some seconds.
ENDLESS = (
    "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"
    if connections[ALIAS].vendor == "clickhouse"
    else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
    "SELECT COUNT(*) FROM n"
)


@pytest.mark.parametrize(
    ("sampling", "to", "expected"),
    [
        ("minute", "2026-06-11T00:59:59.999999Z", 200),
        ("minute", "2026-06-11T01:00:00Z", "use sampling 5minutes or coarser, or a shorter range"),
        ("hour", "2026-06-13T12:00:00Z", "use sampling day or coarser, or a shorter range"),
        ("day", "2026-08-10T00:00:00Z", "use sampling week or coarser, or a shorter range"),
        ("week", "2027-12-31", "use sampling month or coarser, or a shorter range"),
        ("month", "2031-06-01", "use a shorter range"),
        ("month", "2031-05-31", 200),
    ],
)
@configured(MAX_ROWS=60)
def test_a_range_of_too_many_buckets_names_the_sampling_that_fits(
    customer, account, sampling, to, expected
):
    response = ask(customer, account, from_time="2026-06-11", to_time=to, sampling=sampling)
    if expected == 200:
        assert response.status_code == 200
    else:
        assert response.status_code == 400
        assert response.json() == {"error": f"more than 60 rows: {expected}"}


@configured(MAX_ROWS=2)
def test_without_an_end_the_rows_that_come_are_counted(customer, account):
    for minute in range(2):
        CDRFactory(account=account, time_start=datetime(2026, 6, 11, 1, minute, tzinfo=UTC))
    assert ask(customer, account, from_time="2026-06-11").json()["rows"] == 2
    CDRFactory(account=account, time_start=datetime(2026, 6, 11, 1, 2, tzinfo=UTC))
    response = ask(customer, account, from_time="2026-06-11")
    assert response.status_code == 400
    assert response.json()["error"].startswith("more than 2 rows: ")


@configured(MAX_ROWS=None, QUERY_TIMEOUT=None)
def test_limits_can_be_lifted(customer, account):
    assert ask(customer, account, from_time="1970-01-01", to_time="2200-01-01").status_code == 200


@configured(QUERY_TIMEOUT=0.1)
def test_a_query_that_takes_too_long_is_given_up_and_the_connection_serves_on():
    connection = connections[ALIAS]
    with connection.cursor() as cursor:
        with pytest.raises(OperationalError), bounds.bounded_query(ALIAS):
            cursor.execute(ENDLESS)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@configured(QUERY_TIMEOUT=0.1)
def test_a_slow_answer_is_503_with_retry_after(customer, account, monkeypatch):
    def endless(*args):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(ENDLESS)

    monkeypatch.setattr("origination.statistics.answers.Grouping.answer", endless)
    response = ask(customer, account)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response.json() == {"error": "service unavailable, try again"}


@configured(QUERY_TIMEOUT=0.1)
def test_no_query_is_left_running():
    connection = connections[ALIAS]
    if connection.vendor != "postgresql":
        pytest.skip("SQLite runs in this process")
    observer = connection.copy()
    with connection.cursor() as cursor:
        with pytest.raises(OperationalError), bounds.bounded_query(ALIAS):
            cursor.execute(ENDLESS)
        with observer.cursor() as other:
            other.execute(
                "SELECT COUNT(*) FROM pg_stat_activity"
                " WHERE state = 'active' AND query LIKE 'WITH RECURSIVE n%'"
                " AND datname = current_database()"
            )
            assert other.fetchone() == (0,)
    observer.close()


def test_the_options_of_somebody_else_s_transaction_are_restored():
    if connections[ALIAS].vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    names = ["enable_sort", "statement_timeout"]
    with transaction.atomic(using=ALIAS):
        before = postgresql._configuration(connections[ALIAS], names)
        with bounds.bounded_query(ALIAS):
            assert postgresql._configuration(connections[ALIAS], names) != before
        assert postgresql._configuration(connections[ALIAS], names) == before


@pytest.mark.django_db(transaction=True)
@configured(QUERY_TIMEOUT=0.1)
def test_a_statement_of_its_own_is_bounded_by_itself():
    connection = connections[ALIAS]
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    names = ["enable_sort", "statement_timeout"]
    with connection.cursor() as cursor:
        with bounds.bounded_statement(ALIAS, bounds.GROUPING):
            cursor.execute("SELECT current_setting(%s), current_setting(%s), '100 %%'", names)
        assert cursor.fetchall() == [("off", "100ms", "100 %")]
        with pytest.raises(OperationalError), bounds.bounded_statement(ALIAS):
            cursor.execute(ENDLESS)
    assert postgresql._configuration(connection, names) == {
        "enable_sort": "on",
        "statement_timeout": "0",
    }


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_the_same_in_a_transaction_and_in_none(customer, account):
    CDRFactory(account=account, time_start=datetime(2026, 6, 11, 16, tzinfo=UTC), duration=30)
    alone = ask(customer, account)
    assert alone.json()["totals"]["total_calls"] == 1
    with transaction.atomic(using=ALIAS):
        assert ask(customer, account).content == alone.content
    with configured(MAX_CONCURRENT=1):
        assert ask(customer, account).content == alone.content


def test_another_engine_is_not_bounded_but_served(monkeypatch):
    monkeypatch.setattr(bounds, "connections", {ALIAS: SimpleNamespace(vendor="other")})
    with bounds.bounded_query(ALIAS):
        pass
