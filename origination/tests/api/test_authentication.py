import base64
import hmac
import json
import string
import time

import jwt
import pytest
from django.conf import settings
from django.test import Client, override_settings
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import AccessToken

from origination import conf
from origination.api.tokens import issue_token
from origination.tests.support.client import FROM, URL, configured
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

KEY = "another key of more than thirty-two bytes"


def get(header, account=None):
    query = (
        {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"} if account else {}
    )
    headers = {} if header is None else {"Authorization": header}
    return Client().get(URL, query, headers=headers)


NULL = object()


def payload(user, **changes):
    """The claims with these changes; None: without this one."""
    claims = {"aud": ["customer-v1"], "sub": user.pk, "exp": int(time.time()) + 60} | changes
    given = {name: value for name, value in claims.items() if value is not None}
    return {name: None if value is NULL else value for name, value in given.items()}


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
    [
        {"aud": "customer-v1"},
        {"aud": ["x", "customer-v1"]},
        {"sub": "PK"},
        {"exp": 2**40},
        {"exp": 2.0**40 + 0.5},
        {"nbf": 1, "iat": 1.5, "jti": "x", "iss": "y"},
    ],
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
    "exp number as text": {"exp": "9999999999"},
    "exp odd digits": {"exp": "٩_٩٩٩_٩٩٩_٩٩٩"},
    "exp list": {"exp": [1]},
    "exp object": {"exp": {"a": 1}},
    "exp true": {"exp": True},
    "exp false": {"exp": False},
    "exp zero": {"exp": 0},
    "exp negative": {"exp": -1},
    "exp half a second ago": {"exp": lambda: time.time() - 0.5},
    "exp infinite": {"exp": float("inf")},
    "exp nan": {"exp": float("nan")},
    "no aud": {"aud": None},
    "empty aud": {"aud": []},
    "other aud": {"aud": ["customer-v2"]},
    "aud number": {"aud": 1},
    "aud of numbers": {"aud": [1]},
    "aud nested": {"aud": [["customer-v1"]]},
    "aud of both": {"aud": ["customer-v1", 1]},
    "aud other case": {"aud": "Customer-V1"},
    "aud longer": {"aud": "customer-v1,customer-v2"},
    "aud true": {"aud": True},
    "aud object": {"aud": {"customer-v1": 1}},
    "no sub": {"sub": None},
    "sub unknown": {"sub": 999_999},
    "sub zero": {"sub": 0},
    "sub negative": {"sub": -1},
    "sub float": {"sub": 1.0},
    "sub true": {"sub": True},
    "sub with zeros": {"sub": "00PK"},
    "sub with sign": {"sub": "+PK"},
    "sub with blank": {"sub": " PK"},
    "sub with line end": {"sub": "PK\n"},
    "sub exponent": {"sub": "PKe0"},
    "sub text float": {"sub": "PK.0"},
    "sub zero as text": {"sub": "0"},
    "sub negative text": {"sub": "-PK"},
    "sub beyond as text": {"sub": str(2**63)},
    "sub long text": {"sub": "9" * 40},
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
    "nbf text": {"nbf": "1"},
    "nbf null": {"nbf": Ellipsis},
    "iat to come": {"iat": 2**40},
    "iat text": {"iat": "1"},
}


@pytest.mark.parametrize("changes", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_bad_claims_are_one_and_the_same_401(customer, changes):
    changes = {name: odd(value, customer) for name, value in changes.items()}
    assert_refused(get(sign(payload(customer, **changes))))


def odd(value, customer):
    """What a case stands for: ``PK`` in texts, a moment of now, a null."""
    if value is Ellipsis:
        return NULL
    if callable(value):
        return value()
    return value.replace("PK", str(customer.pk)) if isinstance(value, str) else value


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


PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----\n"


def signed(header, claims, key=None):
    """A token by HMAC-SHA256, whatever its header says."""
    parts = [json.dumps(header), claims if isinstance(claims, str) else json.dumps(claims)]
    text = ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)
    digest = hmac.digest((key or conf.jwt_signing_key()).encode(), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def respelled(token):
    """The same bytes of a signature, as the last letter has two bits too many."""
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return token[:-1] + letters[letters.index(token[-1]) + 1]


def jwe(claims):
    """As a compressed, encrypted token looks: five parts."""
    header = {"alg": "dir", "enc": "A128CBC-HS256", "zip": "DEF"}
    parts = [json.dumps(header), "", "i" * 16, json.dumps(claims), "t" * 16]
    return ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)


def unencoded(claims):
    """RFC 7797: the payload stands as it is."""
    header, _, signature = signed({"alg": "HS256", "b64": False, "crit": ["b64"]}, claims).split(
        "."
    )
    return f"{header}.{json.dumps(claims, separators=(',', ':'))}.{signature}"


