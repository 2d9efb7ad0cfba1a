"""CDRs that switches post, of whatever models the site has."""

import base64
import gzip
import io
import json
import uuid
from unittest import mock

import orjson
import pytest
from django.db import OperationalError, connections, router
from django.test import Client

from origination.api.tokens import issue_token
from origination.importing import keys
from origination.importing.models import AccountCode, FeedKey, RejectedRecord
from origination.models import get_cdr_model
from origination.tests.support.client import URL, ask, configured
from origination.tests.support.switches import FEED_URL, call, make_key, post

pytestmark = pytest.mark.django_db
CDR = get_cdr_model()


@pytest.fixture
def key():
    return make_key()[1]


def posted(answer):
    """What was imported, known and rejected."""
    assert answer.status_code == 200, answer.content
    told = answer.json()
    return told["imported"], told["known"], len(told["rejected"])


@pytest.mark.parametrize("number", [1, 3], ids=["one", "three"])
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("shape", ["object", "array", "lines", "indented array", "indented object"])
def test_cdrs_are_taken_in_every_shape(account, key, shape, number, is_packed):
    calls = [call(account) for _ in range(number)]
    if "object" in shape:
        calls = calls[:1]
    body = {
        "object": lambda: orjson.dumps(calls[0]),
        "array": lambda: orjson.dumps(calls),
        "lines": lambda: b"\r\n".join(map(orjson.dumps, calls)) + b"\n\n",
        "indented array": lambda: json.dumps(calls, indent=2).encode(),
        "indented object": lambda: json.dumps(calls[0], indent=2).encode(),
    }[shape]()
    packed = {"headers": {"Content-Encoding": "gzip"}} if is_packed else {}
    answer = post(gzip.compress(body) if is_packed else body, key, **packed)
    assert posted(answer) == (len(calls), 0, 0)
    assert {cdr.uuid for cdr in CDR.objects.all()} == {uuid.UUID(each["uuid"]) for each in calls}


def test_the_customer_sees_the_call_at_once(customer, account, key):
    post(call(account, duration=90, customer_price="0.25"), key)
    totals = ask(customer, account).json()["totals"]
    assert (totals["total_calls"], totals["total_duration"]) == (1, "1.5")
    assert totals["total_price"] == "0.25"


def test_prices_are_exact_in_every_shape(account, key):
    exact = b"123456789.123456"
    one = orjson.dumps(call(account)).replace(b'"0.5"', exact)
    assert exact in one
    for body in (one, b"[" + one + b"]"):
        CDR.objects.all().delete()
        assert posted(post(body, key)) == (1, 0, 0)
        assert str(CDR.objects.get().customer_price) == exact.decode()


def test_posting_again_changes_nothing(account, key):
    calls = [call(account) for _ in range(5)]
    assert posted(post(calls, key)) == (5, 0, 0)
    assert posted(post(calls, key)) == (0, 5, 0)
    assert posted(post([*calls[3:], call(account), calls[0]], key)) == (1, 3, 0)
    assert CDR.objects.count() == 6


def test_a_call_that_comes_twice_in_a_body_is_known_once(account, key):
    one = call(account)
    assert posted(post([one, one, one], key)) == (1, 2, 0)


def test_halves_of_a_batch_make_the_whole(account, key):
    calls = [call(account) for _ in range(100)]
    assert posted(post(calls[:60], key)) == (60, 0, 0)
    assert posted(post(calls[40:], key)) == (40, 20, 0)
    assert CDR.objects.count() == 100


def test_what_is_rejected_is_named_by_its_place_and_kept(account, key):
    bad = call(account, duration=-1)
    answer = post([call(account), call("nobody"), bad, 7, "x", call(account)], key)
    told = answer.json()
    assert (told["imported"], told["known"]) == (2, 0)
    assert told["rejected"] == [
        {"index": 1, "reason": "unknown account: 'nobody'"},
        {"index": 2, "reason": "duration: out of range: -1"},
        {"index": 3, "reason": "not a JSON object"},
        {"index": 4, "reason": "not a JSON object"},
    ]
    kept = {record.reason: record for record in RejectedRecord.objects.all()}
    assert set(kept) == {reject["reason"] for reject in told["rejected"]}
    assert orjson.loads(kept["duration: out of range: -1"].text) == bad
    assert {record.key.name for record in kept.values()} == {"switch"}


def test_a_line_that_is_broken_costs_itself_alone(account, key):
    good = [orjson.dumps(call(account)) for _ in range(2)]
    answer = post(b"\n".join([b'{"uuid": "3f1c', good[0], b"rubbish", good[1]]), key)
    assert posted(answer) == (2, 0, 2)
    assert [reject["index"] for reject in answer.json()["rejected"]] == [0, 2]


