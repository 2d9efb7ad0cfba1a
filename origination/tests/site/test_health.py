"""``/health`` for a load balancer: what it says of databases, and what it costs while they hang."""

import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client, override_settings

from statsproject import health

HITS = 50


@pytest.fixture(autouse=True)
def _no_guard(django_db_setup, django_db_blocker):
    """Django's keeps a test from databases that it does not name; nothing is written here."""
    with django_db_blocker.unblock():
        yield


def lookers():
    """The threads that look at databases."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("health of")]


def states():
    response = Client().get("/health")
    return response.status_code, response.json()["databases"]


def test_health_is_ok_while_every_database_answers():
    response = Client().get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "databases": dict.fromkeys(connections, "ok")}
    assert "no-store" in response["cache-control"]


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "balancer_1", "a b", "evil.example"])
@override_settings(ALLOWED_HOSTS=["stats.example.com"], SECURE_SSL_REDIRECT=True)
def test_a_load_balancer_may_ask_for_health_by_any_name(host):
    assert Client(headers={"Host": host}).get("/health").status_code == 200
    assert Client(headers={"Host": host}).get("/").status_code in (301, 400)


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


# It lets everybody in, and says that it is ready.
WELCOME = (
    message(b"R", struct.pack("!i", 0))
    + message(b"S", b"server_version\0" + b"18.0\0")
    + message(b"S", b"client_encoding\0" + b"UTF8\0")
    + message(b"Z", b"I")
)


@contextmanager
def silent_server(welcome):
    """The port of a PostgreSQL that takes connections, says this, and nothing more."""
    taken = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                taken.append(connection)
                if welcome:
                    connection.recv(4096)
                    connection.sendall(welcome)

        accepting = threading.Thread(target=serve, daemon=True)
        accepting.start()
        yield server.getsockname()[1], taken
        server.shutdown(socket.SHUT_RDWR)
    for connection in taken:
        connection.close()


def postgresql_at(port):
    engine = "django.db.backends.postgresql"
    place = {"ENGINE": engine, "HOST": "127.0.0.1", "PORT": port, "NAME": "x", "USER": "x"}
    options = {"sslmode": "disable", "gssencmode": "disable"}
    return {**connections["default"].settings_dict, **place, "OPTIONS": options}


@pytest.fixture
def another(monkeypatch):
    """``another(settings)`` is one more database of the site's."""

    def add(settings):
        monkeypatch.setitem(connections.settings, "another", settings)

    yield add
    for thread in lookers():
        thread.join(10)


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(health, "SECONDS", 0.05)


@pytest.mark.parametrize("welcome", [b"", WELCOME], ids=["at the door", "inside"])
def test_while_a_database_hangs_one_thread_waits_for_it_however_often_it_is_asked(
    another, soon, welcome
):
    with silent_server(welcome) as (port, taken):
        another(postgresql_at(port))
        with ThreadPoolExecutor(HITS) as clients:
            asked = [clients.submit(states) for _ in range(HITS)]
            answers = [answer.result() for answer in asked]
            waiting = [t for t in lookers() if t.name == "health of another"]
        assert {status for status, _ in answers} == {503}
        assert {databases["another"] for _, databases in answers} == {"unavailable"}
        # Inside, it is told to end when its time is up.
        assert len(waiting) == 1 or welcome
        # One after the other at most, and the last one is closed when its time is up.
        assert len(taken) <= HITS // 2
        for thread in waiting:
            thread.join(10)
            assert not thread.is_alive()


@pytest.mark.parametrize("welcome", [b"", WELCOME], ids=["at the door", "inside"])
def test_it_is_well_again_when_the_database_is(another, soon, welcome, monkeypatch):
    with silent_server(welcome) as (port, _):
        another(postgresql_at(port))
        assert states()[1]["another"] == "unavailable"
        another(dict(connections["default"].settings_dict))
        for thread in lookers():
            thread.join(10)
    monkeypatch.setattr(health, "SECONDS", 5.0)
    assert states() == (200, dict.fromkeys(connections, "ok"))


def test_several_that_hang_are_waited_for_at_the_same_time(monkeypatch):
    clock, waited = [0.0], []

    def wait(futures, seconds):
        clock[0] += seconds
        waited.append(seconds)
        return (), ()

    monkeypatch.setattr(health, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(health, "wait", wait)
    monkeypatch.setattr(health.Look, "_ask", lambda look: None)
    monkeypatch.setattr(health, "connections", dict.fromkeys("abc"))
    assert states()[0] == 503
    assert waited == [health.SECONDS, 0, 0]


def test_a_database_that_refuses_is_unavailable_at_once(another):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    another(postgresql_at(port))
    status, databases = states()
    assert (status, databases["another"]) == (503, "unavailable")
    assert databases["default"] == "ok"
