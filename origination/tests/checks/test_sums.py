import pytest
from django.db import connections, models, router
from django.test import override_settings

from origination.checks.sums import check_sums_answer
from origination.models import get_cdr_model
from origination.statistics.sources import SOURCES
from origination.tests.support.client import configured

CDR = get_cdr_model()
ALIAS = router.db_for_read(CDR) or "default"
pytestmark = pytest.mark.skipif(
    connections[ALIAS].vendor not in SOURCES, reason="an engine without sums"
)


class Rated(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(customer_price__gt=0)


@pytest.fixture
def choosing(monkeypatch):
    """The CDR model's default manager leaves rows out."""
    manager = Rated()
    manager.model = CDR
    monkeypatch.setitem(vars(CDR._meta), "default_manager", manager)


@configured(ROLLUPS=True)
def test_sums_that_never_answer_because_of_the_manager_are_named(choosing):
    (found,) = check_sums_answer()
    assert found.id == "origination.W020"
    assert CDR._meta.label in found.msg
    assert found.hint


@configured(ROLLUPS=True)
def test_sums_that_answer_are_fine():
    assert check_sums_answer() == []


@configured(ROLLUPS=False)
def test_who_uses_no_sums_may_have_any_manager(choosing):
    assert check_sums_answer() == []


@configured(ROLLUPS=True)
def test_a_model_that_is_none_is_left_to_its_own_check():
    with override_settings(ORIGINATION_CDR_MODEL="nowhere.CDR"):
        assert check_sums_answer() == []
