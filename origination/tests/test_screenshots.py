"""The README's pictures.

    python -m pytest origination/tests/test_screenshots.py --screenshots=docs/screenshots

Without the option the pages are opened all the same, with fewer calls, and nothing is stored.
"""

import pytest
from playwright.sync_api import expect

from .browsing import PHONE
from .portal import LARGEST, SHOWN, demo, portal  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

VIEW = f"?account={LARGEST.uuid}"
LAPTOP = {"width": 1200, "height": 1090}
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
