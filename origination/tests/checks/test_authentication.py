import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.db import models
from django.test import override_settings

from origination.api import authentication
from origination.checks import authentication as checks
from origination.models import AbstractAccount
from origination.tests.support.client import configured

LONG = "a key of more than thirty-two bytes, by far"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----\n"
OURS = "origination.authentication.CustomerJWTAuthentication"
SESSION = "rest_framework.authentication.SessionAuthentication"


def broken():
    raise RuntimeError("no tenant here")


CASES = {
    "short key": ({"JWT_SIGNING_KEY": "short"}, "E001"),
    "short bytes": ({"JWT_SIGNING_KEY": b"short"}, "E001"),
    "31 bytes": ({"JWT_SIGNING_KEY": "x" * 31}, "E001"),
    "a number for a key": ({"JWT_SIGNING_KEY": 10**40}, "E001"),
    "list for a key": ({"JWT_SIGNING_KEY": [LONG]}, "E001"),
    "public key": ({"JWT_SIGNING_KEY": PEM}, "E001"),
    "no UTF-8": ({"JWT_SIGNING_KEY": "\ud800" * 40}, "E001"),
    "text of keys": ({"JWT_VERIFYING_KEYS": LONG}, "E001"),
    "bytes of keys": ({"JWT_VERIFYING_KEYS": LONG.encode()}, "E001"),
    "short old key": ({"JWT_VERIFYING_KEYS": [LONG, "short"]}, "E001"),
    "empty old key": ({"JWT_VERIFYING_KEYS": [""]}, "E001"),
    "no old key": ({"JWT_VERIFYING_KEYS": [None]}, "E001"),
    "classes as a text": ({"AUTHENTICATION_CLASSES": SESSION}, "E011"),
    "no classes": ({"AUTHENTICATION_CLASSES": []}, "E011"),
    "None": ({"AUTHENTICATION_CLASSES": None}, "E011"),
    "a class itself": ({"AUTHENTICATION_CLASSES": [models.Model]}, "E011"),
    "a number": ({"AUTHENTICATION_CLASSES": 3}, "E011"),
    "no such class": ({"AUTHENTICATION_CLASSES": ["a.B"]}, "E011"),
    "no path": ({"AUTHENTICATION_CLASSES": ["Session"]}, "E011"),
    "no authentication": ({"AUTHENTICATION_CLASSES": ["django.db.models.Model"]}, "E011"),
    "a function": ({"AUTHENTICATION_CLASSES": ["django.contrib.auth.authenticate"]}, "E011"),
    "no such hook": ({"MAY_LOG_IN": "a.b"}, "E050"),
    "hook that is none": ({"MAY_LOG_IN": "origination.conf.KEY_SALT"}, "E050"),
    "hook that is a number": ({"MAY_LOG_IN": 3}, "E050"),
}


@pytest.mark.parametrize(("changes", "expected"), CASES.values(), ids=CASES)
def test_a_misconfiguration_is_named_with_a_hint(changes, expected):
    with configured(**changes):
        found = [m for m in run_checks() if m.id and m.id.startswith("origination")]
    assert [m.id for m in found] == [f"origination.{expected}"]
    assert found[0].hint


@pytest.mark.parametrize(
    "values",
    [
        {"JWT_SIGNING_KEY": LONG, "JWT_VERIFYING_KEYS": (LONG.encode(),)},
        {"JWT_SIGNING_KEY": "", "JWT_VERIFYING_KEYS": None},
        {"JWT_SIGNING_KEY": broken, "JWT_VERIFYING_KEYS": broken, "JWT_AUDIENCE": broken},
        {"AUTHENTICATION_CLASSES": (SESSION, OURS)},
        {"MAY_LOG_IN": "django.contrib.auth.authenticate", "AUTH_THROTTLE_RATE": None},
    ],
    ids=["keys", "empty", "functions", "classes", "hook"],
)
def test_what_is_right_is_not_named(values):
    with configured(**values):
        assert not [m for m in run_checks() if m.id and m.id.startswith("origination")]


