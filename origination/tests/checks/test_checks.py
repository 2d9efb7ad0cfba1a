from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import models
from django.test import override_settings

from origination.checks import models as of_models
from origination.checks import settings as of_settings
from origination.routers import CDRRouter

CASES = {
    "unknown alias": (dict(ORIGINATION={"CDR_DATABASE": "warehouse"}), "origination.E002"),
    "naive times": (dict(USE_TZ=False), "origination.E004"),
    "no account model": (dict(ORIGINATION_ACCOUNT_MODEL="a.B"), "origination.E005"),
    "no CDR model": (dict(ORIGINATION_CDR_MODEL="nonsense"), "origination.E005"),
    "account without uuid": (dict(ORIGINATION_ACCOUNT_MODEL="contenttypes.ContentType"),
                             "origination.E006"),
    "CDR without time": (dict(ORIGINATION_CDR_MODEL="contenttypes.ContentType"),
                         "origination.E007"),
    "not a dict": (dict(ORIGINATION=["JWT_LIFETIME"]), "origination.E009"),
    "lifetime": (dict(ORIGINATION={"JWT_LIFETIME": 3600}), "origination.E010"),
    "no lifetime": (dict(ORIGINATION={"JWT_LIFETIME": timedelta(0)}), "origination.E010"),
    "rows": (dict(ORIGINATION={"MAX_ROWS": 0}), "origination.E010"),
    "rows as text": (dict(ORIGINATION={"MAX_ROWS": "1000"}), "origination.E010"),
    "rate in words": (dict(ORIGINATION={"AUTH_THROTTLE_RATE": "20 per minute"}),
                      "origination.E010"),
    "odd period": (dict(ORIGINATION={"THROTTLE_RATE": "600/fortnight"}), "origination.E010"),
    "rate as a number": (dict(ORIGINATION={"THROTTLE_RATE": 600}), "origination.E010"),
    "audiences": (dict(ORIGINATION={"JWT_AUDIENCE": ["customer-v1"]}), "origination.E010"),
    "no audience": (dict(ORIGINATION={"JWT_AUDIENCE": ""}), "origination.E010"),
    "endless lifetime": (dict(ORIGINATION={"JWT_LIFETIME": timedelta.max}), "origination.E010"),
    "session": (dict(ORIGINATION={"SESSION_LIFETIME": 43200}), "origination.E010"),
    "timeout": (dict(ORIGINATION={"QUERY_TIMEOUT": -1}), "origination.E010"),
    "proxies": (dict(ORIGINATION={"TRUSTED_PROXIES": -1}), "origination.E010"),
    "proxies as text": (dict(ORIGINATION={"TRUSTED_PROXIES": "1"}), "origination.E010"),
    "proxies as a flag": (dict(ORIGINATION={"TRUSTED_PROXIES": True}), "origination.E010"),
    "rollups": (dict(ORIGINATION={"ROLLUPS": "yes"}), "origination.E010"),
    "no dialect": (dict(ORIGINATION={"DIALECT": "klingon"}), "origination.E013"),
    "typo": (dict(ORIGINATION={"JWT_LIFETME": 1}), "origination.W001"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CASES.values(), ids=CASES)
def test_a_misconfiguration_is_named_with_a_hint(changes, expected):
    with override_settings(**changes):
        found = {message.id: message for message in run_checks()}
    assert expected in found
    assert found[expected].hint


def test_cdrs_elsewhere_without_the_router_are_named():
    from django.conf import settings

    databases = {**settings.DATABASES, "warehouse": settings.DATABASES["default"]}
    with override_settings(
        DATABASES=databases, DATABASE_ROUTERS=[], ORIGINATION={"CDR_DATABASE": "warehouse"}
    ):
        assert "origination.E003" in {message.id for message in run_checks()}


class SiteRouter(CDRRouter):
    """A site may subclass ours."""


def test_cdrs_elsewhere_with_a_router_of_the_site_s_own_are_right(settings):
    settings.DATABASES = {**settings.DATABASES, "warehouse": settings.DATABASES["default"]}
    settings.DATABASE_ROUTERS = [SiteRouter()]
    settings.ORIGINATION = {"CDR_DATABASE": "warehouse"}
    assert "origination.E003" not in {message.id for message in run_checks()}


class Keyed(models.Model):
    """Has a uuid, and a primary key that no token's subject can hold."""

    id = models.UUIDField(primary_key=True)
    uuid = models.UUIDField()

    class Meta:
        app_label = "origination_checks"
        managed = False


def test_a_cdr_whose_uuid_is_not_unique_is_named():
    assert [m.id for m in of_models._check_identity(Keyed)] == ["origination.W012"]


@pytest.mark.parametrize(
    "values",
    [
        {"MAX_ROWS": None, "QUERY_TIMEOUT": None},
        {"MAX_ROWS": 1, "QUERY_TIMEOUT": 0.5},
        {"THROTTLE_RATE": None, "AUTH_THROTTLE_RATE": "1/hour"},
    ],
)
def test_limits_may_be_lifted_or_small(values):
    with override_settings(ORIGINATION=values):
        assert of_settings.check_values() == []


def test_a_proper_site_has_nothing_to_say():
    assert [m for m in run_checks() if m.id and m.id.startswith("origination")] == []


PROXY = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        (PROXY, {}, ["origination.W003"]),
        (PROXY, {"TRUSTED_PROXIES": 1}, []),
        (PROXY, {"TRUSTED_PROXIES": 0}, []),
        (PROXY, {"AUTH_THROTTLE_RATE": None}, []),
        (None, {}, []),
    ],
)
def test_a_site_behind_a_proxy_is_told_that_all_customers_share_an_address(
    header, values, expected
):
    with override_settings(SECURE_PROXY_SSL_HEADER=header, ORIGINATION=values):
        found = run_checks(include_deployment_checks=True)
        assert [m.id for m in found if m.id == "origination.W003"] == expected
        assert "origination.W003" not in {m.id for m in run_checks()}
