"""The session cookie: who renews it, and what ends it."""

from datetime import timedelta

import jwt
import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from origination import conf
from origination.api import session_claims
from origination.api.session_claims import CLAIM
from origination.api.tokens import issue_token
from origination.tests.support.caches import BROKEN, broken_cache
from origination.tests.support.client import AUTH_URL, FROM, URL, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
COOKIE = "_yeti_customer_v1_session"
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _yeti():
    cache.clear()
    with configured(DIALECT="yeti"), override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture
def customer():
    return UserFactory(password="correct horse")


@pytest.fixture
def session(customer):
    """The cookie of a log-in."""
    return logged_in(customer)


def logged_in(customer):
    auth = {"login": customer.get_username(), "password": "correct horse", "cookie_auth": True}
    response = Client().post(AUTH_URL, {"auth": auth}, content_type="application/json")
    return response.cookies[COOKIE]


@pytest.fixture
def query(customer):
    account = AccountFactory(users=[customer])
    return {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}


def visit(cookie, url=AUTH_URL, query=None, method="get"):
    client = Client()
    client.cookies[COOKIE] = cookie if isinstance(cookie, str) else cookie.value
    return getattr(client, method)(url, query)


@pytest.fixture
def clock(monkeypatch):
    """``clock(timedelta)``: so much later."""
    now = session_claims.time.time

    def later(by):
        monkeypatch.setattr(session_claims.time, "time", lambda: now() + by.total_seconds())

    return later


def test_a_copy_ends_with_the_password(customer, session):
    assert visit(session).status_code == 200
    customer.set_password("battery staple")
    customer.save()
    response = visit(session)
    assert (response.status_code, COOKIE in response.cookies) == (401, False)


def test_a_copy_ends_with_the_log_out(session):
    renewed = visit(session).cookies[COOKIE]
    assert visit(renewed, method="delete").status_code == 204
    assert visit(session).status_code == visit(renewed).status_code == 401


def test_a_log_out_by_the_session_s_token_in_the_header_ends_it_too(session):
    headers = {"Authorization": session.value}
    assert Client(headers=headers).delete(AUTH_URL).status_code == 204
    assert visit(session).status_code == 401


def test_a_log_out_ends_no_other_session(customer, session):
    other = logged_in(customer)
    visit(session, method="delete")
    assert visit(other).status_code == 200


@configured(DIALECT="yeti", SESSION_LIFETIME=timedelta(minutes=90))
def test_however_often_it_is_renewed_a_session_ends(customer, clock):
    auth = {"login": customer.get_username(), "password": "correct horse", "cookie_auth": True}
    cookie = (
        Client().post(AUTH_URL, {"auth": auth}, content_type="application/json").cookies[COOKIE]
    )
    assert cookie["max-age"] == 3600
    clock(timedelta(minutes=40))
    cookie = visit(cookie).cookies[COOKIE]
    assert 49 * 60 <= cookie["max-age"] <= 50 * 60
    clock(timedelta(minutes=91))
    assert visit(cookie).status_code == 401


def test_a_shorter_setting_ends_what_was_given_before(session, clock):
    clock(timedelta(minutes=40))
    with configured(DIALECT="yeti", SESSION_LIFETIME=timedelta(minutes=30)):
        assert visit(session).status_code == 401


def test_no_error_renews_it(session, query):
    for bad in ({}, query | {"account-id": "x"}, query | {"sampling": "second"}):
        response = visit(session, URL, bad)
        assert (response.status_code, COOKIE in response.cookies) == (400, False)
    assert COOKIE in visit(session, URL, query).cookies


def test_a_bearer_token_in_the_cookie_lives_no_longer_by_it(customer, query):
    token = issue_token(customer)
    for response in (visit(token), visit(token, URL, query)):
        assert (response.status_code, COOKIE in response.cookies) == (200, False)


def test_a_session_s_token_in_the_header_ends_with_the_session_as_well(customer, session):
    headers = {"Authorization": session.value}
    response = Client(headers=headers).get(AUTH_URL)
    assert (response.status_code, COOKIE in response.cookies) == (200, False)
    visit(session, method="delete")
    assert Client(headers=headers).get(AUTH_URL).status_code == 401


def test_a_rotated_secret_key_ends_no_session(session, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new secret key, long enough for everything"
    assert visit(session).status_code == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    renewed = visit(session).cookies[COOKIE]
    settings.SECRET_KEY_FALLBACKS = []
    assert visit(renewed).status_code == 200


ODD = [None, True, [], ["x"], ["x", "1", "y"], [1, 2, 3], ["x", True, "y"], {"id": "x"}, "x" * 50]


@pytest.mark.parametrize("claim", ODD, ids=repr)
def test_an_odd_session_is_none(customer, claim):
    claims = jwt.decode(issue_token(customer), options={"verify_signature": False})
    token = jwt.encode(claims | {CLAIM: claim}, conf.jwt_signing_key(), algorithm="HS256")
    assert visit(token).status_code == 401


@pytest.mark.parametrize("backend", BROKEN.values(), ids=BROKEN)
def test_without_a_cache_sessions_go_on_and_end_and_the_log_says_so(backend, customer, caplog):
    with broken_cache(backend):
        session, other = logged_in(customer), logged_in(customer)
        assert visit(session).status_code == 200
        assert visit(session, method="delete").status_code == 204
        assert visit(session).status_code == 401
        assert visit(other).status_code == 200
    assert [r.name for r in caplog.records].count("origination.api.steady_cache") == 1
