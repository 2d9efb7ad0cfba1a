"""Answers through PgBouncer in transaction mode, where the next query may meet another session."""

import os
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from origination.api.tokens import issue_token
from origination.tests.support.client import FROM, URL, configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
SERVERS, THREADS, REQUESTS = 2, 8, 200

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PgBouncer is of PostgreSQL"),
]


@pytest.fixture
def bouncer(tmp_path):
    """Between this site and its database, with fewer sessions than threads that ask."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = connection.settings_dict
    (tmp_path / "users").write_text(f'"{database["USER"]}" ""\n')
    (tmp_path / "pgbouncer.ini").write_text(
        f"""[databases]
* = host={database["HOST"] or "/tmp"} port={database["PORT"] or 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {tmp_path}/users
pool_mode = transaction
default_pool_size = {SERVERS}
query_wait_timeout = 10
"""
    )
    # It refuses to run as root; whoever runs the database may enter its socket's folder.
    user = ["--user", Path(database["HOST"] or "/tmp").owner()] if os.geteuid() == 0 else []
    process = subprocess.Popen([PGBOUNCER, "-q", *user, tmp_path / "pgbouncer.ini"])
    _wait(port)
    yield port
    # Politely, it would wait for its clients.
    process.kill()
    process.wait()


def _wait(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("PgBouncer did not start")


@pytest.fixture
def through(bouncer):
    """The site's database, reached through PgBouncer."""
    settings = connection.settings_dict
    direct = {name: settings[name] for name in ("HOST", "PORT")}
    connections.close_all()
    settings.update(HOST="127.0.0.1", PORT=str(bouncer))
    yield
    connections.close_all()
    settings.update(direct)


def answers(customer, account):
    """Bodies and states of requests of several threads."""
    headers = {"Authorization": issue_token(customer)}

    def ask(number):
        query = {"account-id": str(account.uuid), "from-time": FROM, "sampling": "minute"}
        query["duration-gt"] = str(number % 5)
        response = Client().get(URL, query, headers=headers)
        return number % 5, response.status_code, response.content

    with ThreadPoolExecutor(THREADS) as pool:
        found = set(pool.map(ask, range(REQUESTS)))
        # Each thread closes the connection it opened.
        list(pool.map(lambda _: (time.sleep(0.01), connections.close_all()), range(4 * THREADS)))
    return found


def session_timeouts():
    """What is left of ``QUERY_TIMEOUT`` in the sessions behind PgBouncer."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@configured(QUERY_TIMEOUT=7, MAX_CONCURRENT=THREADS)
def test_answers_are_the_same_and_no_session_keeps_a_limit(request):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    for duration in range(7):
        CDRFactory.create_batch(duration + 1, account=account, duration=duration)
    direct = answers(customer, account)
    request.getfixturevalue("through")
    assert answers(customer, account) == direct
    assert {status for _, status, _ in direct} == {200}
    assert {session_timeouts() for _ in range(10)} == {"0"}
