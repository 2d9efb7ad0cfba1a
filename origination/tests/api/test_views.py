# ruff: noqa: E501  tables read better in one line
import gc
import hashlib
import weakref
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import OperationalError, connections, router
from django.test import AsyncClient, Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from origination.api.filters import StatisticsFilterSet
from origination.api.tokens import issue_token
from origination.models import get_account_model, get_cdr_model
from origination.statistics.answers import Grouping
from origination.statistics.columns import columns_of
from origination.tests.support.client import FROM, URL, ask
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

pytestmark = pytest.mark.django_db

EMPTY = (
    '{"data":{"t":[],"total_calls":[],"successful_calls":[],"failed_calls":[],"total_duration":[],'
    '"acd":[],"asr":[],"total_price":[]},"rows":0,"totals":{"t":0,"total_calls":0,'
    '"successful_calls":0,"failed_calls":0,"total_duration":"0.0","acd":null,"asr":null,'
    '"total_price":"0.0"}}'
)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def cdr_queries():
    """Captured queries of the CDR database that read the CDR table."""
    model = get_cdr_model()
    with CaptureQueriesContext(connections[router.db_for_read(model)]) as context:
        yield lambda: [
            q["sql"] for q in context.captured_queries if f'"{model._meta.db_table}"' in q["sql"]
        ]


def test_a_request_runs_three_queries_user_account_and_cdrs(customer, account):
    CDRFactory.create_batch(3, account=account)
    # A process looks once at the columns that a host's table really has.
    columns_of(get_cdr_model())
    with ExitStack() as stack:
        captured = [
            stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections
        ]
        assert ask(customer, account).json()["totals"]["total_calls"] == 3
        queries = [q["sql"] for context in captured for q in context if ' FROM "' in q["sql"]]
    models = (get_user_model(), get_account_model(), get_cdr_model())
    assert len(queries) == len(models)
    for sql, model in zip(queries, models, strict=True):
        assert f' FROM "{model._meta.db_table}"' in sql


@pytest.mark.parametrize("start", [FROM, "2199-01-01"], ids=["no calls", "future"])
def test_nothing_found_is_the_empty_answer(customer, account, start):
    response = ask(customer, account, from_time=start)
    assert (response.status_code, response.content.decode()) == (200, EMPTY)


def test_the_headers_are_those_of_the_published_page(customer, account):
    response = ask(customer, account)
    assert response["content-type"] == "application/json; charset=utf-8"
    assert "Accept" in response["vary"]
    assert response["cache-control"] == "max-age=0, private, must-revalidate"
    assert response["etag"] == f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'


@pytest.mark.parametrize("name", ["If-Match", "If-Unmodified-Since"])
def test_conditions_of_writers_mean_nothing_to_a_reader(customer, account, name):
    value = '"x"' if name == "If-Match" else "Wed, 21 Oct 2015 07:28:00 GMT"
    response = ask(customer, account, headers={name: value})
    assert (response.status_code, response.json()["rows"]) == (200, 0)
    known = {"If-None-Match": response["etag"], name: value}
    assert ask(customer, account, headers=known).status_code == 304


def test_an_answer_the_client_already_has_is_304_without_a_body(customer, account):
    etag = ask(customer, account)["etag"]
    response = ask(customer, account, headers={"If-None-Match": etag})
    assert (response.status_code, response.content, response["etag"]) == (304, b"", etag)


@pytest.mark.parametrize("has_it", [True, False])
def test_of_many_answers_that_a_client_has_none_is_read(customer, account, has_it, monkeypatch):
    def read(text):
        assert len(text) < 100
        return [text] if text else []

    monkeypatch.setattr("django.utils.cache.parse_etags", read)
    known = ask(customer, account)["etag"]
    tags = ['W/"x"'] * 100_000 + [known] * has_it
    response = ask(customer, account, headers={"If-None-Match": ", ".join(tags)})
    assert response.status_code == (304 if has_it else 200)


def test_another_answer_than_the_client_has_is_200(customer, account):
    etag = ask(customer, account)["etag"]
    CDRFactory(account=account)
    assert ask(customer, account, headers={"If-None-Match": etag}).status_code == 200


