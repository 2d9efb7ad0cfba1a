import hashlib
import uuid
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, router
from django.test import Client
from django.urls import reverse

from origination.api import views
from origination.api.accounts import accounts_document
from origination.api.tokens import issue_token
from origination.models import get_account_model
from origination.statistics import accounts
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db

CURRENCY = "USD" if hasattr(get_account_model(), "currency") else None


def ask_accounts(user, **headers):
    headers = {"Authorization": issue_token(user), **headers}
    return Client().get(reverse("origination:accounts"), headers=headers)


def test_accounts_are_listed_by_name_in_the_shape_of_json_api(customer):
    second = AccountFactory(users=[customer], name="beta")
    first = AccountFactory(users=[customer], name="Alpha")
    assert ask_accounts(customer).json() == {
        "data": [
            {
                "id": str(account.uuid),
                "type": "accounts",
                "attributes": {"name": account.name, "currency": CURRENCY},
            }
            for account in (first, second)
        ]
    }


def test_only_accounts_visible_to_the_caller_are_listed(customer):
    AccountFactory(users=[UserFactory()])
    response = ask_accounts(customer)
    assert (response.status_code, response.content) == (200, b'{"data":[]}')


def test_names_that_are_the_same_come_in_the_same_order_every_time(customer):
    uuids = [AccountFactory(users=[customer], name="twin").uuid for _ in range(4)]
    listed = [account["id"] for account in ask_accounts(customer).json()["data"]]
    assert listed == sorted(map(str, uuids))


def test_an_account_is_found_by_whoever_may_see_it_and_by_nobody_else(customer):
    account = AccountFactory(users=[customer])
    assert accounts.visible_account(customer, account.uuid) == account
    assert accounts.visible_account(UserFactory(), account.uuid) is None
    assert accounts.visible_account(customer, uuid.uuid4()) is None


def test_the_key_of_a_user_of_something_else_opens_nothing(customer):
    """A host's authentication may bring a user who is no user of the site."""
    account = AccountFactory(users=[customer])
    with pytest.raises(PermissionDenied):
        accounts.visible_account(SimpleNamespace(pk=customer.pk), account.uuid)


class Nameless:
    uuid = uuid.UUID(int=1)

    def __str__(self):
        return "client 1"


@pytest.mark.parametrize(
    ("fields", "attributes"),
    [
        ({}, {"name": "client 1", "currency": None}),
        ({"name": "", "currency": ""}, {"name": "client 1", "currency": None}),
        ({"name": "Acme", "currency": "EUR"}, {"name": "Acme", "currency": "EUR"}),
        (
            {"name": lambda: "Acme", "currency": lambda: "EUR"},
            {"name": "Acme", "currency": "EUR"},
        ),
        ({"name": lambda: "", "currency": lambda: None}, {"name": "client 1", "currency": None}),
    ],
    ids=["lacking", "empty", "given", "methods", "methods of nothing"],
)
def test_what_a_host_s_account_lacks_is_its_text_or_null(fields, attributes):
    account = Nameless()
    vars(account).update(fields)
    (shown,) = accounts_document([account])["data"]
    assert shown["attributes"] == attributes


def test_an_account_that_a_host_s_join_finds_twice_is_listed_once():
    assert len(accounts_document([Nameless(), Nameless()])["data"]) == 1


@pytest.mark.parametrize("accept", ["application/vnd.api+json", "text/csv", "image/png"])
def test_the_headers_are_those_of_the_statistics_whatever_is_accepted(customer, accept):
    response = ask_accounts(customer, Accept=accept)
    assert response["content-type"] == "application/json; charset=utf-8"
    assert "Accept" in response["vary"]
    assert response["cache-control"] == "max-age=0, private, must-revalidate"
    assert response["etag"] == f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def test_a_list_that_the_client_already_has_is_304(customer):
    AccountFactory(users=[customer])
    etag = ask_accounts(customer)["etag"]
    response = ask_accounts(customer, **{"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize("token", ["", "nonsense"], ids=["none", "bad"])
def test_without_a_token_it_is_401_with_the_same_body_as_the_statistics(customer, token):
    response = ask_accounts(customer, Authorization=token)
    assert (response.status_code, response.json()) == (401, {"error": "invalid token"})
    assert response["www-authenticate"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_another_method_is_405_with_allow(customer, method):
    headers = {"Authorization": issue_token(customer)}
    response = getattr(Client(), method)(reverse("origination:accounts"), headers=headers)
    assert (response.status_code, response["allow"]) == (405, "GET, HEAD")


def test_a_database_that_does_not_answer_is_503(customer, monkeypatch):
    def down(user):
        raise OperationalError("connection refused")

    monkeypatch.setattr(views, "accounts_document", down)
    response = ask_accounts(customer)
    assert (response.status_code, response["retry-after"]) == (503, "5")


def failing(self, user):
    raise self.model.DoesNotExist


FAULTS = {
    "raises": failing,
    "nothing": lambda self, user: None,
    "list of keys": lambda self, user: [1],
    "dictionaries": lambda self, user: self.filter(pk__gt=0).values("pk"),
}
UNFILTERED = {
    "slice": lambda self, user: self.all()[:5],
    "union": lambda self, user: self.all().union(self.none()),
    "list": lambda self, user: list(self.all()),
}


def visible_as(monkeypatch, visible_to):
    monkeypatch.setattr(get_account_model().objects._queryset_class, "visible_to", visible_to)


@pytest.mark.parametrize("visible_to", FAULTS.values(), ids=FAULTS)
def test_a_host_whose_rule_fails_has_no_list_and_503(customer, monkeypatch, caplog, visible_to):
    AccountFactory(users=[customer])
    visible_as(monkeypatch, visible_to)
    response = ask_accounts(customer)
    assert (response.status_code, response["retry-after"]) == (503, "5")
    assert "The account model failed" in caplog.text


@pytest.mark.parametrize("visible_to", (FAULTS | UNFILTERED).values(), ids=FAULTS | UNFILTERED)
def test_a_host_whose_rule_cannot_be_narrowed_has_no_statistics_and_503(
    customer, monkeypatch, visible_to
):
    account = AccountFactory(users=[customer])
    visible_as(monkeypatch, visible_to)
    response = ask(customer, account)
    assert (response.status_code, response["retry-after"]) == (503, "5")


def test_any_number_of_accounts_takes_two_queries(customer, django_assert_num_queries):
    AccountFactory.create_batch(5, users=[customer])
    with django_assert_num_queries(2, using=router.db_for_read(get_account_model()) or "default"):
        assert len(ask_accounts(customer).json()["data"]) == 5
