"""The suite on the versions that sites have: ``nox`` for the ends, ``nox -s versions`` for all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import nox

nox.options.sessions = ["oldest", "newest", "psycopg2"]
nox.options.default_venv_backend = "venv"

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
# A line of Django wants a Python of at least this.
DJANGO = {"5.2": (3, 11), "6.0": (3, 12), "6.1": (3, 12)}
TESTS = "origination/tests"
PYTEST = ("python", "-m", "pytest", "-q", "-n", "auto", "-m", "not browser and not long")
# What no version of Python, Django or DRF changes, and takes most of the suite's time: servers,
# commands and browsers that the tests start, how files are read, which values settings take.
UNCHANGED = (
    "api/test_fuzz.py",
    "conf/test_values.py",
    "contrib",
    "docs",
    "importing/test_import_cdrs.py",
    "importing/test_import_crash.py",
    "portal",
    "site",
)
# What the driver may change: loading, slots, sums, types.
DRIVER = ("importing/test_loader.py", "rollups", "statistics/test_slots.py", "api/test_limits.py")


def requirements() -> list[str]:
    """What the site and its tests are made of, in any version."""
    files = (HERE / "requirements.txt", HERE / "requirements-test.txt")
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [line.partition("==")[0] for line in lines if "==" in line]


def floors() -> str:
    """The least versions that pyproject.toml allows, as constraints of pip."""
    extras = PROJECT["optional-dependencies"]
    tested = ("countries", "openapi", "postgresql")
    bounded = [*PROJECT["dependencies"], *(bound for name in tested for bound in extras[name])]
    least = (bound.partition(",")[0].replace(">=", "==") for bound in bounded)
    return "\n".join(least)


def pythons() -> dict[tuple[int, ...], str]:
    """Version and path of each Python that is supported, on the path or of pyenv."""
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [f"python3.{minor}" for minor in range(11, 20)]
    candidates += map(str, sorted(installed.glob("3.*/bin/python3")))
    found = {version_of(path): path for path in candidates}
    return {version: found[version] for version in sorted(found) if version >= (3, 11)}


def version_of(python: str) -> tuple[int, ...]:
    """``(3, 13)``; empty where it does not run: a shim of pyenv may stand for nothing."""
    if not shutil.which(python):
        return ()
    asked = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    return tuple(map(int, subprocess.run(asked, capture_output=True, text=True).stdout.split()))


PYTHONS = pythons()


def suite(session: nox.Session) -> None:
    """On SQLite what versions may change, on PostgreSQL what the driver may."""
    session.run("python", "-m", "django", "--version")
    unchanged = [f"--ignore={TESTS}/{name}" for name in UNCHANGED]
    session.run(*PYTEST, "--engine=sqlite", *unchanged, *session.posargs)
    driven(session)


def driven(session: nox.Session) -> None:
    chosen = [f"{TESTS}/{name}" for name in DRIVER]
    session.run(*PYTEST, "--engine=postgresql", *chosen, *session.posargs)


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """The floors of every dependency, on the oldest Python."""
    constraints = Path(session.create_tmp(), "floors.txt")
    constraints.write_text(floors())
    session.install(*requirements(), "--constraint", str(constraints))
    suite(session)


@nox.session(python=PYTHONS[max(PYTHONS)])
def newest(session: nox.Session) -> None:
    """The newest of everything, on the newest Python that is found."""
    session.install("--upgrade", "--upgrade-strategy", "eager", *requirements())
    suite(session)


@nox.session(python="3.11")
def psycopg2(session: nox.Session) -> None:
    """PostgreSQL as a site has it that has never had psycopg 3."""
    others = [name for name in requirements() if not name.startswith("psycopg[")]
    session.install(*others, "psycopg2-binary")
    driven(session)


@nox.session
@nox.parametrize(
    ("python", "django"),
    [
        nox.param(path, django, id=f"{'.'.join(map(str, version))}-{django}")
        for version, path in PYTHONS.items()
        for django, least in DJANGO.items()
        if version >= least
    ],
)
def versions(session: nox.Session, django: str) -> None:
    """Each line of Django on each Python that is found."""
    session.install(*requirements(), f"Django~={django}.0")
    suite(session)
