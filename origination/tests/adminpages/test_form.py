"""The numbers of the statistics page, and the way from a bucket to its calls."""

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from origination.api.filters import has_field
from origination.models import get_cdr_model
from origination.statistics.sampling import SAMPLINGS
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory
from origination.tests.support.operators import operator, page

pytestmark = pytest.mark.django_db

CDR = get_cdr_model()
# Calls on both sides of the starts of minutes, hours, days, weeks and months.
EDGES = [
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 6, 8, tzinfo=UTC),
    datetime(2026, 6, 9, 15, 5, tzinfo=UTC),
    datetime(2026, 6, 9, 16, 15, tzinfo=UTC),
    datetime(2026, 7, 1, tzinfo=UTC),
]
TICK = timedelta(microseconds=1)
RANGES = {
    "whole": {"from-time": "2026-05-01", "to-time": "2026-07-31T23:59:59.999999Z"},
    "without an end": {"from-time": "2026-05-01"},
    "cutting buckets": {"from-time": "2026-05-31T23:59:59.999999Z", "to-time": "2026-07-01"},
    "inside of a minute": {
        "from-time": "2026-06-09T15:05:00.000001Z", "to-time": "2026-06-09T15:05:00.000001Z"},
}  # fmt: skip


@pytest.fixture
def client():
    return operator("view")


@pytest.fixture
def account():
    account = AccountFactory()
    calls = [edge + n * TICK for edge in EDGES for n in (-1, 0, 1)]
    CDR.objects.bulk_create(
        CDRFactory.build(account=account, time_start=moment, duration=n % 3, is_last_cdr=last)
        for n, moment in enumerate(calls)
        for last in (True, False)
    )
    CDRFactory(time_start=EDGES[0])
    return account


def follow(client, question, start):
    """The list that a bucket leads to."""
    bucket = datetime.fromtimestamp(start, UTC).isoformat().replace("+00:00", "Z")
    response = client.get(page("bucket"), {**question, "bucket": bucket})
    assert response.status_code == 302
    return client.get(response["Location"]).context["cl"]


def numbers(client, question):
    return client.get(page("data"), question).json()["data"]


@configured(MAX_ROWS=None)
@pytest.mark.parametrize("range_", RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_bucket_leads_to_exactly_the_calls_that_it_counts(client, account, sampling, range_):
    question = {"account-id": str(account.uuid), "sampling": sampling, **range_}
    data = numbers(client, question)
    assert data["t"]
    for start, calls in zip(data["t"], data["total_calls"], strict=True):
        cl = follow(client, question, start)
        assert cl.result_count == len(cl.result_list) == calls


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("sampling", ["day", "week", "month"])
def test_so_does_a_bucket_of_another_zone(client, account, sampling, zone):
    question = {"account-id": str(account.uuid), "sampling": sampling, "time-zone": zone}
    question |= RANGES["whole"]
    data = numbers(client, question)
    for start, calls in zip(data["t"], data["total_calls"], strict=True):
        assert follow(client, question, start).result_count == calls


FILTERED = {
    "outcome": "failed", "duration-gt": "1", "dst-prefix-routing-contains": "1",
    "customer-price-lt": "9", "disconnect-code": "200", "orig-call-id": "a@b",
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERED)
def test_the_filters_of_the_page_are_those_of_the_list(client, name):
    fields = {"dst_prefix_routing": "41", "disconnect_code": 200, "orig_call_id": "a@b"}
    account = CDRFactory(time_start=EDGES[2], duration=0, **fields).account
    CDRFactory(time_start=EDGES[2], duration=5, account=account, **fields)
    CDRFactory(time_start=EDGES[2], duration=5, account=account, customer_price=10)
    question = {"account-id": str(account.uuid), "sampling": "day", **RANGES["whole"]}
    question |= {name: FILTERED[name]}
    data = numbers(client, question)
    [calls] = data["total_calls"]
    assert 1 <= calls < 3
    assert follow(client, question, data["t"][0]).result_count == calls


def test_the_numbers_are_those_of_the_endpoint_for_an_account_that_is_not_the_operator_s(client):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(3, account=account, duration=75)
    asked = ask(customer, account, sampling="day")
    question = {"account-id": str(account.uuid), "from-time": "2026-06-11T15:40:07Z"}
    answer = client.get(page("data"), {**question, "sampling": "day"})
    assert answer.content == asked.content
    assert answer.json()["totals"]["total_calls"] == 3


@configured(DIALECT="yeti")
def test_operators_get_the_published_columns_in_every_dialect(client, account):
    question = {"account-id": str(account.uuid), "sampling": "month", **RANGES["whole"]}
    assert isinstance(numbers(client, question)["total_duration"][0], str)


@configured(MAX_ROWS=10)
def test_the_limit_of_rows_is_that_of_the_endpoint(client, account):
    question = {"account-id": str(account.uuid), "sampling": "minute", **RANGES["whole"]}
    response = client.get(page("data"), question)
    assert response.status_code == 400
    assert response.json()["error"].startswith("more than 10 rows: use sampling month or coarser")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"bucket": ""}, "missing required param(s) bucket"),
        ({"bucket": "soon"}, "invalid value bucket"),
        ({"account-id": str(uuid.UUID(int=3))}, "invalid value account-id"),
        ({"sampling": "year"}, "invalid sampling"),
    ],
    ids=["no bucket", "no time", "no account", "no sampling"],
)
def test_a_bucket_that_makes_no_sense_is_400(client, account, changes, error):
    question = {"account-id": str(account.uuid), "sampling": "day", **RANGES["whole"]}
    response = client.get(page("bucket"), {**question, "bucket": "2026-06-01", **changes})
    assert (response.status_code, response.content.decode()) == (400, error)


def test_a_filter_travels_to_the_list_and_the_sampling_does_not(client, account):
    question = {"account-id": str(account.uuid), "sampling": "day", "duration-gt": "1"}
    question |= {**RANGES["whole"], "bucket": "2026-06-01"}
    query = parse_qs(urlsplit(client.get(page("bucket"), question)["Location"]).query)
    expected = {
        "account-id": [str(account.uuid)],
        "duration-gt": ["1"],
        "from-time": ["2026-06-01T00:00:00Z"],
        "to-time": ["2026-06-01T23:59:59.999999Z"],
    }
    if has_field(CDR, "is_last_cdr"):
        expected["is-last-cdr"] = ["true"]
    assert query == expected


def test_accounts_are_searched_by_text_and_by_uuid(client):
    first, second = AccountFactory(name="Harbour Voice"), AccountFactory(name="Seaside")
    assert search(client, "harb") == [str(first.uuid)]
    assert search(client, str(second.uuid)) == [str(second.uuid)]
    assert search(client, "nobody") == search(client, "a\0") == []
    assert set(search(client, "")) == {str(first.uuid), str(second.uuid)}


def search(client, text):
    return [found["id"] for found in client.get(page("accounts"), {"search": text}).json()["data"]]


def test_a_customer_s_token_opens_nothing_here(account):
    from django.test import Client

    from origination.api.tokens import issue_token

    user = UserFactory()
    question = {"account-id": str(account.uuid), "sampling": "day", **RANGES["whole"]}
    headers = {"Authorization": issue_token(user)}
    response = Client().get(page("data"), question, headers=headers)
    assert (response.status_code, response.json()) == (403, {"error": "not allowed"})
    assert reverse("origination:statistics") != page("data")
