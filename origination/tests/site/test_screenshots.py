"""The handbook's pictures.

    python -m pytest origination/tests/site/test_screenshots.py --screenshots=docs/screenshots

Without the option the pages are opened all the same, with fewer calls, and nothing is stored.
"""

import pytest
from playwright.sync_api import expect

from origination.tests.support.browsing import PHONE
from origination.tests.support.demo_admin import LIST, QUESTION, STATISTICS, admin  # noqa: F401
from origination.tests.support.portal import LARGEST, SHOWN, demo, portal  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

VIEW = f"?account={LARGEST.uuid}"
LAPTOP = {"width": 1200, "height": 1090}
SCREEN = {"width": 1440, "height": 1000}
TALL_PHONE = {**PHONE, "height": 1240}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("portal", {"viewport": LAPTOP}),
        ("portal-dark", {"viewport": LAPTOP, "color_scheme": "dark"}),
        ("portal-phone", {"viewport": TALL_PHONE}),
    ],
    ids=["desktop", "dark", "phone"],
)
def test_the_portal_page(portal, shoot, name, options):  # noqa: F811
    page = portal(VIEW, **options)
    expect(page.locator(SHOWN)).to_be_visible()
    shoot(page, name)


def test_the_statistics_of_the_admin(admin, shoot):  # noqa: F811
    page = admin(STATISTICS + QUESTION, viewport=SCREEN)
    expect(page.locator("#statistics[aria-busy=false] canvas")).to_have_count(5)
    shoot(page, "admin-statistics")


def test_the_list_of_the_admin(admin, shoot):  # noqa: F811
    page = admin(LIST, viewport=SCREEN)
    expect(page.locator(".cdr-count")).to_be_visible()
    shoot(page, "admin-list")