# Codecs of Python's that are for no text, that know no text, that are slow, or that there are not.
CHARSETS = [
    "zlib",
    "hex",
    "rot13",
    "undefined",
    "punycode",
    "idna",
    "utf-16",
    "utf-7",
    "cp037",
    "x",
]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", ["statistics", "accounts"])
@pytest.mark.parametrize("more", [0, 2_000], ids=["", "too many parameters"])
def test_the_query_is_utf_8_whatever_charset_a_body_would_have(
    customer, account, name, charset, more
):
    CDRFactory(account=account, src_prefix_routing="ü49")
    query = {"account-id": account.uuid, "from-time": FROM, "sampling": "day"}
    query |= {"src-prefix-routing-starts-with": "ü", **{f"x{n}": "" for n in range(more)}}
    headers = {"Authorization": issue_token(customer)}
    url = reverse(f"origination:{name}")
    expected = Client().get(url, query, headers=headers)
    kind = f"x/y; charset={charset}"
    response = Client().get(url, query, headers=headers, CONTENT_TYPE=kind)
    assert (response.status_code, response.content) == (expected.status_code, expected.content)
    assert response.status_code == 200 or more


@pytest.mark.parametrize(
    "kind", ["x/y; charset=zlib", "x/y; a*=nope''%41", "x/y; a*=idna''%41", "x/y" + ";" * 60_000]
)
def test_so_it_is_for_a_server_of_asgi(kind):
    get = async_to_sync(AsyncClient().get)
    response = get(str(URL), {"a": "ü"}, headers={"Content-Type": kind})
    assert (response.status_code, response.json()) == (401, {"error": "invalid token"})


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/vnd.api+json", "application/json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("rubbish;;;,", "application/json"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.9, application/json;q=0.1", "text/csv"),
        ("application/json, text/csv;q=0.5", "application/json"),
    ],
)
def test_accept_chooses_csv_or_json_and_never_406(customer, account, accept, content_type):
    response = ask(customer, account, headers={"Accept": accept})
    assert response.status_code == 200
    assert response["content-type"] == f"{content_type}; charset=utf-8"


def test_csv_has_a_line_per_bucket_and_no_totals(customer, account):
    CDRFactory(account=account, duration=0)
    response = ask(customer, account, headers={"Accept": "text/csv"})
    assert response.content.decode().splitlines() == [
        "t,total_calls,successful_calls,failed_calls,total_duration,acd,asr,total_price",
        "1781192400,1,0,1,0.0,,0.0,0.5",
    ]


def test_a_request_runs_one_query_over_the_cdrs(customer, account, cdr_queries):
    CDRFactory.create_batch(3, account=account)
    assert ask(customer, account).json()["totals"]["total_calls"] == 3
    assert len(cdr_queries()) == 1 + 3  # the request, and an INSERT for each call


def test_only_the_last_cdr_of_a_call_counts(customer, account):
    CDRFactory(account=account, is_last_cdr=False)
    assert ask(customer, account).content.decode() == EMPTY


@pytest.mark.parametrize(
    ("to_time", "calls"),
    [(None, 2), ("2026-06-11T15:40:07Z", 1), ("2026-06-11T15:40:06Z", 0)],
    ids=["open", "inclusive", "before"],
)
def test_the_range_includes_both_its_ends(customer, account, to_time, calls):
    CDRFactory(account=account)
    CDRFactory(account=account, time_start=datetime(2026, 6, 11, 15, 40, 8, tzinfo=UTC))
    assert ask(customer, account, to_time=to_time).json()["totals"]["total_calls"] == calls


@pytest.mark.parametrize(
    "start",
    [
        "2026-06-11 15:40:07",
        "2026-06-11T17:40:07+02:00",
        "2026-06-11T17:40:07 02:00",
        "2026-06-11T08:40:07-0700",
        "2026-06-11T15:40:07.000Z",
        "2026-06-11",
    ],
)
def test_times_are_read_in_every_accepted_form(customer, account, start):
    CDRFactory(account=account)
    assert ask(customer, account, from_time=start).json()["totals"]["total_calls"] == 1


