"""The dialect of a YETI web server: what its clients rely on, and nothing else changed."""

from datetime import UTC, datetime, timedelta
from http.cookies import Morsel

import pytest
from django.core.cache import cache
from django.db import connections, router
from django.test import Client
from django.test.utils import CaptureQueriesContext

from origination.authentication import issue_token
from origination.dialects import DIALECTS
from origination.metrics import COLUMNS, PRICE_UNIT, Sums
from origination.models import get_cdr_model

from .client import AUTH_URL, FROM, URL, ask, configured
from .factories import AccountFactory, CDRFactory, UserFactory

COOKIE = "_yeti_customer_v1_session"
YETI = DIALECTS["yeti"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _yeti():
    cache.clear()
    with configured(DIALECT="yeti"):
        yield


@pytest.fixture
def customer():
    user = UserFactory()
    user.set_password("correct horse")
    user.save()
    return user


@pytest.fixture
def account(customer):
    return AccountFactory(users=[customer])


def column(name, successful=0, calls=1, seconds=0, price=0):
    return YETI.columns[name](Sums([calls], [successful], [seconds], [price]))[0]


@pytest.mark.parametrize(
    ("successful", "calls", "expected"),
    [(155, 180, 86.1), (2, 3, 66.7), (57, 100, 57.0), (1, 16, 6.2), (3, 16, 18.8), (0, 0, None)],
)
def test_asr_is_the_ratio_of_three_places_as_a_percentage(successful, calls, expected):
    assert column("asr", successful, calls) == expected


@pytest.mark.parametrize(
    ("name", "sums", "expected"),
    [
        ("acd", {"seconds": 45015, "successful": 155, "calls": 180}, 290.42),
        ("acd", {"seconds": 0, "successful": 0}, None),
        ("total_duration", {"seconds": 45015}, 750.25),
        ("total_price", {"price": 65_750 * PRICE_UNIT // 1000}, 65.75),
        ("total_price", {}, 0.0),
    ],
)
def test_other_columns_are_numbers_and_acd_is_seconds(name, sums, expected):
    value = column(name, **sums)
    assert value == expected
    assert not isinstance(value, str)


def test_the_columns_are_the_same_ones_in_the_same_order():
    assert list(YETI.columns) == list(COLUMNS)


def test_rows_and_totals_are_numbers(customer, account):
    CDRFactory.create_batch(2, account=account, duration=90)
    CDRFactory(account=account, duration=0)
    body = ask(customer, account).json()
    assert body["totals"] == {
        "t": 0,
        "total_calls": 3,
        "successful_calls": 2,
        "failed_calls": 1,
        "total_duration": 3.0,
        "acd": 90.0,
        "asr": 66.7,
        "total_price": 1.5,
    }
    assert {name: [value] for name, value in body["totals"].items()} | {
        "t": body["data"]["t"]
    } == body["data"]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        (None, datetime(2026, 6, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 6, 6, 22, tzinfo=UTC)),
    ],
)
def test_weeks_begin_on_sunday(customer, account, zone, start):
    for day in (7, 8, 13):
        CDRFactory(account=account, time_start=datetime(2026, 6, day, 12, tzinfo=UTC))
    answer = ask(customer, account, from_time="2026-06-01", sampling="week", time_zone=zone)
    assert answer.json()["data"]["t"] == [start.timestamp()]
    assert answer.json()["data"]["total_calls"] == [3]


def test_a_future_start_is_an_empty_list_without_a_query(customer, account):
    model = get_cdr_model()
    start = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with CaptureQueriesContext(connections[router.db_for_read(model)]) as queries:
        response = ask(customer, account, from_time=start)
    assert (response.status_code, response.content) == (200, b"[]")
    assert not [q for q in queries if model._meta.db_table in q["sql"]]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "invalid"}, {"Cookie": f"{COOKIE}=x"}])
def test_a_401_has_no_body(headers):
    response = Client(headers=headers).get(URL)
    assert (response.status_code, response.content) == (401, b"")
    assert COOKIE not in response.cookies


def test_errors_are_the_same(customer):
    response = ask(customer, from_time=None, sampling=None)
    assert response.json() == {"error": "missing required param(s) account-id, from-time, sampling"}


def with_cookie(token):
    client = Client()
    client.cookies[COOKIE] = token
    return client


def query(account):
    return {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}


def assert_renewed(cookie: Morsel):
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == 3600


@pytest.mark.parametrize("status", [200, 400], ids=["answer", "error"])
def test_the_cookie_stands_for_the_header_and_is_renewed(customer, account, status):
    client = with_cookie(issue_token(customer))
    parameters = query(account) if status == 200 else {}
    response = client.get(URL, parameters)
    assert response.status_code == status
    assert_renewed(response.cookies[COOKIE])
    assert with_cookie(response.cookies[COOKIE].value).get(URL, query(account)).status_code == 200


def test_over_tls_the_cookie_stays_there(customer, account):
    response = with_cookie(issue_token(customer)).get(URL, query(account), secure=True)
    assert response.cookies[COOKIE]["secure"]


def test_a_header_gets_no_cookie_and_a_bad_one_is_not_helped_by_one(customer, account):
    assert COOKIE not in ask(customer, account).cookies
    client = with_cookie(issue_token(customer))
    response = client.get(URL, query(account), headers={"Authorization": "invalid"})
    assert response.status_code == 401


def test_without_the_dialect_the_cookie_is_nothing(customer, account):
    with configured(DIALECT="published"):
        response = with_cookie(issue_token(customer)).get(URL, query(account))
    assert (response.status_code, response.json()) == (401, {"error": "invalid token"})


def log_in(password="correct horse", login=None, **more):
    credentials = {"login": login, "password": password, **more}
    return Client().post(AUTH_URL, {"auth": credentials}, content_type="application/json")


@pytest.mark.parametrize("wanted", [True, "true"])
def test_credentials_give_the_cookie_where_it_is_asked_for(customer, account, wanted):
    response = log_in(login=customer.get_username(), cookie_auth=wanted)
    assert (response.status_code, response.content) == (201, b"")
    assert_renewed(response.cookies[COOKIE])
    assert with_cookie(response.cookies[COOKIE].value).get(URL, query(account)).status_code == 200


def test_credentials_give_a_token_otherwise(customer):
    response = log_in(login=customer.get_username())
    assert set(response.json()) == {"jwt"}
    assert COOKIE not in response.cookies


def test_wrong_credentials_are_a_json_api_error(customer):
    response = log_in("wrong", customer.get_username())
    assert response.status_code == 401
    assert response.json()["errors"][0]["status"] == "401"


def test_a_session_is_known_and_can_be_ended(customer):
    client = with_cookie(issue_token(customer))
    alive = client.get(AUTH_URL)
    assert (alive.status_code, alive.content) == (200, b"")
    assert_renewed(alive.cookies[COOKIE])
    ended = client.delete(AUTH_URL)
    assert (ended.status_code, ended.content) == (204, b"")
    assert ended.cookies[COOKIE]["max-age"] == 0
    assert Client().get(AUTH_URL).status_code == 401


@pytest.mark.parametrize("method", ["get", "delete"])
def test_sessions_are_of_the_dialect_alone(method):
    with configured(DIALECT="published"):
        assert getattr(Client(), method)(AUTH_URL).status_code == 405
