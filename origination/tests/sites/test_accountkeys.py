"""Hosts whose CDRs or whose API know accounts by another field than ours do."""

import csv
import io
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connections, router
from django.test import Client
from django.urls import reverse

from origination.api.tokens import issue_token
from origination.importing.models import AccountCode
from origination.models import account_key, get_account_model, get_cdr_model
from origination.rollups import triggers
from origination.statistics.accounts import account_uuid
from origination.tests.support import switches
from origination.tests.support.client import URL
from origination.tests.support.factories import UserFactory
from origination.tests.support.operators import operator, page
from origination.tests.support.switches import make_key, post

pytestmark = [
    pytest.mark.skipif(
        not settings.ROOT_URLCONF.startswith("origination.tests.sites")
        or not settings.ORIGINATION_CDR_MODEL.startswith("accountkeys."),
        reason="of some sites",
    ),
    pytest.mark.django_db,
]

ACCOUNT, CDR = get_account_model(), get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"
IS_POSTGRESQL = connections[ALIAS].vendor == "postgresql"
MOMENT = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)
# As a switch may name a customer: an address of the admin must quote it.
CODES = ("ALICE/1_x", "bob 2")
# Of this model the uuids are texts, spelled in two ways.
SPELLED = (lambda value: value.hex.upper(), str)


@pytest.fixture(autouse=True)
def summed():
    if IS_POSTGRESQL:
        triggers.install(CDR, ALIAS)


@pytest.fixture
def accounts(customer):
    """One of the customer's and one of somebody else's."""
    return [make(n, owner) for n, owner in enumerate((customer, UserFactory()))]


def make(number, owner):
    fields = {
        "code": CODES[number],
        "name_of_switch": CODES[number],
        "reference": SPELLED[number](uuid.uuid4()),
    }
    known = {field.name for field in ACCOUNT._meta.fields}
    given = {name: value for name, value in fields.items() if name in known}
    return ACCOUNT.objects.create(title=f"Client {number}", owner=owner, **given)


def call(account, **fields):
    # A CDR's field takes the model that it points to, a proxy or not.
    held = getattr(account, account_key(CDR).attname) if account else None
    return CDR.objects.create(account_id=held, time_start=MOMENT, duration=60, **fields)


def ask(user, account, **more):
    query = {"account-id": str(account_uuid(account)), "from-time": "2026-06-01", "sampling": "day"}
    headers = {"Authorization": issue_token(user)}
    return Client().get(URL, {**query, **more}, headers=headers)


def test_the_site_has_nothing_to_be_told():
    found = {m.id for m in run_checks() if m.id and m.id.startswith("origination")}
    assert found == set()


def test_accounts_are_listed_by_their_uuids(customer, accounts):
    headers = {"Authorization": issue_token(customer)}
    listed = Client().get(reverse("origination:accounts"), headers=headers).json()["data"]
    assert [account["id"] for account in listed] == [str(account_uuid(accounts[0]))]
    assert uuid.UUID(listed[0]["id"])


@pytest.mark.parametrize("more", [{}, {"duration-gt": "1"}, {"sampling": "minute"}])
def test_each_customer_has_the_numbers_of_his_own(customer, accounts, more):
    own, foreign = accounts
    for account in (own, own, foreign, None):
        call(account)
    answer = ask(customer, own, **more)
    assert answer.json()["totals"]["total_calls"] == 2
    is_stored = IS_POSTGRESQL and "duration-gt" not in more
    assert ('desc="cdrs"' in answer["Server-Timing"]) is not is_stored
    response = ask(customer, foreign, **more)
    assert (response.status_code, response.json()) == (400, {"error": "invalid value account-id"})


