# ruff: noqa: F811  fixtures are imported by their names
"""Who is logged out has left nothing behind, in a browser that keeps pages for its Back button."""

import re

import pytest
from django.test import Client
from django.views.generic import TemplateView
from playwright.sync_api import expect

from origination.portal.views import PortalView
from origination.tests.support.demo_admin import LIST, QUESTION, STATISTICS, admin  # noqa: F401
from origination.tests.support.portal import ACCOUNT, LARGEST, SHOWN, demo, portal  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

VIEW = f"?account={LARGEST.uuid}&from=2026-06-08T00%3A00&to=2026-06-15T00%3A00&duration-gt=7"
OTHER_PAGE = "/static/origination/icon.svg"


@pytest.fixture(params=["stored", "not stored"])
def kept(request, monkeypatch):
    """Some browsers keep a page although its answer says ``no-store``, others do not."""
    if request.param == "stored":
        monkeypatch.setattr(PortalView, "dispatch", TemplateView.dispatch)
    return request.param == "stored"


def expect_nothing_of_a_customer(page):
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.locator("#portal")).to_be_hidden()
    expect(page).to_have_title("Call statistics")
    everything = page.evaluate(
        "() => document.documentElement.outerHTML + location.href"
        " + [...document.querySelectorAll('input')].map(input => input.value)"
        " + JSON.stringify(history.state) + JSON.stringify({...sessionStorage})"
    )
    for word in ("Harbour", str(LARGEST.uuid), str(ACCOUNT.uuid), "eyJ", "tile-", "duration-gt 7"):
        assert word not in everything
    assert not re.search(r"\d,\d\d\d|8 Jun", page.locator("body").inner_text())


def log_out(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_back_after_a_log_out_shows_the_log_in(portal, kept):
    page = portal(VIEW)
    expect(page.locator(SHOWN)).to_be_visible()
    page.get_by_role("button", name="Zoom out").click()
    expect(page.locator("#range")).to_contain_text("1 Jun")
    log_out(page)
    expect_nothing_of_a_customer(page)
    page.go_back()
    expect_nothing_of_a_customer(page)
    assert "?" not in page.url


def test_back_to_a_page_that_was_left_before_the_log_out_shows_the_log_in(portal, kept):
    page = portal(VIEW)
    expect(page.locator(SHOWN)).to_be_visible()
    page.evaluate("window.isKept = true")
    page.goto("/")
    expect(page.locator(SHOWN)).to_be_visible()
    log_out(page)
    page.go_back()
    assert page.evaluate("window.isKept") or not kept
    expect_nothing_of_a_customer(page)
    assert "?" not in page.url


def test_back_without_a_log_out_shows_the_view_again(portal, kept, problems):
    page = portal(VIEW)
    expect(page.locator(SHOWN)).to_be_visible()
    total = page.locator(".tile dd").first.text_content()
    page.evaluate("window.isKept = true")
    page.goto(OTHER_PAGE)
    page.go_back()
    assert page.evaluate("window.isKept") or not kept
    expect(page.locator(SHOWN)).to_be_visible()
    expect(page.locator(".tile dd").first).to_have_text(total)
    assert "duration-gt=7" in page.url
    # Playwright takes what a page asks while it comes back for a request of the page before.
    problems.found = [text for text in problems.found if not text.endswith("ERR_ABORTED")]


def test_a_password_that_was_typed_is_gone_when_the_page_is_left(visit, demo, kept):
    page = visit("/")
    page.get_by_label("Password").fill("secret")
    page.goto(OTHER_PAGE)
    page.go_back()
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_log_out_is_one_of_every_tab(portal, problems):
    page = portal(VIEW)
    expect(page.locator(SHOWN)).to_be_visible()
    with page.expect_popup() as opened:
        # As "duplicate tab" does, which copies the token.
        page.evaluate("open(location.href)")
    other = opened.value
    problems.watch(other)
    expect(other.locator(SHOWN)).to_be_visible()
    log_out(other)
    expect_nothing_of_a_customer(page)
    page.reload()
    expect_nothing_of_a_customer(page)


def test_who_logs_in_next_gets_no_address_of_the_one_before(portal, demo, visit):
    page = portal(VIEW)
    expect(page.locator(SHOWN)).to_be_visible()
    page.get_by_role("button", name="Zoom out").click()
    log_out(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.url.rstrip("/") == page.evaluate("location.origin")


def test_the_page_is_not_stored():
    assert "no-store" in Client().get("/")["cache-control"]


@pytest.mark.parametrize("path", [STATISTICS + QUESTION, f"{LIST}?period=all"])
def test_back_after_an_operator_s_log_out_shows_the_log_in(admin, path):
    page = admin(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout/")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    assert "Harbour" not in page.content()