class KeyedByUuid(models.Model):
    id = models.UUIDField(primary_key=True)

    class Meta:
        app_label = "origination_checks"
        managed = False


class Person(models.Model):
    id = models.BigAutoField(primary_key=True)

    class Meta:
        app_label = "origination_checks"
        managed = False


class Employee(Person):
    """Its primary key is a link to that of a person."""

    class Meta:
        app_label = "origination_checks"
        managed = False


def test_a_user_model_whose_key_is_no_integer_is_named_where_our_tokens_are_used(monkeypatch):
    monkeypatch.setattr(authentication, "get_user_model", lambda: KeyedByUuid)
    assert [m.id for m in checks.check_user()] == ["origination.E008"]
    with configured(**{"AUTHENTICATION_CLASSES": [SESSION]}):
        assert checks.check_user() == []


def test_a_key_that_is_inherited_is_looked_at_where_it_comes_from(monkeypatch):
    monkeypatch.setattr(authentication, "get_user_model", lambda: Employee)
    assert checks.check_user() == []
    assert authentication.subject_key(2**63 - 1) == 2**63 - 1


class Elsewhere:
    """Sends users, and nothing else, to another database."""

    def db_for_read(self, model, **hints):
        return "people" if model is get_user_model() else None


def test_users_in_another_database_than_accounts_are_named(monkeypatch):
    account = checks.apps.get_model(checks.conf.account_model())
    with override_settings(DATABASE_ROUTERS=[Elsewhere(), "origination.routers.CDRRouter"]):
        found = checks.check_user_database()
        monkeypatch.setattr(checks, "_joins_users", lambda model: False)
        assert checks.check_user_database() == []
    is_ours = issubclass(account, AbstractAccount)
    assert [m.id for m in found] == (["origination.E051"] if is_ours else [])
    assert all("'people'" in m.msg and m.hint for m in found)


def test_users_beside_the_accounts_are_as_they_should_be():
    assert checks.check_user_database() == []


def installed(monkeypatch, *names):
    monkeypatch.setattr(checks.apps, "is_installed", lambda name: name in names)


@pytest.mark.parametrize("name", ["allauth.mfa", "django_otp", "two_factor"])
def test_a_second_factor_that_the_endpoint_does_not_ask_for_is_named(monkeypatch, name):
    installed(monkeypatch, name)
    (found,) = checks.check_log_in()
    assert (found.id, name in found.msg) == ("origination.W050", True)
    with configured(**{"MAY_LOG_IN": "django.contrib.auth.authenticate"}):
        assert checks.check_log_in() == []
    with configured(**{"AUTHENTICATION_CLASSES": [SESSION]}):
        assert checks.check_log_in() == []


def test_addresses_that_must_be_verified_are_named(monkeypatch):
    installed(monkeypatch, "allauth.account")
    assert checks.check_log_in() == []
    with override_settings(ACCOUNT_EMAIL_VERIFICATION="mandatory"):
        assert [m.id for m in checks.check_log_in()] == ["origination.W050"]


def test_tenants_whose_tokens_are_alike_are_named(monkeypatch):
    installed(monkeypatch, "django_tenants")
    assert [m.id for m in checks.check_tenants()] == ["origination.W051"]
    for name in ("JWT_SIGNING_KEY", "JWT_AUDIENCE"):
        with configured(**{name: lambda: LONG}):
            assert checks.check_tenants() == []


@override_settings(CACHES={"default": {"BACKEND": checks.FORGETFUL}})
def test_a_cache_that_keeps_nothing_is_named_before_going_live():
    found = [m.id for m in run_checks(include_deployment_checks=True)]
    assert "origination.W052" in found
    assert "origination.W052" not in [m.id for m in run_checks()]
    with configured(**{"AUTH_THROTTLE_RATE": None}):
        assert checks.check_cache() == []
