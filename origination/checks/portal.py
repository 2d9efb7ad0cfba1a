"""The customers' page: what it needs of the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags
from django.urls import NoReverseMatch, reverse

from .messages import error, register


@register(Tags.urls)
def check_portal(**kwargs: Any) -> list[CheckMessage]:
    """E070: the customers' page is mounted, and the API that it asks is not."""
    # A site may have no pages at all.
    if not getattr(settings, "ROOT_URLCONF", None) or not _is_mounted("origination_portal:page"):
        return []
    if _is_mounted("origination:accounts"):
        return []
    return [
        error(
            70,
            "The portal page is mounted, but not the API that it asks.",
            "Add path('api/rest/customer/v1/', include('origination.urls')) to your URLs, "
            "not inside a namespace of yours.",
        )
    ]


def _is_mounted(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
