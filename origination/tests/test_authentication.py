import base64
import json
import time

import jwt
import pytest
from django.conf import settings
from django.test import Client, override_settings
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import AccessToken

from origination import conf
from origination.authentication import issue_token

from .client import FROM, URL, configured
from .factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db

KEY = "another key of more than thirty-two bytes"


@pytest.fixture
def customer():
    return UserFactory()


def get(header, account=None):
    query = (
        {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"} if account else {}
    )
    headers = {} if header is None else {"Authorization": header}
    return Client().get(URL, query, headers=headers)


def payload(user, **changes):
    claims = {"aud": ["customer-v1"], "sub": user.pk, "exp": int(time.time()) + 60} | changes
    return {name: value for name, value in claims.items() if value is not None}


def sign(claims, key=None, algorithm="HS256", **kwargs):
    return jwt.encode(claims, key or conf.jwt_signing_key(), algorithm=algorithm, **kwargs)


def raw(header, claims, signature="x"):
    parts = [
        json.dumps(header),
        claims if isinstance(claims, str) else json.dumps(claims),
        signature,
    ]
    return ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)


@pytest.mark.parametrize(
    "header", ["{}", "Bearer {}", "bearer {}", "  {}  "], ids=["bare", "Bearer", "lower", "blanks"]
)
def test_a_token_is_accepted_alone_or_as_bearer(customer, header):
    account = AccountFactory(users=[customer])
    assert get(header.format(issue_token(customer)), account).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [{"aud": "customer-v1"}, {"aud": ["x", "customer-v1"]}, {"sub": "PK"}, {"exp": 2**40}],
    ids=str,
)
def test_other_forms_of_the_same_claims_are_accepted(customer, changes):
    changes = {k: str(customer.pk) if v == "PK" else v for k, v in changes.items()}
    account = AccountFactory(users=[customer])
    assert get(sign(payload(customer, **changes)), account).status_code == 200


def test_an_issued_token_holds_audience_subject_and_expiry_only(customer):
    claims = jwt.decode(issue_token(customer), options={"verify_signature": False})
    assert claims == {"aud": ["customer-v1"], "sub": customer.pk, "exp": claims["exp"]}


BAD_CLAIMS = {
    "expired": {"exp": 1},
    "no exp": {"exp": None},
    "exp text": {"exp": "soon"},
    "exp list": {"exp": [1]},
    "exp infinite": {"exp": float("inf")},
    "exp nan": {"exp": float("nan")},
    "no aud": {"aud": None},
    "empty aud": {"aud": []},
    "other aud": {"aud": ["customer-v2"]},
    "aud number": {"aud": 1},
    "aud of numbers": {"aud": [1]},
    "aud object": {"aud": {"customer-v1": 1}},
    "no sub": {"sub": None},
    "sub unknown": {"sub": 999_999},
    "sub zero": {"sub": 0},
    "sub negative": {"sub": -1},
    "sub float": {"sub": 1.0},
    "sub true": {"sub": True},
    "sub list": {"sub": [1]},
    "sub object": {"sub": {"a": 1}},
    "sub empty": {"sub": ""},
    "sub word": {"sub": "customer"},
    "sub arabic digits": {"sub": "٤٠"},
    "sub nul": {"sub": "1\0"},
    "sub surrogate": {"sub": "\ud800"},
    "sub beyond the key": {"sub": 2**63},
    "sub far beyond": {"sub": 10**400},
    "not yet": {"nbf": 2**40},
}


@pytest.mark.parametrize("changes", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_bad_claims_are_one_and_the_same_401(customer, changes):
    assert_refused(get(sign(payload(customer, **changes))))


BAD_HEADERS = {
    "none": None,
    "empty": "",
    "word": "nonsense",
    "bearer alone": "Bearer",
    "three words": "Bearer a b",
    "basic": "Basic dXNlcjpwYXNz",
    "dots": "..",
    "not ascii": "tökén.x.y",
    "nul": "a\0b",
    "4 KiB": "a" * 4097,
    "megabyte": "a" * 1_000_000,
}


@pytest.mark.parametrize("header", BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_bad_headers_are_one_and_the_same_401(header):
    assert_refused(get(header))


FORGED = {
    "other key": lambda claims: sign(claims, KEY),
    "empty key": lambda claims: raw({"alg": "HS256"}, claims, ""),
    "none": lambda claims: jwt.encode(claims, None, algorithm="none"),
    "alg None": lambda claims: raw({"alg": "None"}, claims, ""),
    "HS512": lambda claims: sign(claims, algorithm="HS512"),
    "no alg": lambda claims: raw({}, claims),
    "alg list": lambda claims: raw({"alg": ["HS256"]}, claims),
    "header list": lambda claims: raw([], claims),
    "claims list": lambda claims: raw({"alg": "HS256"}, []),
    "critical": lambda claims: sign(claims, headers={"crit": ["x"], "x": 1}),
    "kid": lambda claims: raw({"alg": "HS256", "kid": "../../etc/passwd"}, claims),
    "deep": lambda claims: raw({"alg": "HS256"}, "[" * 2500),
    "cut": lambda claims: sign(claims)[:-3],
    "SECRET_KEY": lambda claims: sign(claims, settings.SECRET_KEY),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_tokens_are_one_and_the_same_401(customer, forge):
    assert_refused(get(forge(payload(customer))))


def test_an_inactive_customer_is_refused(customer):
    token = issue_token(customer)
    customer.is_active = False
    customer.save()
    assert_refused(get(token))


def test_a_token_of_the_host_s_simplejwt_is_refused_and_ours_by_it(customer):
    assert_refused(get(f"Bearer {AccessToken.for_user(customer)}"))
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(issue_token(customer), settings.SECRET_KEY, algorithms=["HS256"])
    with pytest.raises(InvalidToken):
        JWTAuthentication().get_validated_token(issue_token(customer))


@pytest.mark.parametrize("key", ["SECRET_KEY", "JWT_SIGNING_KEY"])
def test_a_token_of_another_site_is_refused(customer, key):
    other = "the key of another billing site, long enough for anything"
    with override_settings(SECRET_KEY=other) if key == "SECRET_KEY" else configured(**{key: other}):
        foreign = issue_token(customer)
    assert_refused(get(foreign))


def test_a_retired_key_is_accepted_and_not_used_to_sign(customer):
    account = AccountFactory(users=[customer])
    old = sign(payload(customer), KEY)
    assert_refused(get(old))
    with configured(JWT_VERIFYING_KEYS=[KEY]):
        assert get(old, account).status_code == 200
        assert issue_token(customer) != old


def assert_refused(response):
    assert (response.status_code, response.content) == (401, b'{"error":"invalid token"}')
    assert response["www-authenticate"] == 'Bearer realm="api"'
    assert response["content-type"] == "application/json; charset=utf-8"
