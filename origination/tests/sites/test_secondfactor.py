"""A host whose log-in asks for more than a password."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.test import Client

from origination.tests.support.client import AUTH_URL, configured
from origination.tests.support.factories import UserFactory

pytestmark = [
    pytest.mark.skipif(not apps.is_installed("allauth.mfa"), reason="of one site"),
    pytest.mark.django_db,
]
EMAIL, PASSWORD = "alice@example.com", "correct horse"


@pytest.fixture
def customer():
    from allauth.account.models import EmailAddress

    user = UserFactory(email=EMAIL)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    return user


def log_in(login=EMAIL):
    body = {"auth": {"login": login, "password": PASSWORD}}
    return Client().post(AUTH_URL, body, content_type="application/json").status_code


@pytest.mark.parametrize("login", [EMAIL, "Alice@Example.COM"])
def test_a_verified_customer_logs_in_by_address_in_whatever_case(customer, login):
    assert log_in(login) == 201


def test_who_has_not_verified_the_address_is_refused_as_by_the_site(customer):
    customer.emailaddress_set.update(verified=False)
    form = Client().post("/members/login/", {"login": EMAIL, "password": PASSWORD})
    assert form.status_code == 302 and "confirm-email" in form["location"]
    assert log_in() == 401


def test_who_has_a_second_factor_is_refused_as_by_the_site(customer):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(customer, generate_totp_secret())
    form = Client().post("/members/login/", {"login": EMAIL, "password": PASSWORD})
    assert form.status_code == 302 and "2fa" in form["location"]
    assert log_in() == 401


def test_check_asks_for_the_rule():
    assert not [m for m in run_checks() if m.id.startswith("origination")]
    with configured(MAY_LOG_IN=None):
        found = [m.id for m in run_checks() if m.id.startswith("origination")]
    assert found == ["origination.W050"]
