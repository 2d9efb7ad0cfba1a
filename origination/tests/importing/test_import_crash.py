"""``kill -9`` in the middle of an import, in a process and a database of their own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid

import dj_database_url
import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler

from origination.models import get_cdr_model

ACCOUNT = "fd6cb45e-6674-11f1-9edb-da575d109341"
BATCH, KILLS = 10_000, 20
LINES = [
    json.dumps(
        {
            "uuid": str(uuid.UUID(int=number)),
            "account": ACCOUNT,
            "time_start": "2026-06-11 15:40:07",
            "duration": 60,
        }
    )
    for number in range(3 * BATCH + 77)
]
MANAGE = [sys.executable, "-m", "django"]
# Of a worker of pytest-xdist: all share one server.
DATABASE = f"crash_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture
def site(transactional_db, tmp_path):
    """The environment of a site with an empty database of its own."""
    if connection.vendor == "postgresql":
        connection.cursor().execute(f"CREATE DATABASE {DATABASE}")
        url = os.environ["DATABASE_URL"].removesuffix("/postgres") + f"/{DATABASE}"
    else:
        url = f"sqlite:///{tmp_path / 'crash.sqlite3'}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }
    manage(environment, "migrate", "-v0")
    make = f"get_account_model().objects.create(name='a', uuid='{ACCOUNT}')"
    manage(environment, "shell", "-v0", "-c", f"from origination.models import *; {make}")
    yield environment
    if connection.vendor == "postgresql":
        connection.cursor().execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def manage(environment, *arguments):
    subprocess.run([*MANAGE, *arguments], env=environment, check=True, capture_output=True)


def stored(environment, table):
    database = ConnectionHandler({"default": dj_database_url.parse(environment["DATABASE_URL"])})
    with database["default"].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), COUNT(DISTINCT uuid) FROM {table}")
        answer = cursor.fetchone()
    database["default"].close()
    return answer


@pytest.mark.long
def test_a_killed_import_is_finished_by_running_it_again(site, tmp_path):
    table = get_cdr_model()._meta.db_table
    importing = [*MANAGE, "import_cdrs", "--format=jsonl", "--no-progress"]
    acknowledged = 0
    for fed in range(1000, 3 * BATCH, 3 * BATCH // KILLS):
        process = subprocess.Popen(
            [*importing, "-"], env=site, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        process.stdin.write("\n".join(LINES[:fed]).encode())
        process.stdin.flush()
        # The last lines may still be in a buffer.
        wanted = (fed - 1000) // BATCH * BATCH
        deadline = time.monotonic() + 60
        while stored(site, table)[0] < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        rows, _ = stored(site, table)
        assert rows >= max(acknowledged, wanted)
        assert rows % BATCH == 0
        acknowledged = rows
    (tmp_path / "whole").write_text("\n".join(LINES) + "\n")
    manage(site, *importing[3:], str(tmp_path / "whole"))
    assert stored(site, table) == (len(LINES), len(LINES))


@contextlib.contextmanager
def import_that_waits_for_input(site, stored_batches):
    """The import of a pipe that stays open, after these batches and a part of one more."""
    table = get_cdr_model()._meta.db_table
    process = subprocess.Popen(
        [*MANAGE, "import_cdrs", "--format=jsonl", "--no-progress", "-"],
        env=site,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.stdin.write("\n".join(LINES[: stored_batches * BATCH + 1000]) + "\n")
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while stored(site, table)[0] < stored_batches * BATCH:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.wait()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def test_an_interrupt_while_more_input_is_waited_for_ends_the_process(site):
    with import_that_waits_for_input(site, 2) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        said = process.stderr.read()
    assert "Interrupted. Earlier batches are imported" in said
    assert "Fatal" not in said


def test_a_database_that_goes_away_while_more_input_is_waited_for_ends_the_process(site):
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away")
    with import_that_waits_for_input(site, 1) as process:
        connection.cursor().execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        connection.cursor().execute(f"CREATE DATABASE {DATABASE}")
        # It may be gone before it has read all of the rest of its second batch.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write("\n".join(LINES[BATCH + 1000 : 2 * BATCH]) + "\n")
            process.stdin.flush()
        assert process.wait(60) == 1
        said = process.stderr.read()
    assert "The database refused a batch" in said
    assert "Fatal" not in said
