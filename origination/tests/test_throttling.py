import pytest
from django.core.cache import cache
from django.test import Client

from .client import AUTH_URL, ask, configured
from .factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@configured(THROTTLE_RATE="2/min")
def test_a_customer_s_requests_are_throttled_alone():
    customer, other = UserFactory.create_batch(2)
    account = AccountFactory(users=[customer, other])
    assert [ask(customer, account).status_code for _ in range(3)] == [200, 200, 429]
    response = ask(customer, account)
    assert 0 < int(response["retry-after"]) <= 60
    assert response.json() == {"error": "too many requests"}
    assert ask(other, account).status_code == 200


def test_statistics_are_not_throttled_unless_the_site_says_so():
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    assert {ask(customer, account).status_code for _ in range(30)} == {200}


def attempt(login, address):
    body = {"auth": {"login": login, "password": "wrong"}}
    client = Client(REMOTE_ADDR=address)
    return client.post(AUTH_URL, body, content_type="application/json").status_code


@configured(AUTH_THROTTLE_RATE="2/min")
def test_a_login_is_throttled_from_however_many_addresses_it_is_tried():
    statuses = [attempt("alice", f"10.0.0.{n}") for n in range(3)]
    assert statuses == [401, 401, 429]
    assert attempt("bob", "10.0.0.9") == 401


@configured(AUTH_THROTTLE_RATE="2/min")
def test_an_address_is_throttled_whatever_logins_it_tries():
    assert [attempt(f"user{n}", "10.0.0.1") for n in range(3)] == [401, 401, 429]
    assert attempt("user0", "10.0.0.2") == 401


@configured(AUTH_THROTTLE_RATE="1/min")
@pytest.mark.parametrize("login", ["\ud800", "x" * 100_000, "a b\n"], ids=ascii)
def test_an_odd_login_is_throttled_as_well(login):
    assert [attempt(login, f"10.0.0.{n}") for n in range(2)] == [401, 429]