def test_an_empty_array_is_nothing(key):
    assert posted(post([], key)) == (0, 0, 0)


def cut(packed):
    return packed[:-9]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (b"", {}),
        (b" \n ", {}),
        (b"CDRs", {}),
        (b"7", {}),
        (b'{"uuid": "3f', {}),
        (b'[{"uuid": 1}', {}),
        (b'[{"uuid": 1},]', {}),
        (b'[{"uuid": 1}] and more', {}),
        (b"[" * 100_000, {}),
        (b'{"a":' * 100_000, {}),
        (b"\xff\xfe{\0}\0", {}),
        (b"cdr=%%%", {}),
        (b"cdr=", {}),
        (b"cdr=eyJ", {}),
        (cut(gzip.compress(b"[]" * 1000, mtime=0)), {"Content-Encoding": "gzip"}),
        (b"[]", {"Content-Encoding": "gzip"}),
        (b"[]", {"Content-Encoding": "br"}),
    ],
    ids=str,
)
def test_an_unreadable_body_is_400_and_changes_nothing(key, body, more):
    answer = post(body, key, headers=more)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert "\n" not in answer.json()["error"]
    assert not RejectedRecord.objects.exists()


class Unread(io.BytesIO):
    def read(self, *args):
        raise AssertionError("it was read")


def test_a_body_that_says_it_is_too_large_is_not_read(key, account):
    with configured(FEED_MAX_BYTES=10), mock.patch("origination.feed.body._stream", Unread):
        answer = post(call(account), key)
    assert (answer.status_code, answer.json()) == (413, {"error": "body larger than 10 bytes"})


@pytest.mark.parametrize("told", [None, "", "x", "-5", "3"], ids=str)
def test_a_body_without_an_honest_length_is_read_to_the_limit(key, account, told):
    length = {} if told is None else {"CONTENT_LENGTH": told}
    with configured(FEED_MAX_BYTES=10):
        answer = post(call(account), key, **length)
    assert answer.status_code in (400, 413)


