"""An account model that lacks something, and which."""

import uuid

import pytest
from django.db import connections, models, router
from django.test import override_settings

from origination.checks import models as of_models
from origination.checks.tables import check_tables
from origination.models import get_account_model, get_cdr_model
from origination.tests.support.client import configured


class Manager(models.Manager):
    def visible_to(self, user):
        return self.all()


class Lacking(models.Model):
    """What the API may be told to know an account by."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=36, unique=True)
    number = models.IntegerField(unique=True)
    often = models.UUIDField(default=uuid.uuid4)
    once = models.UUIDField(default=uuid.uuid4)
    made = models.GeneratedField(
        expression=models.F("code"), output_field=models.UUIDField(), db_persist=True, unique=True
    )

    objects = Manager()

    class Meta:
        app_label = "origination_checks"
        managed = False
        constraints = [models.UniqueConstraint(fields=["once"], name="origination_checks_once")]

    @property
    def property(self):
        return self.id


class Unseen(models.Model):
    uuid = models.UUIDField(unique=True)

    class Meta:
        app_label = "origination_checks"
        managed = False


@pytest.mark.parametrize(
    ("name", "lack"),
    [
        ("uuid", "has no field 'uuid'"),
        ("property", "has no field 'property'"),
        ("number", "number is a IntegerField"),
        ("often", "often is not unique"),
        ("once", None),
        ("id", None),
        ("code", None),
        ("made", None),
    ],
)
def test_what_an_account_is_known_by_is_a_unique_field_of_uuids(monkeypatch, name, lack):
    monkeypatch.setattr(of_models.apps, "get_model", lambda label: Lacking)
    with configured(ACCOUNT_UUID_FIELD=name):
        found = of_models._check_account()
    assert [m.id for m in found] == (["origination.E006"] if lack else [])
    assert not lack or lack in found[0].msg
    assert all(m.hint for m in found)


def test_a_model_that_does_not_say_who_sees_what_is_told_that_alone(monkeypatch):
    monkeypatch.setattr(of_models.apps, "get_model", lambda label: Unseen)
    with configured(ACCOUNT_UUID_FIELD="uuid"):
        (found,) = of_models._check_account()
    assert "objects has no visible_to(user)" in found.msg
    assert "uuid" not in found.msg


def test_cdrs_of_other_accounts_than_those_of_the_site_are_named():
    with override_settings(ORIGINATION_ACCOUNT_MODEL="auth.Group"):
        (found,) = of_models._check_account_of(get_cdr_model())
    assert found.id == "origination.E023"
    assert of_models._check_account_of(get_cdr_model()) == []


@pytest.fixture(params=[get_account_model, get_cdr_model], ids=["account", "cdr"])
def without_table(request, monkeypatch):
    """``without_table(managed)``: what the check says of a model whose table is not there."""
    model = request.param()
    alias = router.db_for_read(model) or "default"
    if connections[alias].vendor == "clickhouse":
        pytest.skip("our first migration makes nothing there")

    def found(managed):
        assert check_tables(databases=list(connections)) == []
        monkeypatch.setattr(model._meta, "db_table", "nobody_made_this")
        monkeypatch.setattr(model._meta, "managed", managed)
        assert check_tables(databases=[]) == []
        return check_tables(databases=[alias])

    return found


@pytest.mark.django_db
@pytest.mark.parametrize("managed", [True, False], ids=["managed", "unmanaged"])
def test_a_model_that_was_set_after_the_tables_were_made_is_named(without_table, managed):
    (found,) = without_table(managed)
    assert found.id == "origination.W022"
    assert "nobody_made_this" in found.msg


@pytest.mark.django_db
def test_the_cure_for_a_table_that_migrations_make_is_a_migration(without_table):
    (found,) = without_table(managed=True)
    assert "manage.py migrate" in found.hint


@pytest.mark.django_db
def test_the_cure_for_a_table_that_no_migration_makes_is_its_name_and_its_database(without_table):
    (found,) = without_table(managed=False)
    assert "migrate" not in found.hint
    assert "db_table" in found.hint
    assert "search_path" in found.hint
