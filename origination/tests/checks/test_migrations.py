"""Accounts that are not in their app's first migration, in a site of its own."""

import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from origination.tests.support import forks

ROOT = Path(__file__).parents[3]
SETTINGS = """
SECRET_KEY = "x" * 50
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "django_filters",
    "origination", "zbilling",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}
ORIGINATION_ACCOUNT_MODEL = "zbilling.Client"
"""
MODELS = """
import uuid
from django.db import models

class Tariff(models.Model):
    pass

class ClientQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.all()

class Client(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    objects = ClientQuerySet.as_manager()
"""
FIRST = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel("Tariff", [("id", models.AutoField(primary_key=True))])]
"""
SECOND = """
import uuid
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("zbilling", "0001_initial")]
    RUN_BEFORE
    operations = [
        migrations.CreateModel("Client", [
            ("id", models.AutoField(primary_key=True)),
            ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
        ])
    ]
"""
RUN_BEFORE = "run_before = [('origination', '0001_initial')]"


@pytest.fixture
def site(tmp_path):
    """``manage(*arguments)`` of a site whose accounts came with a second migration."""
    package = tmp_path / "zbilling"
    (package / "migrations").mkdir(parents=True)
    write(tmp_path / "site_settings.py", SETTINGS)
    write(package / "models.py", MODELS)
    write(package / "migrations" / "0001_initial.py", FIRST)
    write(package / "migrations" / "0002_client.py", SECOND.replace("RUN_BEFORE", ""))
    for folder in (package, package / "migrations"):
        write(folder / "__init__.py", "")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "site_settings"}

    with ExitStack() as started:

        @cache
        def starter(_code):
            return started.enter_context(forks.ready(environment, tmp_path))

        def manage(*arguments):
            """Its status and its errors."""
            status, said = starter(code_of(tmp_path))(*arguments).finish()
            assert "Traceback" not in said
            return status, said

        yield manage, tmp_path


def code_of(folder):
    """What a process reads when it starts; migrations are read later, by their commands."""
    files = sorted(file for file in folder.rglob("*.py") if file.parent.name != "migrations")
    return tuple((file, file.read_text(encoding="utf-8")) for file in files)


def write(path, text):
    path.write_text(text, encoding="utf-8")


def test_accounts_that_a_later_migration_makes_are_named_with_the_cure(site):
    manage, folder = site
    found = manage("check")[1]
    assert "(origination.E071)" in found
    assert RUN_BEFORE in found
    assert manage("migrate")[0] == 1
    write(folder / "zbilling" / "migrations" / "0002_client.py",
          SECOND.replace("RUN_BEFORE", RUN_BEFORE))  # fmt: skip
    assert manage("check")[0] == 0
    assert manage("migrate", "-v", "0")[0] == 0
    assert manage("check", "--database", "default")[0] == 0


def test_tables_that_were_made_for_other_accounts_are_named_with_the_cure(site):
    manage, folder = site
    write(folder / "zbilling" / "migrations" / "0002_client.py",
          SECOND.replace("RUN_BEFORE", RUN_BEFORE))  # fmt: skip
    ours = SETTINGS.replace("zbilling.Client", "origination.Account").replace(', "zbilling"', "")
    write(folder / "site_settings.py", ours)
    assert manage("migrate", "-v", "0")[0] == 0
    write(folder / "site_settings.py", SETTINGS)
    status, said = manage("migrate")
    assert status == 1
    assert "(origination.E072)" in said
    # As the hint has it.
    write(folder / "site_settings.py", ours)
    assert manage("migrate", "-v", "0", "origination", "zero")[0] == 0
    write(folder / "site_settings.py", SETTINGS)
    assert manage("migrate", "-v", "0")[0] == 0


def test_a_column_that_a_migration_is_about_to_add_stops_no_migration(site):
    manage, folder = site
    migrations = folder / "zbilling" / "migrations"
    write(migrations / "0002_client.py", SECOND.replace("RUN_BEFORE", RUN_BEFORE))
    assert manage("migrate", "-v", "0")[0] == 0
    models = MODELS.replace("    objects", "    code = models.IntegerField(default=0)\n    objects")
    write(folder / "zbilling" / "models.py", models)
    assert "(origination.E030)" in manage("check", "--database", "default")[1]
    assert manage("makemigrations", "-v", "0", "zbilling")[0] == 0
    assert manage("migrate", "-v", "0")[0] == 0
    assert manage("check", "--database", "default")[0] == 0


def test_accounts_of_an_app_whose_migrations_run_before_ours_anyway_are_right(site):
    manage, folder = site
    (folder / "zbilling").rename(folder / "abilling")
    for file in folder.rglob("*.py"):
        write(file, file.read_text(encoding="utf-8").replace("zbilling", "abilling"))
    assert manage("check")[0] == 0
    assert manage("migrate", "-v", "0")[0] == 0


def test_the_first_migration_of_an_app_with_accounts_can_be_made_and_run(site):
    manage, folder = site
    for made in (folder / "zbilling" / "migrations").glob("000*.py"):
        made.unlink()
    assert manage("check")[0] == 0
    assert manage("makemigrations", "-v", "0", "zbilling")[0] == 0
    assert manage("migrate", "-v", "0")[0] == 0
    assert manage("check", "--database", "default")[0] == 0


def test_migrations_that_go_in_a_circle_are_left_to_django(site):
    manage, folder = site
    after_the_second = FIRST.replace(
        "dependencies = []", 'dependencies = [("zbilling", "0002_client")]'
    )
    write(folder / "zbilling" / "migrations" / "0001_initial.py", after_the_second)
    status, said = manage("check")
    assert status == 0
    assert "origination." not in said
