"""SQL that is compiled once: whose values it has."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from origination.models import get_account_model, get_cdr_model
from origination.statistics import planner
from origination.statistics.statements import Kept, Parameter, Statement
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

pytestmark = pytest.mark.django_db

CDR = get_cdr_model()
NOON = datetime(2026, 6, 11, 12, tzinfo=UTC)


def starting(cdrs):
    return cdrs.filter(time_start=Parameter("moment", CDR._meta.get_field("time_start")))


def test_a_statement_is_run_with_other_values_each_time():
    for second in range(3):
        CDRFactory(time_start=NOON.replace(second=second), duration=second)
    statement = Statement.of(starting(CDR.objects.values_list("duration")))
    found = [statement.rows({"moment": NOON.replace(second=n)}) for n in (2, 0, 1, 9)]
    assert [list(map(tuple, rows)) for rows in found] == [[(2,)], [(0,)], [(1,)], []]


def test_a_value_that_was_known_beforehand_stays():
    cdr = CDRFactory(time_start=NOON, duration=7)
    same = starting(CDR.objects.filter(duration=7).values_list("duration"))
    other = starting(CDR.objects.filter(duration=8).values_list("duration"))
    assert len(Statement.of(same).rows({"moment": cdr.time_start})) == 1
    assert Statement.of(other).rows({"moment": cdr.time_start}) == []


def test_rows_come_as_instances_with_the_types_of_the_model():
    account = AccountFactory()
    model = get_account_model()
    by_uuid = Parameter("uuid", model._meta.get_field("uuid"))
    statement = Statement.of(model._default_manager.filter(uuid=by_uuid))
    (found,) = statement.instances(model, {"uuid": account.uuid})
    assert (found, found.uuid) == (account, account.uuid)


def test_what_cannot_match_has_no_statement():
    assert Statement.of(CDR.objects.none()) is None


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["hour", "day"]), st.sampled_from([None, 1])),
        min_size=1,
        max_size=8,
    )
)
def test_customers_who_ask_alike_get_their_own_numbers(asked):
    customers = UserFactory.create_batch(3)
    accounts = [AccountFactory(users=[customer]) for customer in customers]
    for n, account in enumerate(accounts, 1):
        for _ in range(n):
            CDRFactory(account=account, time_start=NOON, duration=60 * n, dst_country_id=n)
    for n, sampling, country in asked:
        answer = ask(
            customers[n],
            accounts[n],
            from_time="2026-06-11T00:00:30Z",
            to_time="2026-06-12T07:30:00Z",
            sampling=sampling,
            dst_country_id=country,
        )
        calls = n + 1 if country in (None, n + 1) else 0
        totals = answer.json()["totals"]
        assert totals["total_calls"] == calls
        assert totals["total_duration"] == f"{float(calls * (n + 1)):.1f}"


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(planner, "KEPT", kept := Kept(1 << 20))
    return kept


@pytest.mark.parametrize("to_time", [None, "2026-06-12"], ids=["open", "ended"])
def test_what_is_kept_does_not_depend_on_the_range_or_the_zone(kept, to_time):
    account = AccountFactory(users=[customer := UserFactory()])
    for year in range(1970, 2026):
        for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"):
            question = {"from_time": f"{year}-01-01", "to_time": to_time, "time_zone": zone}
            assert ask(customer, account, sampling="day", **question).status_code == 200
    # One for each power of two of changes, by some of the sources.
    assert len(kept.found) <= 8 * 2
    assert kept.size == sum(size for _, size in kept.found.values())


def test_what_was_asked_for_the_longest_time_ago_is_forgotten_first():
    kept, made = Kept(100), []

    def get(key):
        return kept.get(key, lambda: made.append(key) or key, lambda found: 40)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert get(key) == key
    assert made == ["a", "b", "c", "b"]
    assert (kept.size, list(kept.found)) == (80, ["a", "b"])


def test_what_is_larger_than_all_that_may_be_kept_is_not_kept():
    kept = Kept(100)
    assert kept.get("a", lambda: "made", lambda found: 101) == "made"
    assert (kept.size, len(kept.found)) == (0, 0)


def test_the_size_of_a_statement_is_that_of_its_text_and_its_values():
    few, many = (CDR.objects.filter(duration__in=range(n)).values_list("duration") for n in (1, 99))
    sizes = [Statement.of(query).size for query in (few, many)]
    assert sizes[1] - sizes[0] > 98 * len(", %s")
