"""The dialect of a YETI web server: what its clients rely on, and nothing else changed."""

from datetime import UTC, datetime, timedelta
from http.cookies import Morsel

import jwt
import pytest
from django.core.cache import cache
from django.db import connections, router
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from origination import conf
from origination.api.dialects import DIALECTS
from origination.api.tokens import issue_token
from origination.models import get_cdr_model
from origination.statistics.metrics import COLUMNS, PRICE_UNIT, Sums
from origination.tests.support.client import AUTH_URL, FROM, URL, ask, configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

COOKIE = "_yeti_customer_v1_session"
YETI = DIALECTS["yeti"]
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _yeti():
    cache.clear()
    with configured(DIALECT="yeti"), override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture
def customer():
    return UserFactory(password="correct horse")


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
        # What ClickHouse makes of ties, some of which binary floats tip over.
        ("acd", {"seconds": 2321, "successful": 8}, 290.12),
        ("acd", {"seconds": 2323, "successful": 8}, 290.38),
        ("acd", {"seconds": 203, "successful": 200}, 1.01),
        ("acd", {"seconds": 41, "successful": 40}, 1.02),
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


def session(customer):
    """The cookie of a log-in."""
    return log_in(login=customer.get_username(), cookie_auth=True).cookies[COOKIE].value


def test_the_cookie_stands_for_the_header_and_is_renewed(customer, account):
    response = with_cookie(session(customer)).get(URL, query(account))
    assert response.status_code == 200
    assert_renewed(response.cookies[COOKIE])
    assert with_cookie(response.cookies[COOKIE].value).get(URL, query(account)).status_code == 200


def test_over_tls_the_cookie_stays_there(customer, account):
    response = with_cookie(session(customer)).get(URL, query(account), secure=True)
    assert response.cookies[COOKIE]["secure"]


def test_a_header_gets_no_cookie_and_a_bad_one_is_not_helped_by_one(customer, account):
    assert COOKIE not in ask(customer, account).cookies
    client = with_cookie(session(customer))
    response = client.get(URL, query(account), headers={"Authorization": "invalid"})
    assert response.status_code == 401


def test_without_the_dialect_the_cookie_is_nothing(customer, account):
    cookie = session(customer)
    with configured(DIALECT="published"):
        response = with_cookie(cookie).get(URL, query(account))
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
    client = with_cookie(session(customer))
    alive = client.get(AUTH_URL)
    assert (alive.status_code, alive.json()) == (200, {"allow-rec": False})
    assert_renewed(alive.cookies[COOKIE])
    ended = client.delete(AUTH_URL)
    assert (ended.status_code, ended.content) == (204, b"")
    assert Client().get(AUTH_URL).status_code == 401


@pytest.mark.parametrize("method", ["get", "delete"])
def test_sessions_are_of_the_dialect_alone(method):
    with configured(DIALECT="published"):
        assert getattr(Client(), method)(AUTH_URL).status_code == 405


# What the original's own request tests ask, of both dialects where nothing else is said.
BOTH = pytest.mark.parametrize("dialect", DIALECTS)
NUMBERS = ("eq", "starts-with", "ends-with", "contains")
EVERY_FILTER = {
    "to-time": "2026-06-12T00:00:00Z",
    "src-country-id": "123",
    "dst-country-id": "456",
    **{f"src-prefix-routing-{lookup}": "111" for lookup in NUMBERS},
    **{f"dst-prefix-routing-{lookup}": "211" for lookup in NUMBERS},
    "duration-eq": "10",
    "duration-gt": "9",
    "duration-lt": "11",
    "auth-orig-ip": "192.168.11.22",
    "customer-price-eq": "5.55",
    "customer-price-gt": "5.54",
    "customer-price-lt": "5.56",
}


@BOTH
def test_every_parameter_at_once_finds_the_one_call(customer, account, dialect):
    call = CDRFactory(
        account=account,
        src_country_id=123,
        dst_country_id=456,
        src_prefix_routing="111",
        dst_prefix_routing="211",
        duration=10,
        auth_orig_ip="192.168.11.22",
        customer_price="5.55",
    )
    CDRFactory(account=account, time_start=call.time_start)
    with configured(DIALECT=dialect):
        body = ask(customer, account, **EVERY_FILTER).json()
    assert list(body) == ["data", "rows", "totals"]
    assert (body["rows"], body["totals"]["total_calls"]) == (1, 1)


REQUIRED = ("account-id", "from-time", "sampling")


@BOTH
@pytest.mark.parametrize("absent", [REQUIRED, REQUIRED[:1], REQUIRED[1:], REQUIRED[::2]], ids=str)
def test_what_is_absent_is_named_in_one_order(customer, account, dialect, absent):
    given = {name: value for name, value in query(account).items() if name not in absent}
    with configured(DIALECT=dialect):
        response = Client().get(URL, given, headers={"Authorization": issue_token(customer)})
    expected = {"error": f"missing required param(s) {', '.join(absent)}"}
    assert (response.status_code, response.json()) == (400, expected)


