"""A batch of followed lines: what becomes a CDR, and what is kept of the rest."""

import json

import pytest

from origination.importing.accounts import Accounts
from origination.importing.again import try_again
from origination.importing.formats import Format
from origination.importing.lines import Line
from origination.importing.models import AccountCode, RejectedRecord
from origination.importing.reading import Pending
from origination.importing.storing import Store
from origination.management.commands._follow import _keeper
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

JSON = Format("jsonl")
UUID = "22222222-2222-4222-8222-{:012d}"


def read(number, account):
    row = {"uuid": UUID.format(number), "account": str(account), "duration": 60,
           "time_start": "2026-06-11 15:40:07"}  # fmt: skip
    line = Line(number, json.dumps(row).encode())
    return Pending("/log", line, JSON.reader()(line))


def store(batch, format=JSON, of_one_account=False):
    return Store(Accounts(), _keeper(format, of_one_account), False)(batch)


def test_the_same_batch_again_adds_nothing_and_keeps_nothing_twice():
    account = AccountFactory()
    batch = [read(1, account.uuid), read(2, "acme"), Pending("/log", Line(3, b"x"), None, "no")]
    assert str(store(batch)) == "read 3, imported 1, already there 0, rejected 2"
    assert str(store(batch)) == "read 3, imported 0, already there 1, rejected 2"
    assert get_cdr_model().objects.count() == 1
    kept = RejectedRecord.objects.order_by("text").values_list("source", "reason")
    assert sorted(kept) == [("/log", "no"), ("/log", "unknown account: 'acme'")]


def test_a_call_of_an_unknown_code_is_imported_once_the_code_is_known():
    store([read(1, "acme")])
    AccountCode.objects.create(code="acme", account=AccountFactory())
    assert try_again(RejectedRecord.objects.all()).imported == 1
    assert not RejectedRecord.objects.exists()


@pytest.mark.parametrize(
    ("format", "of_one_account"), [(Format("csv"), False), (JSON, True)], ids=["header", "account"]
)
def test_what_cannot_be_read_alone_can_only_be_looked_at(format, of_one_account):
    store([read(1, "acme")], format, of_one_account)
    assert RejectedRecord.objects.get().reading is None
