"""Answers are the same before a backup, and after each way to restore it that the page shows."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from .pages import Step, steps
from .running import ROOT, checked

PAGE = ROOT / "docs" / "how-to" / "backup.md"
QUESTION = Step(
    "run",
    None,
    """python manage.py shell -v 0 <<'END'
import json
from datetime import UTC, datetime
from origination.models import Account
from origination.statistics import ask

sources = []

def run(plan):
    sources.append(plan.source)
    return plan.answer()

start = datetime(2020, 1, 1, tzinfo=UTC)
accounts = Account.objects.order_by("pk")
answers = [ask(account, start, sampling="day", run=run) for account in accounts]
told = [[answer.columns(), answer.total()] for answer in answers]
print(json.dumps([sources[-1], told], default=str))
END""",
)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="pages are run once"),
]


# Another database, or other sums.
CHANGED = ("export ", "--rebuild")


@pytest.fixture(scope="module")
def run_page(postgresql, tmp_path_factory):
    """Each step and what it printed; the question is asked first, and after each change."""
    folder = tmp_path_factory.mktemp("backup")
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    found = [QUESTION]
    for step in steps(PAGE):
        found += [step, QUESTION] if any(word in step.text for word in CHANGED) else [step]
    return list(zip(found, checked(found, folder, postgresql("before")), strict=True))


@pytest.fixture
def answers(run_page):
    """``[source, answers]``, in order."""
    return [json.loads(text.splitlines()[-1]) for step, text in run_page if step is QUESTION]


def test_each_restore_gives_the_answers_of_before(answers):
    before, *later = [told for _, told in answers]
    assert sum(total["total_calls"] for _, total in before) > 400
    assert later == [before] * 5


def test_cdrs_answer_until_the_sums_are_there_again(answers):
    whole_dump = ["hours", "hours"]
    assert [source for source, _ in answers] == [*whole_dump, "cdrs", "hours", "cdrs", "hours"]


def test_no_sum_of_the_whole_dump_differs(run_page):
    (verified,) = [text for _, text in run_page if "sums differ" in text]
    assert " 0 sums differ" in verified