FILTERS = {
    "src-country-id": ({"src_country_id": 7}, {"src_country_id": 8}, "7"),
    "dst-country-id": ({"dst_country_id": 7}, {"dst_country_id": None}, "7"),
    "duration-eq": ({"duration": 9}, {"duration": 10}, "9"),
    "duration-gt": ({"duration": 10}, {"duration": 9}, "9"),
    "duration-lt": ({"duration": 8}, {"duration": 9}, "9"),
    "customer-price-eq": ({"customer_price": "0.1"}, {"customer_price": "0.100001"}, "0.10"),
    "customer-price-gt": ({"customer_price": "0.100001"}, {"customer_price": "0.1"}, "0.1000001"),
    "customer-price-lt": ({"customer_price": "0.1"}, {"customer_price": "0.100001"}, "1.000001e-1"),
    "auth-orig-ip": ({"auth_orig_ip": "2001:db8::1"}, {"auth_orig_ip": "10.0.0.1"}, "2001:DB8:0::1"),
} | {
    f"{side}-prefix-routing-{lookup}": ({f"{side}_prefix_routing": a}, {f"{side}_prefix_routing": b}, v)
    for side in ("src", "dst")
    for lookup, a, b, v in [
        ("eq", "49aB", "49ab", "49aB"),
        ("starts-with", "4%_\\9", "4xx\\9", "4%_\\"),
        ("ends-with", "49aB", "49ab", "aB"),
        ("contains", "49AbC", "49acb", "aB"),
    ]
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_keeps_only_what_it_names(customer, account, name):
    kept, dropped, value = FILTERS[name]
    CDRFactory(account=account, **kept)
    CDRFactory(account=account, **dropped)
    assert ask(customer, account).json()["totals"]["total_calls"] == 2
    assert ask(customer, account, **{name: value}).json()["totals"]["total_calls"] == 1


def test_every_documented_parameter_has_a_filter():
    page = set(FILTERS) | {"account-id", "from-time", "sampling", "to-time"}
    ours = {"time-zone", "fill-gaps", "format"}
    assert set(StatisticsFilterSet.base_filters) == page | ours
    assert len(page) == 21


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"account-id": None, "from-time": None, "sampling": None},
         "missing required param(s) account-id, from-time, sampling"),
        ({"from-time": ""}, "missing required param(s) from-time"),
        ({"account-id": "nonsense", "sampling": "x"}, "invalid value account-id"),
        ({"account-id": "00000000-0000-0000-0000-000000000000"}, "invalid value account-id"),
        ({"from-time": "yesterday"}, "invalid value from-time"),
        ({"from-time": "0001-01-01T00:00:00+14:00"}, "invalid value from-time"),
        ({"from-time": "9999-12-31T23:59:59-14:00"}, "invalid value from-time"),
        ({"from-time": "2026-02-30"}, "invalid value from-time"),
        ({"from-time": "٢٠٢٦-06-11"}, "invalid value from-time"),
        ({"sampling": "year"}, "invalid sampling"),
        ({"to-time": "x"}, "invalid value to-time"),
        ({"src-country-id": "-1"}, "invalid value src-country-id"),
        ({"dst-country-id": "2147483648"}, "invalid value dst-country-id"),
        ({"dst-country-id": "1.0"}, "invalid value dst-country-id"),
        ({"duration-gt": "1_0"}, "invalid value duration-gt"),
        ({"duration-eq": "9" * 1_000_000}, "invalid value duration-eq"),
        ({"auth-orig-ip": "10.0.0.256"}, "invalid value auth-orig-ip"),
        ({"auth-orig-ip": "fe80::1%eth0"}, "invalid value auth-orig-ip"),
        ({"customer-price-eq": "NaN"}, "invalid value customer-price-eq"),
        ({"customer-price-gt": "Infinity"}, "invalid value customer-price-gt"),
        ({"customer-price-lt": "1e400"}, "invalid value customer-price-lt"),
        ({"customer-price-lt": "-1e999999"}, "invalid value customer-price-lt"),
        ({"customer-price-eq": "1000000000000"}, "invalid value customer-price-eq"),
        ({"src-prefix-routing-eq": "4\x009"}, "invalid value src-prefix-routing-eq"),
        ({"dst-prefix-routing-contains": "4" * 1_000_000},
         "invalid value dst-prefix-routing-contains"),
        ({"duration-gt": ["1", "2"]}, "param duration-gt can't be an array"),
        ({"duration-gt[]": "1"}, "param duration-gt can't be an array"),
        ({"account-id[]": "x"}, "param account-id can't be an array"),
    ],
    ids=lambda value: repr(value)[:60],
)  # fmt: skip
def test_a_bad_request_is_400_with_its_line_and_no_cdr_query(
    customer, account, cdr_queries, parameters, error
):
    response = ask(customer, account, **parameters)
    assert (response.status_code, response.json()) == (400, {"error": error})
    assert response["content-type"] == "application/json; charset=utf-8"
    assert cdr_queries() == []


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%ff", "%00"], ids=["surrogate", "latin", "nul"])
def test_bytes_that_are_no_text_are_400(customer, account, raw):
    query = f"account-id={account.uuid}&from-time={FROM}&sampling=day&src-prefix-routing-eq={raw}"
    response = Client().get(f"{URL}?{query}", headers={"Authorization": issue_token(customer)})
    assert response.json() == {"error": "invalid value src-prefix-routing-eq"}


