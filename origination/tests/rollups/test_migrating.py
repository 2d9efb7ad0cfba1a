"""How the triggers come and go, on our own table and on a host's (PostgreSQL)."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from origination.rollups import bucket_counts, triggers
from origination.rollups.maintenance import Rollups
from origination.tests.support.factories import AccountFactory, CDRFactory
from origination.tests.support.histories import ALIAS, CDR, START, differences, sql

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connections[ALIAS].vendor != "postgresql", reason="sums are PostgreSQL's"),
]
IS_OWN = CDR._meta.label == "origination.CDR"
LEFT = """
SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'origination%'
UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'origination%'
UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
UNION ALL SELECT 'relation ' || relname FROM pg_class WHERE relname LIKE 'origination%'
UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typname LIKE 'origination%'
"""


def left():
    """Everything in the database that has our name, and statistics."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(LEFT)
        return sorted(name for (name,) in cursor.fetchall())


def migrate(*to):
    call_command("migrate", "origination", *to, database=ALIAS, verbosity=0)


@pytest.fixture
def kept():
    triggers.install(CDR, ALIAS)
    bucket_counts.declare(CDR, ALIAS)
    account = AccountFactory()
    CDRFactory.create_batch(2, account=account, time_start=START)
    return account


def test_migrate_zero_leaves_nothing_of_ours(kept):
    assert len([name for name in left() if name.startswith("trigger")]) == len(triggers.NAMES)
    assert any(name.startswith("statistics") for name in left())
    migrate("zero")
    assert left() == []


@pytest.mark.skipif(IS_OWN, reason="about a host's own table")
def test_a_host_s_table_takes_calls_after_migrate_zero(kept):
    migrate("zero")
    CDRFactory(account=kept, time_start=START)
    CDR.objects.update(duration=7)
    assert CDR.objects.filter(duration=7).count() == 3


def test_triggers_on_another_table_than_the_configured_one_go_as_well(kept):
    """The model was swapped since, or its table renamed."""
    sql(f'ALTER TABLE "{CDR._meta.db_table}" RENAME TO calls')
    sql(f'CREATE TABLE "{CDR._meta.db_table}" (LIKE calls)')
    migrate("zero")
    assert [name for name in left() if "function" in name or "trigger" in name] == []
    sql("INSERT INTO calls SELECT * FROM calls WHERE FALSE")


@pytest.mark.skipif(not IS_OWN, reason="a host's own table waits for a rebuild")
def test_migrate_again_brings_the_triggers_back(kept):
    migrate("zero")
    migrate()
    assert triggers.missing(CDR, ALIAS) == []
    CDRFactory(account=AccountFactory(), time_start=START)
    assert differences() == []
    assert Rollups().doubt is None


@pytest.mark.skipif(not IS_OWN, reason="about our own table")
def test_tables_swapped_leave_one_of_them_with_triggers(kept):
    sql(f'ALTER TABLE "{CDR._meta.db_table}" RENAME TO calls')
    sql(f'CREATE TABLE "{CDR._meta.db_table}" (LIKE calls INCLUDING ALL)')
    call_command("verify_rollups", "--rebuild", "--no-progress", stdout=StringIO())
    assert [table.name for table in triggers.tables(ALIAS)] == [CDR._meta.db_table]
    sql("DELETE FROM calls")
    assert differences() == []


A_HOST_S_TEST = """
import pytest
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

@pytest.mark.django_db
def test_numbers():
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(2, account=account)
    with configured(ROLLUPS=True):
        for sampling in ("minute", "day"):
            answer = ask(customer, account, sampling=sampling, from_time="2026-01-01").json()
            assert answer["totals"]["total_calls"] == 2
"""


@pytest.mark.skipif(not IS_OWN, reason="without migrations there is no unmanaged table")
def test_a_site_s_tests_without_migrations_get_right_numbers(tmp_path):
    test = tmp_path / "test_host.py"
    test.write_text(A_HOST_S_TEST)
    root = Path(__file__).parents[3]
    command = [
        sys.executable, "-m", "pytest", "-q", "--no-migrations", "--engine=postgresql",
        f"--rootdir={root}", f"--ds={sys.modules['django.conf'].settings.SETTINGS_MODULE}",
        "-p", "no:cacheprovider", "-c", str(root / "pytest.ini"), str(test),
    ]  # fmt: skip
    # Beside the database of the tests that are running.
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/of_a_host_{os.getpid()}"
    environment = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
