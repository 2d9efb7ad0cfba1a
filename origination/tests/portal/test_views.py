# ruff: noqa: F811  fixtures are imported by their names
"""The portal page on other sites: mounted by one line, whatever they have."""

import re

import pytest
from csp.constants import NONCE
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.urls import include, path
from playwright.sync_api import expect
from rest_framework.authentication import SessionAuthentication

from origination.tests.support.client import configured
from origination.tests.support.portal import NOW, SHOWN, demo  # noqa: F401

page_alone = [path("statistics/", include("origination.portal.urls"))]
elsewhere = [
    path("my/statistics/", include("origination.portal.urls")),
    path("calls/", include(("origination.urls", "origination"), namespace="customers")),
]


class SiteSession(SessionAuthentication):
    """As DRF's, with a header for a 401."""

    def authenticate_header(self, request):
        return "Session"


SESSIONS = f"{__name__}.SiteSession"


class Urls:
    def __init__(self, urlpatterns):
        self.urlpatterns = urlpatterns


def html(address="/"):
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


@override_settings(ROOT_URLCONF=Urls(elsewhere))
def test_the_page_asks_the_api_where_the_site_has_mounted_it():
    assert 'data-mount="/calls"' in html("/my/statistics/")
    assert not [m for m in run_checks() if m.id == "origination.E070"]


@override_settings(ROOT_URLCONF=Urls(page_alone))
def test_a_page_without_its_api_is_named():
    assert [m.hint for m in run_checks() if m.id == "origination.E070"]


def test_a_site_that_wants_a_log_in_everywhere_lets_customers_reach_theirs(settings):
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    assert "Log in" in html()


def test_a_site_whose_policy_wants_a_nonce_gets_one(settings):
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {"script-src": [NONCE, "'strict-dynamic'"], "style-src": [NONCE]}
    }
    response = Client().get("/")
    (given,) = set(re.findall("'nonce-(.+?)'", response["content-security-policy"]))
    tags = re.findall(r"<(?:script|link rel=.stylesheet)[^>]*>", response.content.decode())
    assert len(tags) == 4
    assert all(f'nonce="{given}"' in tag for tag in tags)


def test_a_site_without_nonces_gets_none(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("csp.")]
    assert "nonce" not in html()


@pytest.mark.parametrize("login_url", ["/accounts/login/", "admin:login"])
def test_where_tokens_are_not_taken_customers_log_in_as_the_site_has_it(settings, login_url):
    settings.LOGIN_URL = login_url
    address = {"admin:login": "/admin/login/"}.get(login_url, login_url)
    with configured(AUTHENTICATION_CLASSES=[SESSIONS]):
        page = html()
    assert f'action="{address}"' in page
    assert "Password" not in page


@pytest.mark.django_db(transaction=True)
def test_a_customer_of_the_site_s_own_log_in_comes_back_to_the_view(
    visit, demo, settings, problems, shoot
):
    settings.LOGIN_URL = "/admin/login/"
    demo.is_staff = True
    demo.set_password("wonderland-2026")
    demo.save()
    problems.allow("^401: .*/accounts")
    with configured(AUTHENTICATION_CLASSES=[SESSIONS]):
        page = visit("/?from=2026-06-08T00%3A00&to=2026-06-15T00%3A00", at=NOW)
        page.get_by_role("button", name="Log in").wait_for()
        # Who comes for the first time has had no session.
        expect(page.locator(".login-reason")).to_have_text("")
        shoot(page, "portal-log-in-elsewhere")
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("Username").fill(demo.username)
        page.get_by_label("Password").fill("wonderland-2026")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(SHOWN)).to_be_visible()
        expect(page.locator("#range")).to_contain_text("8 Jun 2026")
        expect(page.get_by_role("button", name="Log out")).to_be_hidden()
