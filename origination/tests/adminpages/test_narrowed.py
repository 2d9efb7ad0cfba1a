"""A host's ``CDRAdmin`` that shows some CDRs alone is obeyed at every URL of the admin."""

import csv
import io
from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, router
from django.db.models import F
from django.urls import resolve

from origination.admin import CDRAdmin
from origination.adminpages import accounts
from origination.models import get_account_model, get_cdr_model
from origination.tests.support.factories import AccountFactory, CDRFactory
from origination.tests.support.operators import RECENT, operator, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("summed")]

CDR = get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"
BUCKET = "2026-06-11T15:00:00Z"


@pytest.fixture
def model_admin():
    return resolve(page("changelist")).func.model_admin


@pytest.fixture
def own():
    return AccountFactory(name="Harbour own")


@pytest.fixture
def foreign():
    return AccountFactory(name="Harbour foreign")


@pytest.fixture
def narrowed(monkeypatch, model_admin, own, foreign):
    """Each account has a call of 60 and one of 5 seconds; shown is the own one of 60."""
    for account in (own, foreign):
        for duration in (60, 5):
            CDRFactory(account=account, time_start=RECENT, duration=duration, orig_call_id="a@b")
    narrow(monkeypatch, model_admin, own)


def narrow(monkeypatch, model_admin, account):
    every = model_admin.get_queryset
    monkeypatch.setattr(
        model_admin,
        "get_queryset",
        lambda request: every(request).filter(account=account, duration__gte=60),
    )


def question(account, **more):
    return {
        "account-id": str(account.uuid), "from-time": "2026-06-01", "sampling": "hour", **more
    }  # fmt: skip


@pytest.fixture
def client():
    return operator("view", "export")


@pytest.mark.usefixtures("narrowed")
def test_the_list_the_export_and_the_attempts_are_of_what_is_shown(client, own):
    listed = client.get(page("changelist"), {"period": "all"}).context["cl"].result_list
    response = client.get(page("export"), {"period": "all"})
    exported = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    attempts = client.get(page("change", listed[0].pk)).context["attempts"]
    assert [(cdr.account, cdr.duration) for cdr in listed] == [(own, 60)]
    assert [(row["account"], row["duration"]) for row in exported] == [(str(own.uuid), "60")]
    assert len(attempts) == 1


@pytest.mark.usefixtures("narrowed")
def test_a_cdr_that_is_not_shown_has_no_page(client, foreign):
    hidden = CDR.objects.filter(account=foreign)[0]
    assert client.get(page("change", hidden.pk)).status_code == 302
    assert client.get(page("history", hidden.pk)).status_code == 302


@pytest.mark.usefixtures("narrowed")
@pytest.mark.parametrize("sampling", ["minute", "hour", "day"])
@pytest.mark.parametrize("format_", [None, "csv"])
def test_statistics_count_what_is_shown_whatever_sums_there_are(client, own, sampling, format_):
    asked = question(own, sampling=sampling, **({"format": format_} if format_ else {}))
    response = client.get(page("data"), asked)
    calls = (
        response.content.decode().splitlines()[1].split(",")[1]
        if format_
        else response.json()["totals"]["total_calls"]
    )
    assert int(calls) == 1
    assert 'desc="cdrs"' in response["Server-Timing"]


@pytest.mark.usefixtures("narrowed")
@pytest.mark.parametrize("name", ["data", "bucket", "changelist", "export"])
def test_an_account_whose_cdrs_are_not_shown_is_unknown(client, foreign, own, name):
    bucket = {"bucket": BUCKET} if name == "bucket" else {}
    assert client.get(page(name), question(foreign, **bucket)).status_code == 400
    assert client.get(page(name), question(own, **bucket)).status_code in {200, 302}


@pytest.mark.usefixtures("narrowed")
@pytest.mark.parametrize("few", [1000, 1], ids=["few accounts", "many accounts"])
def test_only_accounts_whose_cdrs_are_shown_are_suggested(client, own, foreign, monkeypatch, few):
    monkeypatch.setattr(accounts, "FEW", few)
    for text in ("", "harb", str(foreign.uuid), str(own.uuid)):
        found = client.get(page("accounts"), {"search": text}).json()["data"]
        assert [account["id"] for account in found] == [str(own.uuid)] * (text != str(foreign.uuid))


@pytest.mark.usefixtures("narrowed")
@pytest.mark.parametrize("name", ["statistics", "changelist"])
def test_the_name_of_an_account_is_told_to_nobody_else(client, own, foreign, name):
    for account, is_told in ((own, True), (foreign, False)):
        text = client.get(page(name), {"account-id": str(account.uuid)}).content.decode()
        assert (account.name in text) is is_told


