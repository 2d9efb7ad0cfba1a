"""The units of the handbook, as systemd itself reads them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import steps

ANALYZE = shutil.which("systemd-analyze")
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"
UNITS = {
    step.what: step.text
    for page in ("production", "follow")
    for step in steps(HOW_TO / f"{page}.md")
    if step.kind == "file" and step.what.endswith((".service", ".timer"))
}

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")


@pytest.fixture
def units(tmp_path):
    """Their programs are those of this environment: systemd asks whether each is there."""
    folder = str(Path(sys.executable).parent)
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace("/srv/stats/.venv/bin", folder))
    return tmp_path


def verified(units):
    command = [ANALYZE, "verify", "--recursive-errors=no", *sorted(units.iterdir())]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_has_nothing_to_say_about_the_units(units):
    result = verified(units)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_systemd_sees_a_program_that_is_not_there(units, name):
    unit = units / name
    unit.write_text(unit.read_text().replace("ExecStart=/", "ExecStart=/nowhere/"))
    assert "not executable" in verified(units).stderr
