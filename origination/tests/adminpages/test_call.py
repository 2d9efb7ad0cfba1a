"""The page of one CDR."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.admin.utils import quote
from django.db import OperationalError

from origination.adminpages import call
from origination.api.filters import has_field
from origination.models import get_account_model, get_cdr_model
from origination.tests.support.factories import CDRFactory
from origination.tests.support.operators import RECENT, operator, page

pytestmark = pytest.mark.django_db

CDR = get_cdr_model()
HAS_REASON = has_field(CDR, "disconnect_reason")


def shown(client, cdr):
    return client.get(page("change", cdr.pk))


def test_every_field_is_shown_once_in_a_group_and_times_in_utc():
    response = shown(operator("view"), CDRFactory(time_start=RECENT, orig_call_id="a@b"))
    fieldsets = response.context["adminform"].fieldsets
    assert [legend for legend, _ in fieldsets] == ["Who", "When (UTC)", "Where to", "Money", "SIP"]
    names = [name for _, options in fieldsets for row in options["fields"] for name in row]
    assert len(names) == len(set(names)) == len([f for f in CDR._meta.fields if f.name != "id"])
    assert ("disconnect_reason" in names) is HAS_REASON
    assert "2026-06-11 15:30:00" in response.content.decode()


def test_other_attempts_of_the_same_call_are_listed_in_order():
    second, first = (
        CDRFactory(time_start=RECENT - n * timedelta(days=2), orig_call_id="a@b") for n in range(2)
    )
    CDRFactory(orig_call_id="c@d")
    client = operator("view")
    response = shown(client, second)
    attempts = response.context["attempts"]
    assert [(attempt.pk, attempt.is_this) for attempt in attempts] == [
        (quote(first.pk), False),
        (quote(second.pk), True),
    ]
    assert page("change", first.pk) in response.content.decode()


def test_a_search_for_attempts_that_takes_too_long_leaves_the_page(monkeypatch):
    @contextmanager
    def slow(alias):
        yield
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(call, "bounded_query", slow)
    response = shown(operator("view"), CDRFactory(time_start=RECENT, orig_call_id="a@b"))
    assert response.status_code == 200
    assert "took too long to find the attempts" in response.content.decode()


def test_without_a_call_id_nothing_is_the_same_call():
    _other, cdr = CDRFactory(), CDRFactory()
    assert shown(operator("view"), cdr).context["attempts"] == []


@pytest.mark.skipif(
    get_account_model()._meta.label != "origination.Account", reason="a host's own accounts"
)
@pytest.mark.parametrize("may_view_accounts", [False, True])
def test_the_account_is_linked_for_who_may_view_accounts(may_view_accounts):
    from django.contrib.auth.models import Permission

    cdr = CDRFactory()
    client = operator("view")
    if may_view_accounts:
        user = type(cdr.account).users.field.related_model.objects.get(
            pk=client.session["_auth_user_id"]
        )
        user.user_permissions.add(Permission.objects.get(codename="view_account"))
    address = shown(client, cdr).context["account_address"]
    assert bool(address) is may_view_accounts
    assert not address or client.get(address).status_code == 200


def test_a_cdr_that_is_not_there_leads_back_to_the_index():
    assert operator("view").get(page("change", 123456)).status_code == 302
