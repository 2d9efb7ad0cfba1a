"""What mod_json_cdr of FreeSWITCH posts, and other wrappings."""

import base64
import json
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from origination.feed.errors import TooLarge, UnreadableBody
from origination.feed.records import records_of
from origination.importing.models import AccountCode
from origination.models import get_cdr_model
from origination.tests.support.switches import FEED_URL, make_key, post

CDR = b'{"core-uuid":"a","variables":{"uuid":"b","sip_full_from":"%3Csip%3A1%40x%3E","n":"a+b"}}'
# As switch_url_encode has it: everything but letters, digits and a few signs.
ENCODED = quote(CDR).encode()


def lines_of_base64(raw):
    """FreeSWITCH breaks base64 into lines of 72."""
    text = base64.b64encode(raw)
    return b"\n".join(text[at : at + 72] for at in range(0, len(text), 72))


@pytest.mark.parametrize(
    "body",
    [
        CDR,
        b"cdr=" + ENCODED,
        b"cdr=" + CDR,
        b"cdr=" + base64.b64encode(CDR),
        b"cdr=" + lines_of_base64(CDR) + b"\n",
        b"cdr=" + quote(base64.b64encode(CDR)).encode(),
        b"\xef\xbb\xbf" + CDR,
    ],
    ids=["json", "url-encoded", "plain", "base64", "lines", "both", "mark"],
)
def test_every_encoding_of_mod_json_cdr_gives_its_record(body):
    assert [record.raw for record in records_of(body)] == [CDR]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", CDR),
        ("application/x-www-form-urlencoded", b"cdr=" + ENCODED),
        ("application/x-www-form-base64-encoded", b"cdr=" + lines_of_base64(CDR)),
        # With disable-100-continue the header of the encoding is lost.
        ("application/x-www-form-urlencoded", CDR),
        ("application/x-www-form-urlencoded", b"cdr=" + lines_of_base64(CDR)),
    ],
)
def test_a_request_of_freeswitch_is_read_whatever_its_content_type(content_type, body):
    _, key = make_key()
    credentials = base64.b64encode(f"freeswitch:{key}".encode()).decode()
    answer = Client().post(
        f"{FEED_URL}?uuid=b",
        body,
        content_type=content_type,
        headers={"Authorization": f"Basic {credentials}", "User-Agent": "freeswitch-json/1.0"},
    )
    assert answer.status_code == 200
    assert [reject["index"] for reject in answer.json()["rejected"]] == [0]


@pytest.mark.django_db
@pytest.mark.parametrize("encode", ["false", "true", "base64"])
def test_a_call_that_freeswitch_posts_is_counted(account, encode):
    call = {
        "core-uuid": "61b38010-fb8e-4022-89b0-3c0be6e500b9",
        "variables": {
            "uuid": "86cfd6e2-dbda-45a3-b59d-f683ec368e8b",
            "accountcode": "4001",
            "start_epoch": "1781192407",
            "answer_epoch": "1781192411",
            "end_epoch": "1781192501",
            "billsec": "90",
            "hangup_cause": "NORMAL_CLEARING",
        },
    }
    AccountCode.objects.create(code="4001", account=account)
    raw = json.dumps(call).encode()
    body = {
        "false": raw,
        "true": b"cdr=" + quote(raw).encode(),
        "base64": b"cdr=" + lines_of_base64(raw),
    }[encode]
    _, key = make_key(format="freeswitch-json")
    assert post(body, key).json() == {"imported": 1, "known": 0, "rejected": []}
    assert get_cdr_model().objects.get().duration == 90
    assert post(body, key).json()["known"] == 1


@given(
    st.lists(st.sampled_from([b'{"a": 1}', b'{"b": [1, {"c": "]"}]}', b"7", b'"x,]"', b"1e400"]))
)
def test_an_array_is_divided_as_it_is_written(elements):
    for separator in (b",", b" ,\r\n\t"):
        found = records_of(b"[ " + separator.join(elements) + b" ]")
        assert [record.raw for record in found] == elements


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_are_refused(body):
    for wrapped in (body, b"[" + body, b"{" + body, b"cdr=" + body, b"[{}," + body + b"]"):
        try:
            assert all(record.raw for record in records_of(wrapped))
        except (UnreadableBody, TooLarge) as e:
            assert "\n" not in str(e.detail)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = ("uuid", "id", "account", "time_start", "time_end", "duration", "customer_price")
NAMES += ("auth_orig_ip", "src_prefix_routing", "orig_call_id", "is_last_cdr", "dst_country_id")


@pytest.mark.django_db
@given(rows=st.lists(st.dictionaries(st.sampled_from(NAMES), JSON) | JSON, max_size=5))
def test_rubbish_is_told_and_never_breaks_the_server(rows):
    with transaction.atomic():
        _, key = make_key()
        told = post(json.dumps(rows).encode(), key).json()
        assert told["imported"] + told["known"] + len(told["rejected"]) == len(rows)
        lines = "\n".join(map(json.dumps, rows)).encode()
        assert post(lines, key).status_code in (200, 400)
        # Each example leaves nothing behind.
        transaction.set_rollback(True)