def no_call_is_read(ask_for):
    model = get_cdr_model()
    with CaptureQueriesContext(connections[router.db_for_read(model)]) as queries:
        response = ask_for()
    assert not [q for q in queries if model._meta.db_table in q["sql"]]
    return response


@BOTH
@pytest.mark.parametrize("whose", ["another customer", "nobody"])
@pytest.mark.parametrize("named", ["uuid", "pk"])
def test_an_account_of_somebody_else_is_an_invalid_value(customer, dialect, whose, named):
    users = [UserFactory()] if whose == "another customer" else []
    foreign = getattr(AccountFactory(users=users), named)
    with configured(DIALECT=dialect):
        response = no_call_is_read(lambda: ask(customer, **{"account-id": str(foreign)}))
    assert (response.status_code, response.json()) == (400, {"error": "invalid value account-id"})


@BOTH
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("from-time", "invalid", "invalid value from-time"),
        ("to-time", "invalid", "invalid value to-time"),
        ("sampling", "second", "invalid sampling"),
        ("duration-gt[]", "1", "param duration-gt can't be an array"),
        ("account-id[]", "1", "param account-id can't be an array"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(customer, account, dialect, name, value, error):
    with configured(DIALECT=dialect):
        response = no_call_is_read(lambda: ask(customer, account, **{name: value}))
    assert (response.status_code, response.json()) == (400, {"error": error})


@BOTH
def test_a_future_range_is_answered_by_the_dialect(customer, account, dialect):
    start = datetime.now(UTC) + timedelta(days=24)
    times = {"from_time": start.isoformat(), "to_time": (start + timedelta(days=1)).isoformat()}
    with configured(DIALECT=dialect):
        response = ask(customer, account, **times)
    assert response.status_code == 200
    body = response.json()
    assert body == [] if dialect == "yeti" else body["rows"] == 0


@BOTH
@pytest.mark.parametrize("name", ["unknown", "X-unknown"])
def test_unknown_parameters_are_ignored(customer, account, dialect, name):
    with configured(DIALECT=dialect):
        assert ask(customer, account, **{name: "x", f"{name}[]": "y"}).status_code == 200


def expired(customer):
    with configured(JWT_LIFETIME=timedelta(minutes=-1)):
        return issue_token(customer)


def of_nobody(customer):
    return issue_token(type(customer)(pk=999_999))


SESSIONS = {
    "no token": lambda customer: "test",
    "ended": lambda customer: "logout",
    "expired": expired,
    "of nobody": of_nobody,
}


@pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
@pytest.mark.parametrize("url", [URL, AUTH_URL], ids=["statistics", "auth"])
def test_a_session_that_is_none_is_401_and_stays_one(customer, url, session):
    response = with_cookie(session(customer)).get(url)
    assert response.status_code == 401
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("header", ["{}", "Bearer {}"])
def test_a_token_is_known_at_auth_as_well_and_gets_no_cookie(customer, header):
    headers = {"Authorization": header.format(issue_token(customer))}
    response = Client().get(AUTH_URL, headers=headers)
    assert response.status_code == 200
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("by", ["nothing", "token", "cookie"])
def test_whoever_logs_out_gets_a_cookie_that_has_ended(customer, by):
    client = with_cookie(issue_token(customer)) if by == "cookie" else Client()
    headers = {"Authorization": issue_token(customer)} if by == "token" else {}
    response = client.delete(AUTH_URL, headers=headers)
    cookie = response.cookies[COOKIE]
    assert (response.status_code, cookie.value) == (204, "logout")
    assert cookie["expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")


@pytest.mark.parametrize("wanted", [{}, {"cookie_auth": "true"}], ids=["token", "cookie"])
@pytest.mark.parametrize("wrong", ["password", "login"])
def test_a_failed_login_is_told_in_json_api_and_sets_nothing(customer, wanted, wrong):
    login = "nobody" if wrong == "login" else customer.get_username()
    response = log_in("wrong", login, **wanted)
    assert response.status_code == 401
    (error,) = response.json()["errors"]
    assert error.keys() == {"title", "detail", "code", "status"}
    assert (error["title"], error["code"]) == ("Authentication failed", "401")
    assert COOKIE not in response.cookies


def test_a_token_without_an_expiry_is_refused_in_this_dialect_as_well(customer):
    claims = {"aud": ["customer-v1"], "sub": customer.pk}
    token = jwt.encode(claims, conf.jwt_signing_key(), algorithm="HS256")
    assert with_cookie(token).get(AUTH_URL).status_code == 401
    assert Client(headers={"Authorization": token}).get(URL).status_code == 401
