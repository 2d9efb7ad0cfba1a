"""The portal page: a frame of HTML. Its scripts ask the customer API, as any portal does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from origination.api.authentication import customer_authentication

PRESETS = {
    "1h": "Hour",
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "365d": "12 months",
}
SIDES = {"src": "Caller", "dst": "Called"}
LOOKUPS = {
    "eq": "is",
    "starts-with": "starts with",
    "ends-with": "ends with",
    "contains": "contains",
}
COMPARISONS = {"eq": "is", "gt": "more than", "lt": "less than"}


# Not stored: after a log-out, Back must not show the page of who was logged in. It holds no data
# itself, and its form is the log-in.
@method_decorator([never_cache, login_not_required], name="dispatch")
class PortalView(TemplateView):
    template_name = "origination/portal/portal.html"
    http_method_names = ["get", "head"]
    extra_context = {
        "presets": PRESETS,
        "sides": SIDES,
        "lookups": LOOKUPS,
        "comparisons": COMPARISONS,
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mount = reverse("origination:accounts").removesuffix("/accounts")
        # Where our tokens are not taken, customers log in as the site has it.
        login = "" if customer_authentication() else resolve_url(settings.LOGIN_URL)
        return super().get_context_data(mount=mount, login=login, **kwargs)
