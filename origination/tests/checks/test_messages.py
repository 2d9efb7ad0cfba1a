"""A check that asks for a setting which is wrong leaves it to the check of that setting."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test import override_settings

from origination.checks import messages
from origination.tests.support.client import configured


@pytest.fixture
def check(monkeypatch):
    """Registers a check nowhere, which fails with this error."""
    monkeypatch.setattr(messages.checks, "register", lambda check: check)

    def raising(error):
        def failing(**kwargs):
            raise error

        return messages.register(failing)

    return raising


def test_a_wrong_setting_is_not_told_again(check):
    assert check(ImproperlyConfigured("ROLLUPS"))() == []


@pytest.mark.parametrize("label", ["a.B", "nonsense"])
@pytest.mark.parametrize("setting", ["ORIGINATION_ACCOUNT_MODEL", "ORIGINATION_CDR_MODEL"])
def test_a_model_that_there_is_not_is_not_told_again(check, setting, label):
    with override_settings(**{setting: label}):
        assert check(LookupError(label))() == []


def test_a_defect_of_the_check_is_seen_where_the_models_are_there(check):
    with pytest.raises(LookupError):
        check(LookupError("a key of its own"))()


def test_classes_that_there_are_not_are_told_once_on_a_site_whose_keys_are_no_integers(monkeypatch):
    monkeypatch.setattr(
        "origination.checks.authentication.user_key_field", lambda: models.UUIDField()
    )
    with configured(AUTHENTICATION_CLASSES=["a.B"]):
        found = [m.id for m in run_checks() if m.id and m.id.startswith("origination")]
    assert found == ["origination.E011"]