def test_a_thousand_parameters_are_400_not_a_page(customer, account):
    response = ask(customer, account, **{f"x{i}": "1" for i in range(1100)})
    assert response.status_code == 400
    assert set(response.json()) == {"error"}


def test_a_foreign_account_is_answered_as_an_unknown_one(customer, account, cdr_queries):
    foreign = AccountFactory(users=[UserFactory()])
    response = ask(customer, foreign)
    assert (response.status_code, response.json()) == (400, {"error": "invalid value account-id"})
    assert cdr_queries() == []


def test_unknown_parameters_and_empty_values_are_ignored(customer, account):
    assert (
        ask(customer, account, **{"page": "2", "duration-gt": "", "format": "xml"}).status_code
        == 200
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_another_method_is_405_with_allow(customer, method):
    response = getattr(Client(), method)(URL, headers={"Authorization": issue_token(customer)})
    assert (response.status_code, response["allow"]) == (405, "GET, HEAD")
    assert response.json() == {"error": "method not allowed"}


def test_head_has_the_headers_and_no_body(customer, account):
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    response = Client().head(URL, query, headers={"Authorization": issue_token(customer)})
    assert (response.status_code, response.content) == (200, b"")
    assert response["etag"]


def test_a_database_that_does_not_answer_is_503_with_retry_after(customer, account, monkeypatch):
    def down(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr(Grouping, "answer", down)
    response = ask(customer, account)
    assert (response.status_code, response["retry-after"]) == (503, "5")
    assert set(response.json()) == {"error"}


def test_totals_come_from_the_unrounded_sums(customer, account):
    for minute in range(3):
        start = datetime(2026, 6, 11, 16, minute, tzinfo=UTC) + timedelta(microseconds=999_999)
        CDRFactory(account=account, time_start=start, customer_price=Decimal("0.335"), duration=1)
    body = ask(customer, account).json()
    assert body["data"]["total_price"] == ["0.34"] * 3
    assert body["totals"]["total_price"] == "1.01"
    assert body["totals"]["total_duration"] == "0.05"


def test_a_database_that_does_not_answer_is_one_line_in_the_log(
    customer, account, monkeypatch, caplog
):
    def down(*args):
        raise OperationalError("connection refused\nIs the server running?\n")

    monkeypatch.setattr(Grouping, "answer", down)
    ask(customer, account)
    (record,) = (r for r in caplog.records if r.name == "origination.api.errors")
    assert record.getMessage().endswith("connection refused Is the server running?")
    assert record.exc_info is None


def test_no_customer_learns_anything_of_any_other_s_account(cdr_queries):
    customers = UserFactory.create_batch(5)
    accounts = {
        customer: AccountFactory.create_batch(2, users=[customer]) for customer in customers
    }
    answers = {
        (response.status_code, response.content, tuple(sorted(set(response.headers))))
        for customer in customers
        for owner, owned in accounts.items()
        for account in ([*owned, AccountFactory.build()] if owner != customer else [])
        for response in [ask(customer, account)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[:2] == (400, b'{"error":"invalid value account-id"}')
    assert cdr_queries() == []


def test_an_answer_is_freed_without_the_garbage_collector(customer, account):
    # One of megabytes each would else wait for it.
    token = {"Authorization": issue_token(customer)}
    query = {"account-id": account.uuid, "from-time": FROM, "sampling": "minute"}
    request = RequestFactory(headers=token).get(URL, query)
    gc.disable()
    try:
        response = resolve(request.path).func(request)
        assert response.status_code == 200
        alive = weakref.ref(response)
        del response
        assert alive() is None
    finally:
        gc.enable()
