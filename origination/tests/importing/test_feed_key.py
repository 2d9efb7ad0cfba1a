"""``manage.py feed_key``: made once, listed without its text, revoked."""

import io

import pytest
from django.core.management import CommandError, call_command

from origination.importing import keys
from origination.importing.models import FeedKey
from origination.statistics.accounts import account_uuid
from origination.tests.support.switches import call, make_key, post

pytestmark = pytest.mark.django_db


def said(*arguments):
    out = io.StringIO()
    call_command("feed_key", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_key_is_shown_once_and_works(account):
    text = said("gw1").strip()
    assert post(call(account), text).json()["imported"] == 1
    stored = FeedKey.objects.values().get()
    secret = text.partition(".")[2]
    assert not any(secret in str(value) for value in stored.values())
    assert secret not in said("--list")


def test_two_keys_have_nothing_in_common():
    first, second = said("gw1").strip(), said("gw2").strip()
    assert len(first) == len(second) == 52
    assert first.partition(".")[0] != second.partition(".")[0]
    assert first.partition(".")[2] != second.partition(".")[2]


def test_options_say_how_its_records_are_read(account):
    options = ["--timezone=Europe/Kyiv", "--source=gw1", f"--account={account_uuid(account)}"]
    said("gw1", *options, "--own-codes-only", "--legs=all", "--map=Begin=time_start")
    key = FeedKey.objects.get()
    format = key.reading()
    assert (str(format.zone), format.source, format.legs) == ("Europe/Kyiv", "gw1", "all")
    assert format.mapping == (("Begin", "time_start"),)
    assert (key.account, key.own_codes_only) == (account, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name the key"),
        (["gw1", "--timezone=Mars/Base"], "No such time zone: Mars/Base"),
        (["gw1", "--account=7"], "--account: not a uuid: 7"),
        (["gw1", "--account=11111111-2222-4333-8444-555555555555"], "--account: unknown account"),
        (["gw1", "--own-codes-only"], "name its source"),
        (["gw1", "--map=Begin"], "--map: write THEIRS=OURS, not 'Begin'"),
        (["gw1", "--revoke"], "No key of this name is in use: gw1"),
        (["x" * 101], "101"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_makes_no_key_and_says_what_it_is(arguments, message):
    with pytest.raises(CommandError, match=message.replace("(", r"\(")):
        said(*arguments)
    assert not FeedKey.objects.exists()


def test_a_name_is_free_again_once_its_key_is_revoked():
    said("gw1")
    with pytest.raises(CommandError, match="of this name is in use: revoke it"):
        said("gw1")
    assert said("gw1", "--revoke").startswith("revoked gw1 (")
    said("gw1")
    assert FeedKey.objects.filter(revoked_at=None).count() == 1
    listed = said("--list").splitlines()
    assert sorted("revoked" in line for line in listed) == [False, True]


@pytest.mark.parametrize("text", ["", ".", "abcdefgh.", "a" * 52, "é" * 52, "\0" * 52])
def test_what_is_no_key_costs_no_query(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert keys.found(text) is None


def test_a_key_with_the_prefix_of_another_is_refused():
    _, text = make_key()
    prefix = text.partition(".")[0]
    assert keys.found(text) is not None
    assert keys.found(f"{prefix}.{'A' * 43}") is None
