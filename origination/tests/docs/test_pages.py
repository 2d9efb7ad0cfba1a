"""Every command that a page shows is run in order, and prints what the page says."""

from __future__ import annotations

import re
import shutil

import pytest
from django.db import connection

from .pages import is_about_postgresql, steps
from .running import ROOT, checked, environment

PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if steps(page))
# With questions between its steps: test_backup.py.
ELSEWHERE = {"backup.md"}
RUN_HERE = [page for page in PAGES if page.name not in ELSEWHERE]
# The sites of the pages have a database of their own.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="pages are run once"),
]


@pytest.fixture
def variables(page, folder, request):
    """Of the page's site."""
    if is_about_postgresql(page):
        return request.getfixturevalue("postgresql")(page.stem)
    database = folder / "db.sqlite3"
    shutil.copy(request.getfixturevalue("migrated"), database)
    return environment(f"sqlite:///{database}")


@pytest.mark.parametrize("page", RUN_HERE, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_a_page_does_what_it_says(page, folder, variables):
    found = steps(page)
    for step, text in zip(found, checked(found, folder, variables), strict=True):
        if step.prints is not None:
            assert _normalised(text) == _normalised(step.prints), step.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_no_mark_of_a_page_is_overlooked(page):
    found = steps(page)
    marks = re.findall(r"^ *<!-- (?:run|prints|file|append|serve)", page.read_text(), re.MULTILINE)
    assert len(marks) == len(found) + sum(step.prints is not None for step in found)


def _normalised(text: str) -> list[str]:
    text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d+", "NOW", text)
    return [line.rstrip() for line in text.strip().splitlines()]
