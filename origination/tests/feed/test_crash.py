"""Servers and databases that die in the middle: nothing that was acknowledged is lost."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

import pytest
from django.conf import settings
from django.db import connection, connections

from origination.importing.models import RejectedRecord
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory
from origination.tests.support.switches import FEED_URL, call, make_key, post

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several write at a time"),
]
CDR = get_cdr_model()
BATCH, KILLS = 200, 5


def test_writers_of_the_same_batch_take_each_call_once():
    account = AccountFactory()
    _, key = make_key()
    calls = [call(account) for _ in range(500)]
    told = []

    def write(order):
        answer = post(order, key)
        told.append((answer.status_code, answer.json()))
        connections.close_all()

    orders = [calls, calls[::-1], calls[250:] + calls[:250], calls]
    threads = [threading.Thread(target=write, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in told] == [200] * 4, told
    assert sum(answer["imported"] for _, answer in told) == 500
    assert CDR.objects.count() == 500


@contextlib.contextmanager
def gunicorn(port):
    """The site on the test's own database; the group of its processes."""
    database = connection.settings_dict
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database['NAME']}"
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers=2"]
    process = subprocess.Popen(
        [*command, "--log-level=critical", "statsproject.wsgi:application"],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Switch(threading.Thread):
    """Posts batches until it is told to stop, each again until it is acknowledged."""

    def __init__(self, port, key, account):
        super().__init__()
        self.port, self.key, self.account = port, key, account
        self.stopped = False
        self.acknowledged, self.failures = [], 0

    def run(self):
        while not self.stopped:
            calls = [call(self.account) for _ in range(BATCH)]
            calls.append(call(f"nobody {uuid.uuid4()}"))
            while not self.is_taken(calls) and not self.stopped:
                self.failures += 1
                time.sleep(0.1)

    def is_taken(self, calls):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{FEED_URL}",
            json.dumps(calls).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as e:
            assert e.code == 503
            assert e.headers["Retry-After"]
            return False
        except (OSError, ValueError):
            return False
        assert told["imported"] + told["known"] == BATCH
        self.acknowledged += [each["uuid"] for each in calls[:-1]]
        self.acknowledged.append(calls[-1]["account"])
        return True


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def assert_nothing_is_lost(switches):
    stored = {str(each) for each in CDR.objects.values_list("uuid", flat=True)}
    texts = RejectedRecord.objects.values_list("text", flat=True)
    kept = {json.loads(text)["account"] for text in texts}
    acknowledged = [each for switch in switches for each in switch.acknowledged]
    assert len(acknowledged) > BATCH
    assert [each for each in acknowledged if each not in stored | kept] == []
    assert CDR.objects.count() % BATCH == 0


@contextlib.contextmanager
def posting(port):
    account = AccountFactory()
    _, key = make_key()
    switches = [Switch(port, key, account) for _ in range(2)]
    for switch in switches:
        switch.start()
    try:
        yield switches
    finally:
        for switch in switches:
            switch.stopped = True
        for switch in switches:
            switch.join()


def wait_for_more(switches):
    """Until each switch goes on."""
    before = [len(switch.acknowledged) for switch in switches]
    deadline = time.monotonic() + 90
    while any(len(of.acknowledged) == then for of, then in zip(switches, before, strict=True)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.long
def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_killed():
    port = free_port()
    with posting(port) as switches:
        for number in range(KILLS):
            with gunicorn(port):
                wait_for_more(switches)
                # In another place of a request each time.
                time.sleep(0.03 * number)
    assert sum(switch.failures for switch in switches) > 0
    assert_nothing_is_lost(switches)


@pytest.mark.long
def test_nothing_that_was_acknowledged_is_lost_when_the_database_drops_everybody():
    port = free_port()
    with gunicorn(port), posting(port) as switches:
        for number in range(KILLS):
            wait_for_more(switches)
            time.sleep(0.03 * number)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        wait_for_more(switches)
    assert_nothing_is_lost(switches)
