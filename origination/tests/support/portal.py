"""The portal page as a customer uses it: demo traffic of a fixed month, a clock that stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache as kept
from itertools import chain, islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache

from origination.api.tokens import issue_token
from origination.importing.loader import Loader
from statsproject.demo.customers import ACCOUNTS, CUSTOMER
from statsproject.demo.site import make_accounts
from statsproject.demo.traffic import DAYS, Traffic

START = datetime(2026, 6, 1, tzinfo=UTC)
# A minute before the traffic ends, so that a preset ends with it.
NOW = START + timedelta(days=DAYS, minutes=-1)
# A picture wants believable curves.
CDRS, PICTURED = 1500, 40_000
# The page's first account by name, and its own.
ACCOUNT = min(ACCOUNTS[CUSTOMER], key=lambda account: account.name)
LARGEST = max(ACCOUNTS[CUSTOMER], key=lambda account: account.share)
SHOWN = "#portal[aria-busy=false] #results:not([hidden])"


@pytest.fixture
def demo(transactional_db: Any, settings: Any, request: pytest.FixtureRequest) -> Any:
    """The demo's customer, accounts and calls in the database; the user of ``CUSTOMER``."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    cdrs = PICTURED if request.config.getoption("--screenshots") else CDRS
    keys = list(make_accounts())
    Loader().insert([cdr | {"account": keys[cdr["account"]]} for cdr in _traffic(cdrs)])
    return get_user_model().objects.get(username=CUSTOMER.name)


@kept
def _traffic(cdrs: int) -> list[dict[str, Any]]:
    """CDRs with the places of their accounts instead of keys: the same for each test."""
    accounts = dict(enumerate(chain.from_iterable(ACCOUNTS.values())))
    return list(islice(Traffic(1, START, accounts), cdrs))


@pytest.fixture
def portal(visit: Any, demo: Any) -> Any:
    """``portal(query, **options)``: the page of the customer, logged in and with its answer."""

    def open_portal(query: str = "", **options: Any) -> Any:
        # Any document of the site, and this one is small.
        page = visit("/static/origination/icon.svg", at=NOW, **options)
        token = issue_token(demo)
        page.evaluate("token => sessionStorage.setItem('origination-token', token)", token)
        page.goto(f"/{query}")
        return page

    return open_portal


def log_in(page: Any, password: str = CUSTOMER.password) -> None:
    page.get_by_label("Login").fill(CUSTOMER.name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def tile(page: Any, name: str) -> Any:
    """The value of a total."""
    return page.locator(".tile").filter(has_text=name).locator("dd").first


def asked(page: Any, act: Any) -> dict[str, str]:
    """Parameters of the request for statistics that this causes, when it is answered."""
    with page.expect_response(lambda r: "/origination-statistics?" in r.url) as response:
        act()
    return dict(parse_qsl(urlsplit(response.value.url).query))