def test_a_host_may_say_itself_which_accounts(client, monkeypatch, model_admin, own, foreign):
    """Without a look at the CDRs, of which there are none yet."""
    narrow(monkeypatch, model_admin, own)
    assert client.get(page("data"), question(own)).status_code == 400
    monkeypatch.setattr(
        model_admin, "get_accounts", lambda request, accounts: accounts.filter(pk=own.pk)
    )
    assert client.get(page("data"), question(own)).status_code == 200
    assert client.get(page("data"), question(foreign)).status_code == 400
    found = client.get(page("accounts"), {"search": "harb"}).json()["data"]
    assert [account["id"] for account in found] == [str(own.uuid)]


@pytest.mark.usefixtures("narrowed")
def test_a_search_for_accounts_that_takes_too_long_is_told(client, own, monkeypatch):
    @contextmanager
    def slow(alias):
        yield
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(accounts, "bounded_query", slow)
    for name in ("accounts", "data", "bucket", "changelist", "export"):
        assert client.get(page(name), question(own, bucket=BUCKET)).status_code == 503, name
    assert client.get(page("statistics"), question(own)).status_code == 200


# As docs/how-to/tenants.md has it, with the account's name in the place of an organization.


class Own:
    """A host's mixin, which looks for a field that CDRs do not have."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(organization="Harbour own")


class Joined(CDRAdmin):
    def get_queryset(self, request):
        return super().get_queryset(request).filter(account__name="Harbour own")


class Named(CDRAdmin):
    def get_queryset(self, request):
        return super().get_queryset(request).alias(organization=F("account__name"))


class Mixed(Own, Named):
    pass


class Keyed(CDRAdmin):
    def get_queryset(self, request):
        own = get_account_model().objects.filter(name="Harbour own")
        keys = list(own.values_list("pk", flat=True))
        return super().get_queryset(request).filter(account__in=keys)


class Told(Keyed):
    def get_accounts(self, request, accounts):
        return accounts.filter(name="Harbour own")


joined = pytest.mark.skipif(
    router.db_for_read(CDR) != router.db_for_read(get_account_model()), reason="no join"
)


@pytest.mark.parametrize(
    "recipe",
    [pytest.param(Joined, marks=joined), pytest.param(Mixed, marks=joined), Keyed, Told],
)
def test_an_admin_that_shows_each_organization_its_own(
    client, own, foreign, monkeypatch, model_admin, recipe
):
    for account in (own, foreign):
        CDRFactory.create_batch(2, account=account, time_start=RECENT)
    host = recipe(CDR, model_admin.admin_site)
    for name in ("get_queryset", "get_accounts"):
        monkeypatch.setattr(model_admin, name, getattr(host, name))
    listed = client.get(page("changelist"), {"period": "all"}).context["cl"].result_list
    assert {cdr.account for cdr in listed} == {own}
    answer = client.get(page("data"), question(own)).json()
    assert answer["totals"]["total_calls"] == 2
    assert client.get(page("data"), question(foreign)).status_code == 400
    found = client.get(page("accounts"), {"search": ""}).json()["data"]
    assert [account["id"] for account in found] == [str(own.uuid)]
    assert client.get(page("bucket"), question(own, bucket=BUCKET)).status_code == 302


PAGES = ["changelist", "export", "statistics", "data", "bucket", "accounts"]


@pytest.mark.parametrize("name", PAGES)
def test_who_may_view_is_the_host_s_to_say(monkeypatch, model_admin, own, name):
    """By request, against the permissions that the operator has."""
    address, asked = page(name), question(own, bucket=BUCKET)
    monkeypatch.setattr(model_admin, "has_view_permission", lambda request, obj=None: False)
    assert operator("view", "export").get(address, asked).status_code == 403
    monkeypatch.setattr(model_admin, "has_view_permission", lambda request, obj=None: True)
    monkeypatch.setattr(model_admin, "has_export_permission", lambda request: True)
    assert operator().get(address, asked).status_code in {200, 302}


@pytest.mark.usefixtures("narrowed")
def test_an_attempt_that_a_host_hides_is_not_among_those_of_its_call(
    client, own, monkeypatch, model_admin
):
    hidden = CDRFactory(account=own, time_start=RECENT, duration=61, orig_call_id="a@b")
    shown = CDR.objects.get(account=own, duration=60)
    monkeypatch.setattr(model_admin, "has_view_permission", lambda request, obj=None: obj != hidden)
    attempts = client.get(page("change", shown.pk)).context["attempts"]
    assert [attempt.is_this for attempt in attempts] == [True]
    assert client.get(page("change", hidden.pk)).status_code == 403


@pytest.mark.parametrize("name", ["export", "statistics", "data", "bucket", "accounts"])
def test_what_is_read_alone_cannot_be_posted_to(client, name):
    response = client.post(page(name))
    assert (response.status_code, "GET" in response["Allow"]) == (405, True)
    assert operator().post(page(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_host_that_refuses_in_its_queryset_is_obeyed(client, own, monkeypatch, model_admin, name):
    def refuse(request):
        raise PermissionDenied

    monkeypatch.setattr(model_admin, "get_queryset", refuse)
    assert client.get(page(name), question(own, bucket=BUCKET)).status_code == 403
