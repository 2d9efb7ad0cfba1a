"""``import_cdrs --follow`` as the process that it is, on a database of its own."""

import contextlib
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from decimal import Decimal
from pathlib import Path

import dj_database_url
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.utils import ConnectionHandler

from origination.models import get_cdr_model
from origination.tests.support import restarting

ACCOUNT = "fd6cb45e-6674-11f1-9edb-da575d109341"
MANAGE = [sys.executable, "-m", "django"]
SECONDS_TO_WAIT = 60
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="a file does not go away"
)

pytestmark = [
    # No test uses the database of the run; those that have one run on each engine.
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor not in ("sqlite", "postgresql"), reason="has a server of its own"
    ),
]


@pytest.fixture(scope="module")
def server():
    if connection.vendor != "postgresql":
        yield None
        return
    with restarting.server() as started:
        yield started


@pytest.fixture(scope="module")
def environment(server, tmp_path_factory):
    """Of a site with one account."""
    folder = tmp_path_factory.mktemp("site")
    url = server.url if server else f"sqlite:///{folder / 'site.sqlite3'}"
    made = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    manage(made, "migrate", "-v0")
    make = f"get_account_model().objects.create(name='a', uuid='{ACCOUNT}')"
    manage(made, "shell", "-v0", "-c", f"from origination.models import *; {make}")
    return made


def manage(environment, *arguments):
    subprocess.run([*MANAGE, *arguments], env=environment, check=True, capture_output=True)


class Site:
    """A log, its followers one after the other, and what they stored."""

    def __init__(self, environment, folder):
        self.environment, self.folder = environment, folder
        self.log, self.out = folder / "cdr.jsonl", folder / "out"
        self.table = get_cdr_model()._meta.db_table
        self.databases = ConnectionHandler(
            {"default": dj_database_url.parse(environment["DATABASE_URL"])}
        )
        self.ask(f"DELETE FROM {self.table}")

    def start(self, *options):
        command = [*MANAGE, "import_cdrs", "--follow", "--format=jsonl", *options, str(self.log)]
        with self.out.open("a") as out:
            return subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    @contextlib.contextmanager
    def followed(self, *options):
        """The process, once it has begun."""
        before = self.said().count("following ")
        process = self.start(*options)
        try:
            until(lambda: self.said().count("following ") > before, self.said)
            yield process
        finally:
            process.kill()
            process.wait()

    def said(self):
        return self.out.read_text() if self.out.exists() else ""

    def write(self, *calls):
        with self.log.open("a") as log:
            log.writelines(f"{json.dumps(call)}\n" for call in calls)

    def ask(self, statement):
        database = self.databases["default"]
        try:
            with database.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None
        finally:
            database.close()

    def stored(self):
        """Calls, seconds and money."""
        try:
            count, different, seconds, money = self.ask(
                "SELECT COUNT(*), COUNT(DISTINCT uuid), COALESCE(SUM(duration), 0), "
                f"COALESCE(SUM(customer_price), 0) FROM {self.table}"
            )
        except DatabaseError:
            return None
        assert count == different
        return count, seconds, Decimal(str(money)).quantize(Decimal("0.000001"))

    def wait_for(self, calls):
        until(
            lambda: self.stored() == sums(calls), lambda: (self.stored(), sums(calls), self.said())
        )


@pytest.fixture
def site(environment, tmp_path):
    return Site(environment, tmp_path)


def until(condition, told):
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)


def calls(count, first=0):
    return [
        {
            "uuid": str(uuid.UUID(int=number + 1)),
            "account": ACCOUNT,
            "time_start": "2026-06-11 15:40:07",
            "duration": number % 90,
            "customer_price": f"0.{number % 1000:06}",
        }
        for number in range(first, first + count)
    ]


def sums(calls):
    """The plain reference of :meth:`Site.stored`."""
    return (
        len(calls),
        sum(call["duration"] for call in calls),
        sum((Decimal(call["customer_price"]) for call in calls), Decimal("0.000000")),
    )


def ended(process, number):
    """The status of a process that gets this signal, and the seconds until it was gone."""
    began = time.monotonic()
    process.send_signal(number)
    return process.wait(SECONDS_TO_WAIT), time.monotonic() - began


def test_a_call_is_stored_within_two_seconds_of_its_line(site):
    waited = []
    with site.followed():
        for number in range(5):
            site.write(*calls(1, number))
            began = time.monotonic()
            site.wait_for(calls(number + 1))
            waited.append(time.monotonic() - began)
    # The machine may be busy with something else.
    assert sorted(waited)[2] < 2, waited


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("backlog", [0, 30_000])
def test_a_signal_ends_it_within_a_second(site, number, backlog):
    site.write(*calls(backlog))
    with site.followed() as process:
        if backlog:
            until(lambda: site.stored()[0], site.said)
        status, seconds = ended(process, number)
    assert status == 0, site.said()
    assert "Traceback" not in site.said()
    assert not backlog or 0 < site.stored()[0] < backlog
    assert seconds < 1 + os.getloadavg()[0] / (os.cpu_count() or 1)


