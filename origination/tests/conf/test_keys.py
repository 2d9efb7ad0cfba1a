"""Keys and audiences of the host: which may sign, which may not, and of whom they are."""

import contextvars

import jwt
import pytest
from django.conf import settings
from django.test import Client, override_settings

from origination.api.tokens import issue_token
from origination.tests.api.test_authentication import payload, signed
from origination.tests.support.client import AUTH_URL, FROM, URL, configured
from origination.tests.support.factories import UserFactory

pytestmark = pytest.mark.django_db
KEY = "another key of more than thirty-two bytes"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----\n"
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _quick():
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture
def customer():
    return UserFactory(password="correct horse")


def get(token, account):
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    return Client().get(URL, query, headers={"Authorization": token})


def forged(customer, key):
    """By hand: PyJWT refuses to sign with some."""
    return signed({"alg": "HS256"}, payload(customer), key)


UNUSABLE = {
    "a letter of a text": ("some-string", "s"),
    "an empty key": ([""], "\0"),
    "a short one": (["short"], "short"),
    "short bytes": ([b"short"], "short"),
    "31 bytes": (["x" * 31], "x" * 31),
    "a public key": ([PEM], PEM),
    "a mapping": ({"k" * 40: 1}, "k" * 40),
    "short, from a function": (lambda: ["short"], "short"),
    "text, from a function": (lambda: "some-string", "s"),
}


@pytest.mark.parametrize(("keys", "key"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_retired_key_that_must_not_sign_verifies_nothing(
    customer, account, keys, key, caplog, monkeypatch
):
    monkeypatch.setattr("origination.occasionally._told", {})
    with configured(JWT_VERIFYING_KEYS=keys):
        assert get(forged(customer, key), account).status_code == 401
        assert get(issue_token(customer), account).status_code == 200
    assert "JWT_VERIFYING_KEYS" in caplog.text


def raising():
    raise RuntimeError("no tenant here")


SIGNING = {
    "short": ("short", "short"),
    "short, from a function": (lambda: "short", "short"),
    "nothing, from a function": (lambda: None, None),
    "empty, from a function": (lambda: "", "\0"),
    "a public key": (PEM, PEM),
    "a list": ([KEY], KEY),
    "a function that fails": (raising, None),
    "no UTF-8": ("\ud800" * 40, None),
}


@pytest.mark.parametrize(("setting", "key"), SIGNING.values(), ids=SIGNING)
def test_with_a_signing_key_that_must_not_sign_nobody_comes_in(
    customer, account, setting, key, caplog
):
    of_secret_key = issue_token(customer)
    with configured(JWT_SIGNING_KEY=setting):
        tokens = [of_secret_key, *([forged(customer, key)] if key else [])]
        answers = [get(token, account) for token in tokens]
        answers.append(log_in(customer))
    assert {response.status_code for response in answers} == {503}
    assert all(response.json().keys() == {"error"} for response in answers)
    assert "JWT_SIGNING_KEY" in caplog.text
    assert KEY not in caplog.text


def log_in(customer):
    body = {"auth": {"login": customer.get_username(), "password": "correct horse"}}
    return Client().post(AUTH_URL, body, content_type="application/json")


def test_keys_may_be_bytes(customer, account):
    with configured(JWT_SIGNING_KEY=KEY.encode()):
        token = issue_token(customer)
        assert get(token, account).status_code == 200
    with configured(JWT_VERIFYING_KEYS=[KEY.encode()]):
        assert get(token, account).status_code == 200


tenant = contextvars.ContextVar("tenant")
OF_TENANT = {
    "keys": {"JWT_SIGNING_KEY": lambda: f"the signing key of the tenant {tenant.get()}"},
    "audiences": {"JWT_AUDIENCE": lambda: f"customers-of-{tenant.get()}"},
}


@pytest.mark.parametrize("values", OF_TENANT.values(), ids=OF_TENANT)
def test_a_token_of_one_tenant_opens_no_other(customer, account, values):
    with configured(**values):
        tenant.set("one")
        token = issue_token(customer)
        assert get(token, account).status_code == 200
        tenant.set("two")
        assert get(token, account).status_code == 401
        tenant.set("one")
        assert get(token, account).status_code == 200


AUDIENCES = {
    "list": ["customer-v1"],
    "empty": "",
    "None": None,
    "number": 1,
    "a function that fails": raising,
    "nothing, from a function": lambda: None,
}


@pytest.mark.parametrize("audience", AUDIENCES.values(), ids=AUDIENCES)
def test_an_audience_that_is_none_lets_nobody_in(customer, account, audience):
    token = issue_token(customer)
    with configured(JWT_AUDIENCE=audience):
        assert get(token, account).status_code == 503


@pytest.mark.parametrize("lifetime", [3600, None, "1h", 10**20])
def test_a_lifetime_that_is_none_is_no_defect(customer, lifetime):
    with configured(JWT_LIFETIME=lifetime):
        assert log_in(customer).status_code == 503


def test_tokens_of_a_rotated_secret_key_stay_good_as_long_as_it_is_a_fallback(customer, account):
    token = issue_token(customer)
    new = {"SECRET_KEY": "a new secret key, long enough for everything"}
    with override_settings(**new, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert get(token, account).status_code == 200
        assert get(issue_token(customer), account).status_code == 200
        with configured(JWT_SIGNING_KEY=KEY):
            assert get(token, account).status_code == 401
    with override_settings(**new):
        assert get(token, account).status_code == 401
    with override_settings(SECRET_KEY_FALLBACKS=[new["SECRET_KEY"]]):
        claims = jwt.decode(token, options={"verify_signature": False})
        assert (
            get(jwt.encode(claims, new["SECRET_KEY"], algorithm="HS256"), account).status_code
            == 401
        )
