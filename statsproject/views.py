"""The portal page: a frame of HTML. Its scripts ask the customer API, as any portal does."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

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


class PortalView(TemplateView):
    template_name = "statsproject/portal.html"
    http_method_names = ["get", "head"]
    extra_context = {
        "presets": PRESETS,
        "sides": SIDES,
        "lookups": LOOKUPS,
        "comparisons": COMPARISONS,
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mount = reverse("origination:accounts").removesuffix("/accounts")
        return super().get_context_data(mount=mount, **kwargs)
