"""The demo site's admin as its operator uses it, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from statsproject.demo.customers import OPERATOR
from statsproject.demo.site import make_operator

from .portal import LARGEST, NOW, demo  # noqa: F401

LIST = "/admin/origination/cdr/"
STATISTICS = f"{LIST}statistics/"
WEEK = "from-time=2026-06-08&to-time=2026-06-14T23:59:59.999999Z"
QUESTION = f"?account-id={LARGEST.uuid}&sampling=day&{WEEK}"


@pytest.fixture
def admin(visit: Any, demo: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """``admin(path, **options)``: a page of the admin, logged in as the demo's operator."""
    make_operator()
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    def open_page(path: str, **options: Any) -> Any:
        page = visit(f"/admin/login/?next={LIST}", **options)
        page.get_by_label("Username").fill(OPERATOR.name)
        page.get_by_label("Password").fill(OPERATOR.password)
        page.get_by_role("button", name="Log in").click()
        page.goto(path)
        return page

    return open_page
