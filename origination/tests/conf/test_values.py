"""Every setting with every wrong value: named by a check, never a traceback and never a 500."""

import inspect
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.checks import registry, run_checks
from django.test import Client, override_settings
from django.urls import reverse_lazy

from origination import conf
from origination.api.tokens import issue_token
from origination.conf.values import VALUES
from origination.tests.support.client import AUTH_URL, FROM, URL
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

ACCOUNTS_URL = reverse_lazy("origination:accounts")
ROOT = Path(__file__).parents[3]
ODD = {
    "five": 5,
    "zero": 0,
    "negative": -1,
    "half": 0.5,
    "no number": float("nan"),
    "endless": float("inf"),
    "too many": 2**80,
    "true": True,
    "false": False,
    "none": None,
    "empty text": "",
    "word": "no",
    "digits": "2",
    "bytes": b"x" * 40,
    "list": [],
    "list of numbers": [5],
    "list of texts": ["a"],
    "dict": {"a": []},
    "set": {1},
    "object": object(),
    "function": lambda: 1 / 0,
    "class": dict,
    "no time": timedelta(0),
    "hour": timedelta(hours=1),
    "ages": timedelta(days=10**6),
}
POSITIVE = {"five", "none"}
FLAGS = {"true", "false"}
LIFETIMES = {"hour"}
FUNCTIONS = {"function", "class"}
# What of these is meant, or for the site to answer for. All else is a mistake.
RIGHT = {
    "JWT_SIGNING_KEY": {"none", "empty text", "bytes", *FUNCTIONS},
    "JWT_VERIFYING_KEYS": {"none", "list", *FUNCTIONS},
    "JWT_AUDIENCE": {"word", "digits", *FUNCTIONS},
    "JWT_LIFETIME": LIFETIMES,
    "SESSION_LIFETIME": LIFETIMES,
    "AUTHENTICATION_CLASSES": set(),
    "MAY_LOG_IN": {"none"},
    "AUTH_THROTTLE_RATE": {"none"},
    "THROTTLE_RATE": {"none"},
    "TRUSTED_PROXIES": {"five", "zero"},
    "ACCOUNT_UUID_FIELD": set(),
    "CDR_DATABASE": set(),
    "DIALECT": set(),
    "USE_CUSTOMER_DURATION": FLAGS,
    "ROLLUPS": FLAGS,
    "MAX_ROWS": POSITIVE,
    "QUERY_TIMEOUT": POSITIVE | {"half"},
    "MAX_CONCURRENT": POSITIVE,
    "CLICKHOUSE_CLUSTER": {"none", "word", "digits"},
    "CLICKHOUSE_REPLICATED": FLAGS,
    "OPENAPI": FLAGS,
    "FEED_MAX_BYTES": {"five"},
    "FEED_MAX_CDRS": {"five"},
    "FEED_THROTTLE_RATE": {"none"},
    "REJECTS_KEPT_FOR": LIFETIMES,
}
each_setting = pytest.mark.parametrize("name", sorted(conf.SETTINGS))
each_value = pytest.mark.parametrize("odd", ODD)


def changed(name, odd):
    ours = {**getattr(settings, "ORIGINATION", {}), name: ODD[odd]}
    return override_settings(ORIGINATION=ours)


def our_checks():
    """What each check of ours says, those for deployment and of databases included."""
    for check in registry.registry.get_checks(include_deployment_checks=True):
        if check.__module__.startswith("origination"):
            yield from check(app_configs=None, databases=["default"])


@each_setting
def test_every_setting_is_a_function_with_its_words(name):
    assert inspect.getdoc(getattr(conf, name.lower()))


def test_every_setting_has_a_case_here():
    assert set(RIGHT) == conf.SETTINGS
    assert set(VALUES) <= conf.SETTINGS


@pytest.mark.django_db
@each_setting
def test_a_wrong_value_is_named_and_nothing_breaks(name):
    assert {odd for odd in ODD if not is_named(name, odd)} == RIGHT[name]


def is_named(name, odd):
    with changed(name, odd):
        messages = list(our_checks())
    assert all(message.hint for message in messages)
    # Of a key nothing is told but that it is one.
    named = [message for message in messages if name in message.msg or "A JWT key" in message.msg]
    # Replicas of no cluster contradict another setting; the value is right.
    wrong = [message for message in named if message.id != "origination_clickhouse.E103"]
    return any(message.is_serious() for message in wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["CDR_DATABASE", "DIALECT", "ROLLUPS"])
@each_value
def test_the_checks_of_django_and_of_other_apps_run_as_well(name, odd):
    with changed(name, odd):
        run_checks(include_deployment_checks=True, databases=["default"])


@pytest.fixture
def question(settings):
    """``(parameters, headers)`` that a customer asks, made under the right settings."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory(account=account)
    parameters = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "hour"}
    return parameters, {"Authorization": issue_token(customer)}


@pytest.mark.django_db
@each_setting
def test_a_wrong_value_costs_no_500(name, question):
    found = {odd: statuses(question, name, odd) for odd in ODD}
    fit = {200, 400, 401, 404, 503}
    assert {odd: seen for odd, seen in found.items() if not seen <= fit} == {}
    assert all(found[odd] <= {200, 401} for odd in RIGHT[name] - FUNCTIONS)


def statuses(question, name, odd):
    cache.clear()
    parameters, headers = question
    credentials = {"auth": {"login": "alice", "password": "wonderland"}}
    client = Client(raise_request_exception=False)
    with changed(name, odd):
        answers = [
            client.get(URL, parameters, headers=headers),
            client.get(ACCOUNTS_URL, headers=headers),
            client.post(AUTH_URL, credentials, content_type="application/json"),
        ]
    return {answer.status_code for answer in answers}


MODELS = ("ORIGINATION_ACCOUNT_MODEL", "ORIGINATION_CDR_MODEL")


@pytest.mark.parametrize("value", ["5", "None", "''", "'a.b.c'"])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_is_none_is_named_in_a_process_of_its_own(name, value, tmp_path):
    (tmp_path / "odd_settings.py").write_text(
        f"from statsproject.settings import *\n{name} = {value}\n", encoding="utf-8"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    checked = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env={**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "odd_settings"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in checked.stderr
    assert f"(origination.E005) {name}" in checked.stderr


def test_names_that_are_no_texts_are_unknown_settings():
    with override_settings(ORIGINATION={5: 1, None: 2, "MAX_ROWZ": 3}):
        unknown = [message.msg for message in run_checks() if message.id == "origination.W001"]
    assert len(unknown) == 3


def test_every_check_of_ours_leaves_a_wrong_setting_to_the_check_of_settings():
    checks = registry.registry.get_checks(include_deployment_checks=True)
    ours = [check for check in checks if check.__module__.startswith("origination")]
    assert len(ours) > 10
    # Registered by checks.messages.register.
    assert [check for check in ours if not hasattr(check, "__wrapped__")] == []