def imported(tmp_path, *options, code):
    file = tmp_path / "calls.csv"
    file.write_text(
        "uuid,account,time_start,duration,customer_price\n"
        f"{uuid.uuid4()},{code},2026-06-11T15:40:07Z,60,0.5\n"
    )
    out = io.StringIO()
    arguments = [str(file), "--format=csv", "--no-progress", *options]
    try:
        call_command("import_cdrs", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as e:
        assert e.code == 1
    return out.getvalue()


def test_an_import_stores_what_the_cdrs_hold_of_an_account(tmp_path, customer, accounts):
    own = accounts[0]
    known = account_uuid(own)
    mapped = tmp_path / "map.csv"
    mapped.write_text(f"7001,{known}\n")
    assert "imported 1" in imported(tmp_path, code=known)
    assert "imported 1" in imported(tmp_path, f"--account-map={mapped}", code="7001")
    assert "imported 1" in imported(tmp_path, f"--account={known}", code="")
    held = {getattr(own, account_key(CDR).attname)}
    assert set(CDR.objects.values_list("account_id", flat=True)) == held
    assert ask(customer, own).json()["totals"]["total_calls"] == 3


def test_a_call_of_nobody_is_rejected(tmp_path, accounts):
    assert "imported 0, already there 0, rejected 1" in imported(tmp_path, code=uuid.uuid4())
    assert not CDR.objects.exists()


def test_account_codes_stand_for_what_the_cdrs_hold(tmp_path, customer, accounts):
    own, other = accounts
    AccountCode.objects.create(code="7001", account=own)
    AccountCode.objects.create(code="7001", source="gw2", account=other)
    assert "imported 1" in imported(tmp_path, code="7001")
    _, key = make_key("gw", source="gw2", own_codes_only=True)
    answer = post([switches.call("7001"), switches.call(str(account_uuid(own)))], key)
    assert (answer.json()["imported"], len(answer.json()["rejected"])) == (1, 1)
    assert ask(customer, own).json()["totals"]["total_calls"] == 1
    held = [getattr(account, account_key(CDR).attname) for account in accounts]
    assert set(CDR.objects.values_list("account_id", flat=True)) == set(held)


def test_a_key_of_one_account_gives_it_every_call(customer, accounts):
    own, _ = accounts
    _, key = make_key(account=own)
    assert post(switches.call("whoever"), key).json()["imported"] == 1
    assert ask(customer, own).json()["totals"]["total_calls"] == 1


def exported():
    response = operator("view", "export").get(page("export"), {"period": "all"})
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_names_the_account_of_every_cdr(accounts):
    for account in accounts:
        call(account)
    found = {(row["account"], row["account_name"]) for row in exported()}
    assert found == {(str(account_uuid(account)), account.title) for account in accounts}


def test_operators_find_accounts_and_their_calls(accounts):
    own, other = accounts
    client = operator("view", "export")
    cdr = call(own)
    call(other)
    known = str(account_uuid(own))
    assert account_named(client, own.title) == account_named(client, known) == [known]
    question = {"account-id": known, "from-time": "2026-06-01", "sampling": "hour"}
    assert client.get(page("data"), question).json()["totals"]["total_calls"] == 1
    bucket = {**question, "bucket": "2026-06-11T15:00:00Z"}
    listed = client.get(client.get(page("bucket"), bucket)["Location"])
    assert list(listed.context["cl"].result_list) == [cdr]
    assert own.title in listed.content.decode()


def account_named(client, text):
    found = client.get(page("accounts"), {"search": text}).json()["data"]
    return [account["id"] for account in found]


def test_an_admin_that_shows_some_cdrs_suggests_the_accounts_of_these(accounts, monkeypatch):
    from django.urls import resolve

    for account in accounts:
        call(account)
    model_admin = resolve(page("changelist")).func.model_admin
    every, held = model_admin.get_queryset, getattr(accounts[0], account_key(CDR).attname)
    monkeypatch.setattr(
        model_admin, "get_queryset", lambda request: every(request).filter(account_id=held)
    )
    client = operator("view")
    assert account_named(client, "") == [str(account_uuid(accounts[0]))]


def test_the_page_of_a_cdr_leads_to_that_of_its_account(accounts, admin_client):
    response = admin_client.get(page("change", quote(call(accounts[0]).pk)))
    address = response.context["account_address"]
    assert accounts[0].title in response.content.decode()
    assert admin_client.get(address).status_code == 200


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "never known"])
def test_a_call_whose_account_is_gone_is_shown_and_counted_for_nobody(
    tmp_path, customer, accounts, is_deleted
):
    own = accounts[0]
    known = account_uuid(own)
    cdr = call(own if is_deleted else None)
    gone = ACCOUNT.objects.get(pk=own.pk)
    if is_deleted:
        own.delete()
        assert ask(customer, gone).status_code == 400
        assert "rejected 1" in imported(tmp_path, code=known)
    client = operator("view", "export")
    listed = client.get(page("changelist"), {"period": "all"})
    assert list(listed.context["cl"].result_list) == [cdr]
    assert "None" not in listed.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    assert client.get(page("change", quote(cdr.pk))).status_code == 200
    assert [(row["account"], row["account_name"]) for row in exported()] == [("", "")]
