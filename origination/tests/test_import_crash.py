"""``kill -9`` in the middle of an import, in a process and a database of their own."""

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


@pytest.fixture
def site(transactional_db, tmp_path):
    """The environment of a site with an empty database of its own."""
    if connection.vendor == "postgresql":
        connection.cursor().execute("CREATE DATABASE crash")
        url = os.environ["DATABASE_URL"].removesuffix("/postgres") + "/crash"
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
        connection.cursor().execute("DROP DATABASE crash WITH (FORCE)")


def manage(environment, *arguments):
    subprocess.run([*MANAGE, *arguments], env=environment, check=True, capture_output=True)


def stored(environment, table):
    database = ConnectionHandler({"default": dj_database_url.parse(environment["DATABASE_URL"])})
    with database["default"].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), COUNT(DISTINCT uuid) FROM {table}")
        answer = cursor.fetchone()
    database["default"].close()
    return answer


def test_a_killed_import_is_finished_by_running_it_again(site, tmp_path):
    from origination.models import get_cdr_model

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
