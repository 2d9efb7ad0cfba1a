"""Account codes, keys of switches and rejected records in the admin."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from origination.importing.models import AccountCode, FeedKey, RejectedRecord
from origination.models import get_cdr_model
from origination.tests.support.factories import UserFactory
from origination.tests.support.switches import call, make_key, post

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        settings.ROOT_URLCONF != "statsproject.urls", reason="of Django's own admin site"
    ),
]


def address(model, page, *args):
    return reverse(f"admin:origination_{model}_{page}", args=args)


def operator(*codenames):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def act(client, model, action, *pks):
    data = {"action": action, "_selected_action": pks}
    return client.post(address(model, "changelist"), data, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_codes_stand_beside_the_account(account):
    AccountCode.objects.create(code="7001", source="gw1", account=account)
    client = operator("view_account", "view_accountcode", "change_accountcode")
    shown = client.get(address("account", "change", account.pk)).content.decode()
    assert "7001" in shown
    assert "gw1" in shown


def test_an_operator_adds_a_code(account):
    client = operator("add_accountcode", "view_accountcode", "view_account")
    data = {"code": "7001", "source": "", "account": account.pk}
    assert client.post(address("accountcode", "add"), data).status_code == 302
    assert AccountCode.objects.get().account == account
    again = client.post(address("accountcode", "add"), data)
    assert "already exists" in again.content.decode()
    listed = client.get(address("accountcode", "changelist"), {"q": "7001"}).content.decode()
    assert account.name in listed


def test_a_code_of_an_account_that_was_deleted_behind_our_back_is_listed(account):
    AccountCode.objects.create(code="7001", account_id=account.pk + 1000)
    client = operator("view_accountcode")
    assert "(deleted)" in client.get(address("accountcode", "changelist")).content.decode()


def test_no_page_shows_a_key():
    key, text = make_key("gw1")
    client = operator("view_feedkey", "change_feedkey")
    for page in ("changelist", "change"):
        args = [key.pk] if page == "change" else []
        shown = client.get(address("feedkey", page, *args)).content.decode()
        assert key.prefix in shown
        assert text.partition(".")[2] not in shown
        assert key.digest not in shown
    assert client.get(address("feedkey", "add")).status_code == 403


def test_how_a_key_reads_can_be_changed(account):
    key, text = make_key("gw1")
    client = operator("view_feedkey", "change_feedkey")
    data = {"format": "jsonl", "time_zone": "Europe/Kyiv", "legs": "calls", "mapping": "{}"}
    page = address("feedkey", "change", key.pk)
    assert client.post(page, data | {"source": "gw9", "account": account.pk}).status_code == 302
    key.refresh_from_db()
    assert (key.time_zone, key.source, key.account) == ("Europe/Kyiv", "gw9", account)
    assert post(call("whatever"), text).json()["imported"] == 1
    wrong = client.post(page, data | {"time_zone": "Mars/Base"})
    assert "No such time zone: Mars/Base" in wrong.content.decode()


def test_a_key_is_revoked_by_who_may_change_it():
    key, text = make_key("gw1")
    act(operator("view_feedkey"), "feedkey", "revoke_keys", key.pk)
    assert post([], text).status_code == 200
    done = act(operator("view_feedkey", "change_feedkey"), "feedkey", "revoke_keys", key.pk)
    assert messages_of(done) == ["1 revoked."]
    assert post([], text).status_code == 401
    assert FeedKey.objects.get().revoked_at


def test_rejected_records_are_found_by_their_reason():
    _, text = make_key("gw1")
    post([call("7001"), {"uuid": "x"}], text)
    client = operator("view_rejectedrecord")
    page = address("rejectedrecord", "changelist")
    shown = client.get(page).content.decode()
    assert "unknown account: &#x27;7001&#x27;" in shown
    by_kind = client.get(page, {"kind": "unknown account"})
    assert by_kind.context["cl"].result_count == 1
    assert client.get(page, {"q": "7001"}).context["cl"].result_count == 1


def test_records_are_tried_again_from_the_list(account):
    _, text = make_key("gw1")
    post([call("7001"), call("7002")], text)
    AccountCode.objects.create(code="7001", account=account)
    pks = list(RejectedRecord.objects.values_list("pk", flat=True))
    client = operator("view_rejectedrecord", "change_rejectedrecord")
    told = messages_of(act(client, "rejectedrecord", "try_selected_again", *pks))
    assert told == ["1 imported, 0 already there, 1 still rejected; the list shows why."]
    assert get_cdr_model().objects.get().account == account
    AccountCode.objects.create(code="7002", account=account)
    told = messages_of(act(client, "rejectedrecord", "try_selected_again", *pks))
    assert told == ["1 imported, 0 already there."]


def test_who_may_only_look_tries_nothing_again(account):
    _, text = make_key("gw1")
    post(call("7001"), text)
    AccountCode.objects.create(code="7001", account=account)
    pk = RejectedRecord.objects.get().pk
    act(operator("view_rejectedrecord"), "rejectedrecord", "try_selected_again", pk)
    assert RejectedRecord.objects.exists()
    page = operator("view_rejectedrecord").get(address("rejectedrecord", "change", pk))
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
