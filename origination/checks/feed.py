"""The feed of switches: where it is mounted, and how its keys read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags
from django.db import connections, router
from django.urls import NoReverseMatch, reverse

from origination.importing.models import FEED_FORMATS, FeedKey

from .messages import error, register, warning


@register(Tags.urls)
def check_feed(**kwargs: Any) -> list[CheckMessage]:
    """W080: the feed of switches is mounted below the customers' API, where customers reach it."""
    feed, statistics = _mounted("origination_feed:cdrs"), _mounted("origination:statistics")
    if not feed or not statistics or not feed.startswith(statistics.rpartition("/")[0] + "/"):
        return []
    return [
        warning(
            80,
            f"The feed of switches is at {feed}, below the customers' API.",
            "Mount origination.feed_urls at a path of its own, and let your proxy open it for "
            "switches alone.",
        )
    ]


@register(Tags.database)
def check_keys(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E081: a feed key that is in use names a format that switches do not post."""
    alias = router.db_for_read(FeedKey) or "default"
    table = FeedKey._meta.db_table
    if alias not in (databases or ()):
        return []
    # Before migrate has run there is none.
    if table not in connections[alias].introspection.table_names():
        return []
    wrong = FeedKey.objects.filter(revoked_at=None).exclude(format__in=FEED_FORMATS)
    return [
        error(
            81,
            f"The feed key {key.name!r} has the format {key.format!r}.",
            "Give it another one in the admin, or revoke it.",
        )
        for key in wrong
    ]


def _mounted(name: str) -> str | None:
    """The path; None where the site has no such view."""
    # A site may have no pages at all.
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