FORGED = {
    "RS256": lambda claims: signed({"alg": "RS256"}, claims),
    "key confusion": lambda claims: signed({"alg": "RS256"}, claims, PUBLIC_KEY),
    "public key": lambda claims: signed({"alg": "HS256"}, claims, PUBLIC_KEY),
    "alg in small letters": lambda claims: signed({"alg": "hs256"}, claims),
    "alg with blank": lambda claims: signed({"alg": "HS256 "}, claims),
    "alg null": lambda claims: signed({"alg": None}, claims),
    "alg twice": lambda claims: signed({"alg": "HS256"}, claims).replace(
        signed({"alg": "HS256"}, claims).split(".")[0],
        base64.urlsafe_b64encode(b'{"alg":"HS256","alg":"none"}').decode().rstrip("="),
    ),
    "own key": lambda claims: signed(
        {"alg": "HS256", "jwk": {"kty": "oct", "k": "a2V5"}}, claims, "key" * 20
    ),
    "key at an address": lambda claims: signed(
        {"alg": "HS256", "jku": "http://127.0.0.1:9/"}, claims, "key" * 20
    ),
    "kid of the empty file": lambda claims: signed(
        {"alg": "HS256", "kid": "../../../dev/null"}, claims, "\0"
    ),
    "kid of SQL": lambda claims: signed({"alg": "HS256", "kid": "' OR 1=1 --"}, claims, "1" * 40),
    "kid object": lambda claims: signed({"alg": "HS256", "kid": {"a": 1}}, claims),
    "b64 false": lambda claims: signed({"alg": "HS256", "b64": False}, claims),
    "b64 critical": lambda claims: signed({"alg": "HS256", "b64": False, "crit": ["b64"]}, claims),
    "b64 unencoded": unencoded,
    "critical text": lambda claims: signed({"alg": "HS256", "crit": "exp"}, claims),
    "critical nothing": lambda claims: signed({"alg": "HS256", "crit": []}, claims),
    "encrypted": jwe,
    "claims null": lambda claims: signed({"alg": "HS256"}, "null"),
    "claims empty": lambda claims: signed({"alg": "HS256"}, ""),
    "claims and more": lambda claims: signed({"alg": "HS256"}, json.dumps(claims) + "x"),
    "claims deep": lambda claims: signed({"alg": "HS256"}, '{"a":' * 500 + "1" + "}" * 500),
    "subject twice": lambda claims: signed(
        {"alg": "HS256"}, json.dumps(claims)[:-1] + ', "sub": 999999}'
    ),
    "expiry twice": lambda claims: signed(
        {"alg": "HS256"}, json.dumps(claims)[:-1] + ', "exp": 1}'
    ),
    "dot behind": lambda claims: sign(claims) + ".",
    "dot before": lambda claims: "." + sign(claims),
    "fourth part": lambda claims: sign(claims) + ".x",
    "padded": lambda claims: sign(claims) + "=",
    "filled": lambda claims: f"{sign(claims)[:-4]}!!!!{sign(claims)[-4:]}",
    "respelled": lambda claims: respelled(sign(claims)),
    "longer": lambda claims: sign(claims) + "A",
    "capitals": lambda claims: sign(claims).upper(),
    "quoted": lambda claims: f'"{sign(claims)}"',
    "comma": lambda claims: sign(claims) + ",",
    "line end inside": lambda claims: f"{sign(claims)[:20]}\n{sign(claims)[20:]}",
    "twice": lambda claims: f"{sign(claims)} {sign(claims)}",
    "twice, as a proxy joins": lambda claims: f"{sign(claims)}, {sign(claims)}",
    "escaped": lambda claims: sign(claims).replace(".", "%2e"),
    "nul behind": lambda claims: sign(claims) + "\0",
    "not ascii behind": lambda claims: sign(claims) + "é",
    "Bearer twice": lambda claims: f"Bearer Bearer {sign(claims)}",
    "Bearer with colon": lambda claims: f"Bearer: {sign(claims)}",
    "Bearer joined": lambda claims: f"Bearer={sign(claims)}",
    "Bearer by a blank that is none": lambda claims: f"Bearer\u00a0{sign(claims)}",
    "Bearer in Cyrillic": lambda claims: f"Вearer {sign(claims)}",
    "another scheme": lambda claims: f"Token {sign(claims)}",
    "4,097 bytes": lambda claims: padded(claims, 4097),
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


def padded(claims, length):
    """A valid token of this many bytes."""
    for extra in range(length):
        token = sign({"extra": "x" * extra} | claims)
        if len(token) >= length:
            return token
    raise ValueError(length)


@pytest.mark.parametrize("header", ["{}", "Bearer {}"])
def test_a_token_of_4096_bytes_is_accepted(customer, header):
    account = AccountFactory(users=[customer])
    token = padded(payload(customer), 4096)
    assert len(token) == 4096
    assert get(header.format(token), account).status_code == 200


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_tokens_are_one_and_the_same_401(customer, forge):
    assert_refused(get(forge(payload(customer))))


def test_an_inactive_customer_is_refused(customer):
    token = issue_token(customer)
    customer.is_active = False
    customer.save()
    assert_refused(get(token))


def test_a_customer_who_was_deleted_is_refused(customer):
    token = issue_token(customer)
    customer.delete()
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
