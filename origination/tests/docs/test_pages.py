"""Every command that a page shows is run in order, and prints what the page says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from .pages import END, Step, script, steps

ROOT = Path(__file__).parents[3]
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if steps(page))
# The sites of the pages have a database of their own.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="pages are run once"),
]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The demo site's database, without calls."""
    database = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    environment = _environment(database)
    command = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    return database


@pytest.fixture
def folder(tmp_path, migrated):
    """A checkout with a database of its own."""
    shutil.copy(migrated, tmp_path / "db.sqlite3")
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_a_page_does_what_it_says(page, folder):
    found = steps(page)
    printed = _run(_on_free_ports(script(found), found), folder)

    assert len(printed) == len(found), printed
    for step, (text, status) in zip(found, printed, strict=True):
        assert status == step.status, f"{step.text}\n{text}"
        if step.prints is not None:
            assert _normalised(text) == _normalised(step.prints), step.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_no_mark_of_a_page_is_overlooked(page):
    found = steps(page)
    marks = re.findall(r"^ *<!-- (?:run|prints|file|append|serve)", page.read_text(), re.MULTILINE)
    assert len(marks) == len(found) + sum(step.prints is not None for step in found)


def _environment(database: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    return {
        **kept,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        # As on a terminal: what is printed first comes first.
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(database.parent / "static"),
    }


def _run(text: str, folder: Path) -> list[tuple[str, int]]:
    """What each block printed, and its status; whatever it started has ended."""
    (folder / "page.sh").write_text(text, encoding="utf-8")
    shell = subprocess.Popen(
        ["bash", "page.sh"],
        cwd=folder,
        env=_environment(folder / "db.sqlite3"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        # A server keeps no pipe open: its output goes to a file.
        output, _ = shell.communicate(timeout=240)
    finally:
        _end(shell.pid)
    parts = re.split(rf"{END}(\d+)\n", output)
    return [
        (printed, int(status)) for printed, status in zip(parts[::2], parts[1::2], strict=False)
    ]


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGTERM)
    except ProcessLookupError:
        return


def _on_free_ports(text: str, found: list[Step]) -> str:
    for port in {step.what for step in found if step.kind == "serve"}:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free.getsockname()[1]}")
            text = re.sub(rf"\b{port}\b", str(free.getsockname()[1]), text)
    return text


def _normalised(text: str) -> list[str]:
    text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d+", "NOW", text)
    return [line.rstrip() for line in text.strip().splitlines()]
