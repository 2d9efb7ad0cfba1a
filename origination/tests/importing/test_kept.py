"""Rejected records that are kept, tried again, and forgotten."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.utils import timezone

from origination.importing import kept
from origination.importing.again import WITHOUT_FORMAT, try_again
from origination.importing.formats import Format
from origination.importing.kept import format_of, keep, told
from origination.importing.models import AccountCode, FeedKey, RejectedRecord
from origination.models import get_cdr_model
from origination.tests.support.client import configured
from origination.tests.support.switches import call, make_key, post

pytestmark = pytest.mark.django_db
CDR = get_cdr_model()
JSON = Format("jsonl", source="gw1")


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    """No pruning, unless a test wants some."""
    monkeypatch.setattr(kept, "_pruned", kept.time.monotonic())


def record(code="7001", **values):
    return orjson.dumps(call(code, **values))


def all_records():
    return list(RejectedRecord.objects.select_related("key"))


def outcome(taken):
    return taken.imported, taken.known, len(taken.rejects)


def test_a_record_that_comes_again_is_kept_once_with_its_last_reason():
    text = record()
    keep("gw1", [(text, "unknown account: '7001'"), (text, "unknown account: '7001'")])
    first = RejectedRecord.objects.get()
    keep("gw1", [(text, "duration: out of range")])
    again = RejectedRecord.objects.get()
    assert (again.pk, again.reason, again.kind) == (first.pk, "duration: out of range", "duration")
    assert again.received_at > first.received_at
    keep("gw2", [(text, "unknown account: '7001'")])
    assert RejectedRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"na\xe9", "naé"),
        ("café".encode(), "café"),
        (b"a\0b", r"a\x00b"),
        (b"", ""),
        (b"x" * 200_000, "x" * 200_000),
    ],
    ids=["latin-1", "utf-8", "nul", "empty", "long"],
)
def test_whatever_came_is_kept_as_text(raw, text):
    keep("gw" * 200, [(raw, "why: \ud800\0")])
    kept_record = RejectedRecord.objects.get()
    assert (kept_record.text, kept_record.reason) == (text, r"why: \ud800\x00")


def test_a_format_is_told_and_read_back():
    format = Format(
        "csv",
        zone=ZoneInfo("Europe/Kyiv"),
        delimiter=";",
        columns=("a", "-", "b", "duration"),
        mapping=(("a", "account"), ("b", "time_start")),
        source="gw1",
        legs="all",
    )
    assert format_of(orjson.loads(orjson.dumps(told(format)))) == format
    assert format_of(told(JSON)) == JSON


def test_once_the_code_is_known_the_record_becomes_a_cdr(account):
    _, key = make_key("gw1")
    post([call("7001"), call("7002")], key)
    assert outcome(try_again(all_records())) == (0, 0, 2)
    AccountCode.objects.create(code="7001", account=account)
    assert outcome(try_again(all_records())) == (1, 0, 1)
    assert RejectedRecord.objects.get().reason == "unknown account: '7002'"
    assert CDR.objects.get().account_id == account.pk


def test_a_record_that_has_come_in_meanwhile_leaves_as_known(account):
    _, key = make_key("gw1")
    one = call("7001")
    post(one, key)
    AccountCode.objects.create(code="7001", account=account)
    post(one, key)
    assert outcome(try_again(all_records())) == (0, 1, 0)
    assert not RejectedRecord.objects.exists()


def test_a_record_is_read_as_its_key_reads_now(account):
    _, text = make_key("gw1")
    post(call("7001"), text)
    FeedKey.objects.update(account=account)
    assert outcome(try_again(all_records())) == (1, 0, 0)


def test_records_of_files_are_read_as_their_format_says(account):
    keep("gw1", [(record(), "unknown account: '7001'")], format=JSON)
    AccountCode.objects.create(code="7001", source="gw1", account=account)
    assert outcome(try_again(all_records())) == (1, 0, 0)


def test_what_nothing_tells_how_to_read_stays():
    keep("gw1", [(record(), "unknown account: '7001'")])
    assert outcome(try_again(all_records())) == (0, 0, 1)
    assert RejectedRecord.objects.get().reason == WITHOUT_FORMAT


def test_records_of_several_switches_are_tried_together(accounts):
    first, second = accounts
    for source, account in (("gw1", first), ("gw2", second)):
        _, text = make_key(source, source=source)
        post([call("7001") for _ in range(3)], text)
        AccountCode.objects.create(code="7001", source=source, account=account)
    assert outcome(try_again(all_records())) == (6, 0, 0)
    assert CDR.objects.filter(account=first).count() == 3


def test_what_is_older_than_the_site_keeps_is_pruned(monkeypatch):
    keep("gw1", [(record(), "old"), (record(), "new")])
    age = timezone.now() - timedelta(hours=2)
    RejectedRecord.objects.filter(reason="old").update(received_at=age)
    with configured(REJECTS_KEPT_FOR=timedelta(hours=1)):
        keep("gw1", [])
        assert RejectedRecord.objects.count() == 2
        monkeypatch.setattr(kept, "_pruned", -1e9)
        keep("gw1", [])
    assert RejectedRecord.objects.get().reason == "new"


def test_a_thousand_rejects_cost_few_queries(django_assert_max_num_queries):
    records = [(record(), "unknown account") for _ in range(1000)]
    # SQLite takes fewer values at once.
    with django_assert_max_num_queries(20):
        keep("gw1", records)
    assert RejectedRecord.objects.count() == 1000
