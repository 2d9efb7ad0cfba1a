import pytest
from django.core.checks import run_checks
from django.db import connections
from django.test import override_settings

from origination.tests.support.client import configured

pytestmark = pytest.mark.clickhouse


def found():
    ids = {message.id for message in run_checks()}
    return {name for name in ids if name.startswith("origination_clickhouse.")}


@pytest.fixture
def options(monkeypatch):
    def replaced(**options):
        monkeypatch.setitem(connections["cdrs"].settings_dict, "OPTIONS", options)

    replaced(send_receive_timeout=20)
    return replaced


def test_a_sound_site_has_no_findings(options):
    assert found() == set()


@configured(CDR_DATABASE="default")
def test_our_model_elsewhere_is_an_error(options):
    assert found() == {"origination_clickhouse.E101"}


@override_settings(ORIGINATION_CDR_MODEL="origination.CDR")
def test_the_model_of_other_engines_is_an_error_here(options):
    assert found() == {"origination_clickhouse.E102"}


@configured(CLICKHOUSE_REPLICATED=True)
def test_replicas_of_no_cluster_are_an_error(options):
    options(send_receive_timeout=20)
    assert found() == {"origination_clickhouse.E103"}


def test_a_driver_more_patient_than_the_query_s_limit_is_warned_of(options):
    options()
    assert found() == {"origination_clickhouse.W101"}
    with configured(QUERY_TIMEOUT=None):
        assert found() == set()
