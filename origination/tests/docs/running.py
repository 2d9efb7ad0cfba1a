"""Runs a page's steps as one shell script, in a folder and with a database of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .pages import END, Step, script

ROOT = Path(__file__).parents[3]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


def environment(database: str, programs: Sequence[Path] = ()) -> dict[str, str]:
    """``database``: a URL; ``programs``: folders of what a page calls beside Python."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    folders = [str(Path(sys.executable).parent), *map(str, programs), kept["PATH"]]
    return {
        **kept,
        "PATH": os.pathsep.join(folders),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        # As on a terminal: what is printed first comes first.
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": database,
    }


def run(found: list[Step], folder: Path, variables: dict[str, str]) -> list[tuple[str, int]]:
    """What each step printed, and its status; whatever it started has ended."""
    (folder / "page.sh").write_text(_on_free_ports(script(found), found), encoding="utf-8")
    shell = subprocess.Popen(
        ["bash", "page.sh"],
        cwd=folder,
        env={**variables, "STATIC_ROOT": str(folder / "static")},
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


def checked(found: list[Step], folder: Path, variables: dict[str, str]) -> list[str]:
    """What each step printed; every step ended as the page says."""
    printed = run(found, folder, variables)
    assert len(printed) == len(found), printed
    for step, (text, status) in zip(found, printed, strict=True):
        assert status == step.status, f"{step.text}\n{text}"
    return [text for text, _ in printed]


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
