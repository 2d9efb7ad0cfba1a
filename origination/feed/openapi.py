"""The OpenAPI description of the feed, for sites that have drf-spectacular installed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse

from origination.api.openapi import JSON, STRING, DescribedView, object_of

STATUSES = {
    400: "No CDRs can be found in the body. Nothing of it was taken.",
    401: "No key, a wrong one, or one that was revoked.",
    413: "The body is larger than the site takes. Nothing of it was taken.",
    429: "Too many requests of this key; see `Retry-After`.",
    503: "The database does not answer. Post the same again; see `Retry-After`.",
}
INTEGER = {"type": "integer"}
REJECT = object_of({"index": INTEGER, "reason": STRING})
ANSWER = object_of(
    {"imported": INTEGER, "known": INTEGER, "rejected": {"type": "array", "items": REJECT}}
)
CDR = {"type": "object", "additionalProperties": True}


class FeedKeyScheme(OpenApiAuthenticationExtension):
    target_class = "origination.feed.authentication.FeedKeyAuthentication"
    name = ["originationFeedKey", "originationFeedPassword"]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        # A list: any one of them will do.
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [{"type": "http", "scheme": scheme} for scheme in ("bearer", "basic")]


class DescribedFeed(DescribedView):
    target_class = "origination.feed.views.FeedView"
    method = "post"

    def description(self) -> dict[str, Any]:
        many = {"oneOf": [CDR, {"type": "array", "items": CDR}]}
        failures = {
            (status, JSON): OpenApiResponse(object_of({"error": STRING}), description=text)
            for status, text in STATUSES.items()
        }
        return {
            "operation_id": "origination_feed",
            "summary": "CDRs of a switch",
            "description": "The same CDRs may be posted again; none is taken twice.",
            "request": {(JSON): many, "application/jsonl": STRING},
            "responses": {
                (200, JSON): OpenApiResponse(ANSWER, description="What became of the CDRs."),
                **failures,
            },
        }
