"""``POST …/auth``: what it reads, and what it answers."""

import json
import time

import pytest
from django.core.cache import cache
from django.http import HttpRequest, UnreadablePostError
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve

from origination.tests.support.client import AUTH_URL, FROM, URL, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _quick():
    cache.clear()
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture
def login():
    return with_password(PASSWORD)


def with_password(password):
    customer = UserFactory()
    customer.set_password(password)
    customer.save()
    return customer


def body_of(user, password=PASSWORD):
    return {"auth": {"login": user.get_username(), "password": password}}


def post(body, content_type="application/json", **extra):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    # Not post(), which would write the text in the charset that is told.
    data = text.encode() if isinstance(text, str) else text
    return Client(**extra).generic("POST", AUTH_URL, data, content_type)


TYPES = [
    "application/json",
    "application/vnd.api+json",
    "Application/JSON; charset=utf-8",
    "application/json; charset=klingon",
    "application/json; charset=zlib",
    "application/json; charset=utf-16",
]


@pytest.mark.parametrize("content_type", TYPES)
def test_credentials_give_a_token_that_the_endpoint_accepts(login, content_type):
    response = post(body_of(login), content_type)
    assert response.status_code == 201
    account = AccountFactory(users=[login])
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    headers = {"Authorization": response.json()["jwt"]}
    assert Client().get(URL, query, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "name",
    [None, "nobody", "", "   ", "x" * 5000],
    ids=["the right one", "nobody", "empty", "blank", "5,000 letters"],
)
def test_wrong_credentials_are_401(login, name):
    name = login.get_username() if name is None else name
    response = post({"auth": {"login": name, "password": "wrong"}})
    assert (response.status_code, response.json()) == (401, {"error": "invalid credentials"})
    assert response["www-authenticate"]


DUPLICATE = '{"auth": {"login": "a", "login": "b", "password": "x"}}'
MALFORMED = {
    "nothing": "",
    "open": "{",
    "list": "[]",
    "null": "null",
    "object": {},
    "auth a list": {"auth": []},
    "login a number": {"auth": {"login": 1, "password": "x"}},
    "no password": {"auth": {"login": "x"}},
    "not UTF-8": b"\xff",
    "UTF-16": json.dumps({"auth": {"login": "a", "password": "b"}}).encode("utf-16"),
    "deep": "[" * 8000,
    "deep objects": '{"a":' * 1500,
    "a number of 8,000 digits": '{"auth": ' + "9" * 8000 + "}",
    "an absurd exponent": '{"auth": {"login": 1e999999, "password": "x"}}',
    "not a number": '{"auth": {"login": "a", "password": "b"}, "x": NaN}',
    "a name twice": DUPLICATE,
    "auth twice": '{"auth": {"login": "a", "password": "x"}, "auth": {}}',
    "NUL in the login": {"auth": {"login": "a\0b", "password": "x"}},
    "NUL in the password": {"auth": {"login": "a", "password": "x\0"}},
    "lone surrogate": {"auth": {"login": "\ud800", "password": "x"}},
    "lone surrogate in the password": {"auth": {"login": "a", "password": "\udfff"}},
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_is_400(body):
    response = post(body)
    assert (response.status_code, response.json()) == (400, {"error": "malformed body"})


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "", "x"],
)
def test_another_content_type_is_400(login, content_type):
    assert post(body_of(login), content_type).json() == {"error": "malformed body"}


# What takes each codec of Python the square of its length.
MEGABYTE = 1_000_000
DEAR = {"idna": "xn--" + "a" * MEGABYTE, "punycode": "-" + "9" * MEGABYTE, "zlib": "x" * MEGABYTE}


@pytest.mark.parametrize(("charset", "body"), DEAR.items(), ids=DEAR)
def test_a_megabyte_costs_nothing_in_whatever_charset(charset, body):
    start = time.process_time()
    assert post(body, f"application/json; charset={charset}").status_code == 400
    assert post(body[:8000], f"application/json; charset={charset}").status_code == 400
    assert time.process_time() - start < 1


@pytest.mark.parametrize(("length", "status"), [(8192, 201), (8193, 400)])
def test_a_body_may_have_8_kib(login, length, status):
    body = json.dumps(body_of(login))
    assert post(body.ljust(length)).status_code == status


class Untouched:
    def read(self, *args):
        raise AssertionError("it was read")


def asked(stream, **environ):
    request = RequestFactory().post(AUTH_URL, b"{}", content_type="application/json")
    request.META.update(environ)
    request._stream = stream
    return resolve(request.path).func(request)


def test_a_longer_body_is_not_read():
    assert asked(Untouched(), CONTENT_LENGTH="8193").status_code == 400


class Endless:
    """As of a body without a told length."""

    taken = 0

    def read(self, size=-1):
        assert size > 0
        self.taken += size
        return b" " * size


def test_of_a_body_without_a_length_no_more_is_read_than_it_may_have():
    stream = Endless()
    response = asked(stream, CONTENT_LENGTH="")
    assert (response.status_code, stream.taken) == (400, 8193)


def test_a_client_that_breaks_off_is_no_defect(monkeypatch):
    def broken(self, *args):
        raise UnreadablePostError("broken pipe")

    monkeypatch.setattr(HttpRequest, "read", broken)
    assert post("{}").status_code == 400


PASSWORDS = {
    "ideographic space": "正しい\u3000馬",
    "no-break space": "correct\u00a0horse",
    "ZWJ emoji": "👩\u200d👩\u200d👧",
    "TAB": "correct\thorse",
    "line end": "correct\nhorse\r\n",
    "blanks around": "  correct horse  ",
    "control characters": "\x01\x1b\x7f",
    "right to left mark": "\u200fסוס",
    "not assigned": "\u0378\U000e0001",
    "private use": "\ue000",
    "5,000 letters": "x" * 5000,
}


@pytest.mark.parametrize("password", PASSWORDS.values(), ids=PASSWORDS)
def test_whatever_password_django_accepts_is_accepted(password):
    customer = with_password(password)
    assert post(body_of(customer, password)).status_code == 201
    assert post(body_of(customer, password + " ")).status_code == 401


def test_an_empty_password_asks_no_backend():
    customer = with_password("")
    assert post(body_of(customer, "")).status_code == 401


@configured(AUTH_THROTTLE_RATE="2/min")
def test_attempts_are_throttled_with_retry_after(login):
    body = body_of(login, "wrong")
    statuses = [post(body).status_code for _ in range(3)]
    response = post(body)
    assert statuses == [401, 401, 429]
    assert 0 < int(response["retry-after"]) <= 60
    assert response.json() == {"error": "too many requests"}


def test_a_login_is_read_as_django_s_form_reads_it(login):
    name = login.get_username()
    for spelling in (f"  {name} \t", "".join(chr(ord(letter) + 0xFEE0) for letter in name)):
        body = {"auth": {"login": spelling, "password": PASSWORD}}
        assert post(body).status_code == 201
