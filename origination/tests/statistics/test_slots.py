"""Slots are locks of other connections, as of other workers."""

from contextlib import nullcontext
from functools import partial

import pytest
from django.db import DataError, connections, router, transaction

from origination.models import get_cdr_model
from origination.statistics.bounds import GROUPING
from origination.statistics.slots import slots, statement_in_slot
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import UserFactory

ALIAS = router.db_for_read(get_cdr_model()) or "default"
NEEDS_LOCKS = pytest.mark.skipif(
    connections[ALIAS].vendor != "postgresql", reason="slots are locks of PostgreSQL"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_worker():
    """A connection of its own; takes or frees the slots of a customer."""
    connection = connections[ALIAS].copy()

    def run(function, user, number):
        with connection.cursor() as cursor:
            sql = f"SELECT {function}(key) FROM UNNEST(%s::bigint[]) AS key"
            cursor.execute(sql, [slots(str(user.pk), number)])

    yield run
    connection.close()


# In a transaction of the site's, the query is not sent in one message with what comes before it.
AROUND = pytest.mark.parametrize(
    "around", [nullcontext, partial(transaction.atomic, using=ALIAS)], ids=["alone", "atomic"]
)


@NEEDS_LOCKS
@AROUND
@pytest.mark.django_db(transaction=True)
@configured(MAX_CONCURRENT=2)
def test_a_query_beyond_the_limit_is_429_until_another_one_ends(
    customer, account, other_worker, around
):
    other_worker("pg_advisory_lock", customer, 2)
    with around():
        response = ask(customer, account)
    assert (response.status_code, response["retry-after"]) == (429, "1")
    assert response.json() == {"error": "too many requests"}
    other_worker("pg_advisory_unlock", customer, 1)
    with around():
        assert ask(customer, account).status_code == 200


@NEEDS_LOCKS
@pytest.mark.django_db(transaction=True)
def test_unless_the_site_says_else_a_customer_has_four_queries_at_a_time(
    settings, customer, account, other_worker
):
    settings.ORIGINATION = {
        name: value
        for name, value in getattr(settings, "ORIGINATION", {}).items()
        if name != "MAX_CONCURRENT"
    }
    other_worker("pg_advisory_lock", customer, 3)
    assert ask(customer, account).status_code == 200
    other_worker("pg_advisory_lock", customer, 4)
    assert ask(customer, account).status_code == 429


@NEEDS_LOCKS
@AROUND
@pytest.mark.django_db(transaction=True)
@configured(MAX_CONCURRENT=1)
def test_a_slot_is_held_as_long_as_the_statement_runs(customer, around):
    held = (
        "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    )
    with connections[ALIAS].cursor() as cursor:
        with around(), statement_in_slot(ALIAS, str(customer.pk), GROUPING):
            cursor.execute(held)
            assert cursor.fetchone() == (1,)
        cursor.execute(held)
        assert cursor.fetchone() == (0,)


@NEEDS_LOCKS
@configured(MAX_CONCURRENT=1)
def test_an_error_of_the_statement_itself_is_no_refusal(customer):
    in_slot = statement_in_slot(ALIAS, str(customer.pk), GROUPING)
    with pytest.raises(DataError), transaction.atomic(using=ALIAS), in_slot:
        connections[ALIAS].cursor().execute("SELECT 1 / 0")


@NEEDS_LOCKS
@configured(MAX_CONCURRENT=1)
def test_a_customer_does_not_wait_for_another_one(customer, account, other_worker):
    other_worker("pg_advisory_lock", UserFactory(), 1)
    assert ask(customer, account).status_code == 200


@NEEDS_LOCKS
@configured(MAX_CONCURRENT=None)
def test_without_a_limit_nothing_is_taken(customer, account, other_worker):
    other_worker("pg_advisory_lock", customer, 1)
    assert ask(customer, account).status_code == 200


@configured(MAX_CONCURRENT=1)
def test_one_query_after_the_other_is_within_every_limit(customer, account):
    assert [ask(customer, account).status_code for _ in range(3)] == [200] * 3


def test_slots_differ_between_customers_and_in_number(customer):
    keys = [*slots(str(customer.pk), 3), *slots(str(UserFactory().pk), 3)]
    assert len(set(keys)) == 6
    assert all(-(2**63) <= key < 2**63 for key in keys)
