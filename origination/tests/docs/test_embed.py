"""The page with charts of its own, built from what the handbook shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import Context, Template

from origination.api.tokens import issue_token
from origination.tests.support.portal import ACCOUNT, NOW, demo  # noqa: F401

from .pages import steps

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "embed.md"
SHOWN = "#told:not(:empty)"


@pytest.fixture
def embedded(visit, demo, settings, tmp_path):  # noqa: F811
    """``embedded(token)``: the customer's page; None stands for a token that is good."""
    settings.STATICFILES_DIRS = [tmp_path]
    files = {step.what: step.text for step in steps(PAGE)}

    def open_page(token=None):
        context = Context({"account": ACCOUNT, "token": token or issue_token(demo)})
        (tmp_path / "calls.html").write_text(Template(files["calls.html"]).render(context))
        (tmp_path / "calls.js").write_text(files["calls.js"])
        page = visit("/static/calls.html", at=NOW)
        page.wait_for_selector(SHOWN)
        return page

    return open_page


def test_the_page_shows_charts_of_the_customer_s_calls(embedded):
    page = embedded()
    assert int(page.inner_text("#told").removesuffix(" calls")) > 0
    assert page.locator("#charts canvas").count() > 1


def test_the_page_tells_what_the_api_refused(embedded, problems):
    problems.allow("401")
    assert embedded("no-token").inner_text("#told") == "invalid token"
