"""What checks say about the feed of switches."""

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.urls import include, path

from origination.importing.models import FeedKey
from origination.tests.support.switches import make_key


def ids(**options):
    return {message.id for message in run_checks(**options)}


class Below:
    urlpatterns = [
        path("api/v1/", include("origination.feed_urls")),
        path("api/v1/", include("origination.urls")),
    ]


class Beside:
    urlpatterns = [
        path("api/v10/", include("origination.feed_urls")),
        path("api/v1/", include("origination.urls")),
    ]


class Alone:
    urlpatterns = [path("api/v1/", include("origination.feed_urls"))]


@pytest.mark.parametrize(
    ("urls", "is_warned"), [(Below, True), (Beside, False), (Alone, False)], ids=lambda of: str(of)
)
def test_a_feed_that_customers_reach_is_warned_of(urls, is_warned):
    with override_settings(ROOT_URLCONF=urls):
        assert ("origination.W080" in ids()) == is_warned


@pytest.mark.django_db
def test_a_key_of_no_format_is_named():
    make_key()
    assert "origination.E081" not in ids(databases=["default"])
    FeedKey.objects.update(format="morse")
    assert "origination.E081" in ids(databases=["default"])
    FeedKey.objects.update(revoked_at="2026-06-11T00:00:00Z")
    assert "origination.E081" not in ids(databases=["default"])
