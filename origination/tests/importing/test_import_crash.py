"""``kill -9`` in the middle of an import, in a process and a database of their own."""

import contextlib
import json
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

import dj_database_url
import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler

from origination.models import get_cdr_model
from origination.tests.support import forks

pytestmark = pytest.mark.xdist_group("crash")
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
IMPORT = ("import_cdrs", "--format=jsonl", "--no-progress")
# Of a worker of pytest-xdist: all share one server.
DATABASE = f"crash_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


class Site(NamedTuple):
    """A site whose database is empty but for an account, and what starts its commands."""

    url: str
    start: Callable[..., forks.Process]


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """The site, and a function that empties its database."""
    with django_db_blocker.unblock():
        make = made_on_postgresql if connection.vendor == "postgresql" else made_in_a_file
        yield from make(tmp_path_factory.mktemp("crash"))


def made_in_a_file(folder):
    database, empty = folder / "crash.sqlite3", folder / "empty.sqlite3"
    with with_an_account(f"sqlite:///{database}") as site:
        shutil.copy(database, empty)
        yield site, lambda: shutil.copy(empty, database)


def made_on_postgresql(folder):
    execute = connection.cursor().execute
    execute(f"CREATE DATABASE {DATABASE}")
    with with_an_account(
        os.environ["DATABASE_URL"].removesuffix("/postgres") + f"/{DATABASE}"
    ) as site:
        execute(f"ALTER DATABASE {DATABASE} RENAME TO {DATABASE}_empty")
        yield site, make_anew
    for name in (DATABASE, f"{DATABASE}_empty"):
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def make_anew():
    execute = connection.cursor().execute
    execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    execute(f"CREATE DATABASE {DATABASE} TEMPLATE {DATABASE}_empty")


@contextlib.contextmanager
def with_an_account(url):
    settings_module = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    make = f"get_account_model().objects.create(name='a', uuid='{ACCOUNT}')"
    with forks.ready({**os.environ, **settings_module, "DATABASE_URL": url}) as start:
        site = Site(url, start)
        manage(site, "migrate", "-v0")
        manage(site, "shell", "-v0", "-c", f"from origination.models import *; {make}")
        yield site


@pytest.fixture
def site(transactional_db, made_once):
    site, empty = made_once
    empty()
    return site


def manage(site, *arguments):
    status, said = site.start(*arguments).finish()
    assert status == 0, said


def stored(site, table):
    database = ConnectionHandler({"default": dj_database_url.parse(site.url)})
    with database["default"].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), COUNT(DISTINCT uuid) FROM {table}")
        answer = cursor.fetchone()
    database["default"].close()
    return answer


@pytest.mark.long
def test_a_killed_import_is_finished_by_running_it_again(site, tmp_path):
    table = get_cdr_model()._meta.db_table
    acknowledged = 0
    for fed in range(1000, 3 * BATCH, 3 * BATCH // KILLS):
        process = site.start(*IMPORT, "-")
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
    manage(site, *IMPORT, str(tmp_path / "whole"))
    assert stored(site, table) == (len(LINES), len(LINES))


def as_lines(records):
    return ("\n".join(records) + "\n").encode()


@contextlib.contextmanager
def import_that_waits_for_input(site, stored_batches):
    """The import of a pipe that stays open, after these batches and a part of one more."""
    table = get_cdr_model()._meta.db_table
    process = site.start(*IMPORT, "-")
    try:
        process.stdin.write(as_lines(LINES[: stored_batches * BATCH + 1000]))
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while stored(site, table)[0] < stored_batches * BATCH:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def test_an_interrupt_while_more_input_is_waited_for_ends_the_process(site):
    with import_that_waits_for_input(site, 2) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        said = process.stderr.read().decode()
    assert "Interrupted. Earlier batches are imported" in said
    assert "Fatal" not in said


def test_a_database_that_goes_away_while_more_input_is_waited_for_ends_the_process(site):
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away")
    with import_that_waits_for_input(site, 1) as process:
        make_anew()
        # It may be gone before it has read all of the rest of its second batch.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(as_lines(LINES[BATCH + 1000 : 2 * BATCH]))
            process.stdin.flush()
        assert process.wait(60) == 1
        said = process.stderr.read().decode()
    assert "The database refused a batch" in said
    assert "Fatal" not in said
