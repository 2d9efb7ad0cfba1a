import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from origination.models import get_cdr_model
from origination.tests.support.factories import CDRFactory
from origination.tests.support.operators import operator, page

pytestmark = pytest.mark.django_db

PAGES = {
    "list": lambda cdr: page("changelist"),
    "one CDR": lambda cdr: page("change", cdr.pk),
    "its history": lambda cdr: page("history", cdr.pk),
    "export": lambda cdr: page("export") + "?period=all",
    "statistics": lambda cdr: page("statistics"),
    "numbers": lambda cdr: page("data") + question(cdr),
    "bucket": lambda cdr: page("bucket") + question(cdr) + "&bucket=2026-06-11T15:00:00Z",
    "accounts": lambda cdr: page("accounts"),
}


def question(cdr):
    return f"?account-id={cdr.account.uuid}&from-time=2026-06-11&sampling=hour"


every_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)


@every_page
def test_permission_to_view_opens_every_page_and_that_to_export_the_export(address):
    url = address(CDRFactory())
    may_view = url if "export" in url else ""
    assert operator("view").get(url).status_code == (403 if may_view else answer_of(url))
    assert operator("view", "export").get(url).status_code == answer_of(url)


def answer_of(url):
    """A bucket leads to the list."""
    return 302 if "bucket=" in url else 200


@every_page
def test_without_the_permission_every_page_is_403(address):
    url = address(CDRFactory())
    assert operator().get(url).status_code == 403
    assert operator("export").get(url).status_code == 403


@every_page
def test_who_is_not_logged_in_sees_no_page(address):
    assert Client().get(address(CDRFactory())).status_code in {302, 403}


@pytest.mark.parametrize("name", ["add", "change", "delete", "changelist"])
def test_nothing_is_added_changed_or_deleted_even_with_every_permission(name):
    cdr = CDRFactory()
    before = get_cdr_model().objects.values().get()
    client = operator("view", "add", "change", "delete")
    url = page(name, *([cdr.pk] if name in {"change", "delete"} else []))
    body = {"action": "delete_selected", "_selected_action": [cdr.pk], "post": "yes", "duration": 9}
    assert client.post(url, body).status_code == (200 if name == "changelist" else 403)
    assert get_cdr_model().objects.values().get() == before
    assert not LogEntry.objects.exists()
