"""A host whose users have uuids and tokens of its own."""

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client

from origination.tests.support.client import AUTH_URL, FROM, URL, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = [
    pytest.mark.skipif(settings.AUTH_USER_MODEL != "uuidusers.Member", reason="of one site"),
    pytest.mark.django_db,
]


def get(user, token, account):
    query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "day"}
    return Client(headers={"Authorization": f"Token {token}"}).get(URL, query)


def test_its_tokens_open_the_accounts_of_their_users():
    from knox.models import AuthToken

    user, other = UserFactory.create_batch(2)
    account, foreign = AccountFactory(users=[user]), AccountFactory(users=[other])
    instance, token = AuthToken.objects.create(user)
    assert get(user, token, account).status_code == 200
    assert get(user, token, foreign).json() == {"error": "invalid value account-id"}
    instance.delete()
    assert get(user, token, account).status_code == 401


def test_no_token_of_ours_is_given():
    user = UserFactory()
    user.set_password("correct horse")
    user.save()
    body = {"auth": {"login": user.username, "password": "correct horse"}}
    for classes in (settings.ORIGINATION["AUTHENTICATION_CLASSES"], [OURS]):
        with configured(AUTHENTICATION_CLASSES=classes):
            response = Client().post(AUTH_URL, body, content_type="application/json")
            assert (response.status_code, response.json()) == (404, {"error": "not found"})


OURS = "origination.authentication.CustomerJWTAuthentication"


@pytest.mark.parametrize("token", ["Token x", "Bearer x", "x", ""])
def test_another_token_is_401(token):
    response = Client(headers={"Authorization": token}).get(URL)
    assert (response.status_code, response.json()) == (401, {"error": "invalid token"})


def test_check_has_nothing_to_say_until_our_tokens_are_to_be_used():
    assert not [m for m in run_checks() if m.id.startswith("origination")]
    with configured(AUTHENTICATION_CLASSES=[OURS]):
        found = [m.id for m in run_checks() if m.id.startswith("origination")]
    assert found == ["origination.E008"]
