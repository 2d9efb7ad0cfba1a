"""The demo site's admin as its operator uses it, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from statsproject.demo.site import make_operator

from .portal import LARGEST, NOW, demo  # noqa: F401

LIST = "/admin/origination/cdr/"
STATISTICS = f"{LIST}statistics/"
WEEK = "from-time=2026-06-08&to-time=2026-06-14T23:59:59.999999Z"
QUESTION = f"?account-id={LARGEST.uuid}&sampling=day&{WEEK}"


@pytest.fixture
def admin(visit: Any, live_server: Any, demo: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """``admin(path, **options)``: a page of the admin, logged in as the demo's operator."""
    operator = make_operator()
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    def open_page(path: str, **options: Any) -> Any:
        # Any document of the site, and this one is small.
        page = visit("/static/origination/icon.svg", **options)
        client = Client()
        client.force_login(operator)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        cookie = {"name": session.key, "value": session.value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return open_page
