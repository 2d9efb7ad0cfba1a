"""Guesses at the operators' log-in of the demo site."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from origination.tests.support.client import AUTH_URL, configured

pytestmark = [
    pytest.mark.skipif("axes" not in settings.INSTALLED_APPS, reason="of the demo site"),
    pytest.mark.django_db,
]
PASSWORD = "correct horse"
LIMIT = getattr(settings, "AXES_FAILURE_LIMIT", 0)


@pytest.fixture(autouse=True)
def _quick():
    cache.clear()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def operator():
    return get_user_model().objects.create_superuser("operator", "", PASSWORD)


def guess(password="wrong", name="operator", address="10.0.0.1", forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    client = Client(REMOTE_ADDR=address, headers=headers)
    response = client.post(reverse("admin:login"), {"username": name, "password": password})
    return response.status_code


def test_of_forty_guesses_ten_are_looked_at(operator):
    statuses = [guess() for _ in range(40)]
    assert statuses == [200] * (LIMIT - 1) + [429] * (41 - LIMIT)
    assert guess(PASSWORD) == 429


def test_they_count_by_login_from_however_many_addresses(operator):
    statuses = [guess(address=f"10.0.1.{n}") for n in range(LIMIT + 1)]
    assert statuses[-2:] == [429, 429]


def test_they_count_by_address_whatever_logins_are_tried(operator):
    for n in range(LIMIT):
        guess(name=f"user{n}")
    assert guess(PASSWORD) == 429
    assert guess(PASSWORD, address="10.0.0.2") == 302


def test_mistakes_are_forgotten_when_an_operator_has_come_in(operator):
    for _ in range(3):
        statuses = [guess() for _ in range(LIMIT - 2)] + [guess(PASSWORD)]
        assert statuses == [200] * (LIMIT - 2) + [302]


@pytest.mark.parametrize(
    ("clients", "last"),
    [
        (["192.0.2.1", "192.0.2.1:4711"], 429),
        (["198.51.100.9, 192.0.2.1", "198.51.100.8, 192.0.2.1"], 429),
        (["2001:db8::1", "2001:db8::2"], 429),
        (["192.0.2.1", "192.0.2.2"], 302),
    ],
    ids=["one client", "what it wrote itself", "one site's IPv6", "two clients"],
)
@pytest.mark.parametrize("address", ["10.0.0.1", ""], ids=["TCP", "socket"])
def test_behind_a_proxy_they_count_by_client(operator, clients, last, address):
    first, second = clients
    with configured(TRUSTED_PROXIES=1):
        for n in range(LIMIT):
            guess(name=f"user{n}", address=address, forwarded=first)
        assert guess(PASSWORD, address=address, forwarded=second) == last


def test_behind_a_socket_without_a_proxy_they_count_by_login_at_least(operator):
    assert [guess(address="") for _ in range(LIMIT + 1)][-1] == 429


@configured(AUTH_THROTTLE_RATE=None)
def test_customers_attempts_lock_no_operator_out(operator):
    body = {"auth": {"login": "operator", "password": "wrong"}}
    client = Client(REMOTE_ADDR="10.0.0.1")
    for _ in range(LIMIT + 1):
        assert client.post(AUTH_URL, body, content_type="application/json").status_code == 401
    assert guess(PASSWORD) == 302