def test_a_packed_body_that_unpacks_to_too_much_is_refused(key):
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    with configured(FEED_MAX_BYTES=1_000_000):
        answer = post(bomb, key, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize("shape", ["array", "lines"])
def test_more_cdrs_than_the_site_takes_are_413(account, key, shape):
    calls = [call(account) for _ in range(4)]
    body = orjson.dumps(calls) if shape == "array" else b"\n".join(map(orjson.dumps, calls))
    with configured(FEED_MAX_CDRS=3):
        answer = post(body, key)
        assert (answer.status_code, answer.json()) == (413, {"error": "more than 3 CDRs"})
        assert not CDR.objects.exists()
        assert posted(post(calls[:3], key)) == (3, 0, 0)


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("user", ["", "switch", "ü"])
def test_the_key_may_be_the_password(account, key, user):
    assert posted(post(call(account), None, headers=basic(user, key))) == (1, 0, 0)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(account, key, scheme):
    headers = {"Authorization": f"{scheme} {key}"}
    assert posted(post(call(account), None, headers=headers)) == (1, 0, 0)


def wrong_headers(key):
    prefix, secret = key.split(".")
    shown = [key[:-1] + ("A" if key[-1] != "A" else "B"), f"{prefix}.", f"{prefix}.{'A' * 43}"]
    shown += [f"{'A' * 8}.{secret}", secret, "x" * 10_000, key + "x", f"{key}\0", "ü"]
    yield from (f"Bearer {text}" for text in shown)
    yield from ("", "Bearer", "Basic", "Basic !!", f"Digest {key}", key, f"Basic {key}")
    yield basic(key, "")["Authorization"]
    yield basic("switch", key[:-1])["Authorization"]


def test_without_a_right_key_nothing_is_read(account, key):
    for header in wrong_headers(key):
        with mock.patch("origination.feed.body._stream", Unread):
            answer = post(call(account), None, headers={"Authorization": header})
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid key"}), header
        assert "Basic" in answer["WWW-Authenticate"]
    assert not CDR.objects.exists()


@pytest.mark.parametrize("dialect", ["published", "yeti"])
def test_a_stranger_is_told_the_same_in_each_dialect(key, dialect):
    with configured(DIALECT=dialect):
        assert post([], "wrong").json() == {"error": "invalid key"}


def test_a_revoked_key_is_refused_at_once(account, key):
    assert posted(post(call(account), key)) == (1, 0, 0)
    keys.revoke(FeedKey.objects.get())
    assert post(call(account), key).status_code == 401


def test_a_customers_token_is_no_key_and_a_key_is_no_token(customer, account, key):
    assert post(call(account), issue_token(customer)).status_code == 401
    for header in (f"Bearer {key}", key, basic("", key)["Authorization"]):
        asked = Client().get(URL, {"account-id": account.uuid}, headers={"Authorization": header})
        assert asked.status_code == 401


def test_a_session_of_the_site_posts_nothing(customer, account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(customer)
    body = orjson.dumps(call(account))
    assert client.post(FEED_URL, body, content_type="application/json").status_code == 401


def test_a_switch_has_no_cookie_and_gets_none(account, key):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        FEED_URL,
        orjson.dumps(call(account)),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert posted(answer) == (1, 0, 0)
    assert not answer.cookies


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_other_methods_are_405(key, method):
    answer = getattr(Client(), method)(FEED_URL, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()) == (405, {"error": "method not allowed"})
    assert answer["Allow"] == "POST"


def test_a_key_gives_calls_to_the_accounts_of_its_own_codes(accounts):
    own, foreign = accounts
    AccountCode.objects.create(code="7001", source="gw1", account=own)
    AccountCode.objects.create(code="7002", source="gw2", account=foreign)
    AccountCode.objects.create(code="7003", account=foreign)
    _, key = make_key(source="gw1", own_codes_only=True)
    answer = post([call(code) for code in ("7001", "7002", "7003", str(foreign.uuid))], key)
    assert posted(answer) == (1, 0, 3)
    assert [reject["index"] for reject in answer.json()["rejected"]] == [1, 2, 3]
    assert {cdr.account_id for cdr in CDR.objects.all()} == {own.pk}


def test_a_key_of_one_account_gives_it_every_call(accounts):
    own, foreign = accounts
    _, key = make_key(account=own)
    assert posted(post([call(""), call("7001"), call(foreign)], key)) == (3, 0, 0)
    assert {cdr.account_id for cdr in CDR.objects.all()} == {own.pk}


def test_the_last_use_of_a_key_is_noted_once_a_minute(account, key, django_assert_num_queries):
    post(call(account), key)
    first = FeedKey.objects.get().used_at
    assert first is not None
    post(call(account), key)
    assert FeedKey.objects.get().used_at == first


def test_a_site_may_limit_the_requests_of_a_key(account, key):
    _, other = make_key("other")
    with configured(FEED_THROTTLE_RATE="2/min"):
        statuses = [post(call(account), key).status_code for _ in range(3)]
        answer = post(call(account), key)
        assert statuses == [200, 200, 429]
        assert answer.json() == {"error": "too many requests"}
        assert int(answer["Retry-After"]) > 0
        assert post(call(account), other).status_code == 200


DATABASE_FAILURES = {
    "accounts": "origination.importing.keys.found",
    "loading": "origination.importing.loader.Loader.insert",
    "rejects": "origination.feed.views.keep",
}


@pytest.mark.parametrize("where", DATABASE_FAILURES)
def test_a_database_that_is_away_is_503_with_a_time_to_wait(account, key, where):
    away = OperationalError("server closed the connection\nunexpectedly")
    with mock.patch(DATABASE_FAILURES[where], side_effect=away):
        answer = post(call(account), key)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() == {"error": "service unavailable, try again"}


def test_a_request_leaves_one_line_in_the_log(account, key, caplog):
    with caplog.at_level("INFO", "origination.requests"):
        post([call(account), call("nobody")], key)
        post(b"x", key)
        post([], "wrong")
    ours = [record for record in caplog.records if record.name == "origination.requests"]
    lines = [record.getMessage().rpartition(" ms=")[0] for record in ours]
    assert lines == [
        "switch=switch read=2 imported=1 known=0 rejected=1 status=200",
        "switch=switch read=- imported=- known=- rejected=- status=400",
        "switch=- read=- imported=- known=- rejected=- status=401",
    ]
    assert key not in caplog.text


def test_a_charset_that_django_fails_on_is_ignored(account, key):
    answer = post(call(account), key, CONTENT_TYPE="application/json; charset=zlib")
    assert posted(answer) == (1, 0, 0)


def test_a_value_that_the_table_refuses_is_rejected_and_the_others_are_not(account, key):
    alias = router.db_for_write(CDR) or "default"
    if connections[alias].vendor != "postgresql":
        pytest.skip("SQLite has no types to refuse")
    table = connections[alias].ops.quote_name(CDR._meta.db_table)
    column = CDR._meta.get_field("src_prefix_routing").column
    with connections[alias].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CHECK (length({column}) < 10)")
    calls = [call(account, src_prefix_routing="4" * (n % 12)) for n in range(24)]
    answer = post(calls, key)
    assert posted(answer) == (20, 0, 4)
    assert [reject["index"] for reject in answer.json()["rejected"]] == [10, 11, 22, 23]
    assert "the table refuses it: " in answer.json()["rejected"][0]["reason"]
    assert posted(post(calls, key)) == (0, 20, 4)