@on_postgresql
def test_a_signal_ends_it_while_the_database_does_not_answer(site):
    with site.followed() as process, contextlib.closing(site.databases["default"]) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {site.table}")
        site.write(*calls(3))
        time.sleep(1.5)
        status, seconds = ended(process, signal.SIGTERM)
        other.rollback()
    assert status == 0, site.said()
    assert "Traceback" not in site.said()
    assert seconds < 1 + os.getloadavg()[0] / (os.cpu_count() or 1)
    with site.followed():
        site.wait_for(calls(3))


def test_counts_are_told_when_it_ends_and_nothing_is_counted_twice(site):
    site.write(*calls(3), *calls(1))
    with site.followed() as process:
        site.wait_for(calls(3))
        assert ended(process, signal.SIGTERM)[0] == 0
    assert site.said().splitlines()[-1] == "read 4, imported 3, already there 1, rejected 0"
    with site.followed() as process:
        site.write(*calls(1, 3))
        site.wait_for(calls(4))
        assert ended(process, signal.SIGTERM)[0] == 0
    assert site.said().splitlines()[-1] == "read 1, imported 1, already there 0, rejected 0"


def test_a_second_one_with_the_same_state_is_refused(site):
    with site.followed():
        second = site.start()
        assert second.wait(SECONDS_TO_WAIT) == 1
    assert "is in use: another import_cdrs --follow has it" in site.said()


@on_postgresql
def test_a_database_that_goes_away_is_waited_for(site, server):
    with site.followed() as process:
        site.write(*calls(1))
        site.wait_for(calls(1))
        server.crash()
        try:
            site.write(*calls(10, 1))
            until(lambda: "the database is away" in site.said(), site.said)
            site.log.rename(site.folder / "cdr.jsonl.1")
            site.write(*calls(10, 11))
            time.sleep(3)
        finally:
            server.start()
        site.wait_for(calls(21))
        until(lambda: "the database is back after" in site.said(), site.said)
        assert ended(process, signal.SIGTERM)[0] == 0
    assert site.said().count("the database is away") == 1


@on_postgresql
def test_it_may_be_started_before_the_database(site, server):
    server.crash()
    try:
        site.write(*calls(2))
        process = site.start()
        until(lambda: "the database is away" in site.said(), site.said)
    finally:
        server.start()
    try:
        site.wait_for(calls(2))
        assert ended(process, signal.SIGTERM)[0] == 0
    finally:
        process.kill()
        process.wait()


class Switch:
    """Writes calls into its log, now and then a line in two pieces; logrotate rotates it."""

    def __init__(self, site, chance):
        self.site, self.chance, self.written, self.rotations = site, chance, [], 0
        self.file = site.log.open("a")

    def write(self):
        new = calls(self.chance.choice([1, 2, 40, 700]), len(self.written))
        text = "".join(f"{json.dumps(call)}\n" for call in new)
        cut = self.chance.randrange(len(text))
        for piece in (text[:cut], text[cut:]):
            self.file.write(piece)
            self.file.flush()
            time.sleep(self.chance.choice([0, 0, 0.3]))
        self.written += new

    def rename(self):
        renamed = self.site.log.rename(self._next())
        # It is told a moment later.
        self.write()
        self.file.close()
        self.file = self.site.log.open("a")
        self.write()
        self._pack(renamed)

    def copy_and_empty(self):
        copied = shutil.copy(self.site.log, self._next())
        os.truncate(self.site.log, 0)
        self._pack(Path(copied))

    def _next(self):
        # A log lives longer than the time between two looks.
        time.sleep(1)
        self.rotations += 1
        return self.site.folder / f"cdr.jsonl-{20260000 + self.rotations}"

    def _pack(self, path):
        if self.chance.random() < 0.5:
            return
        stat, packed = path.stat(), Path(f"{path}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        os.utime(packed, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        path.unlink()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_kills_and_rotations_and_crashes_lose_no_call(site, server, seed):
    chance = random.Random(seed)
    switch = Switch(site, chance)
    events = ["write"] * 20 + ["rename"] * 4 + ["copy_and_empty"] * 3
    events += ["kill"] * 4 + ["end"] * 2 + ["crash"] * (2 if server else 0)
    chance.shuffle(events)
    process = site.start()
    try:
        # What was rotated before the first look is nobody's concern.
        until(lambda: "following " in site.said(), site.said)
        for event in events:
            if event in ("kill", "end"):
                process.send_signal(signal.SIGKILL if event == "kill" else signal.SIGTERM)
                process.wait(SECONDS_TO_WAIT)
                # Something happens while nobody looks.
                getattr(switch, chance.choice(["write", "rename", "copy_and_empty"]))()
                process = site.start()
                time.sleep(chance.uniform(0, 3))
            elif event == "crash":
                server.crash()
                switch.write()
                server.start()
            else:
                getattr(switch, event)()
        site.wait_for(switch.written)
        assert ended(process, signal.SIGTERM)[0] == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in site.said()
    assert "rejected 0" in site.said().splitlines()[-1]
