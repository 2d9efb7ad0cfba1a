"""Headers of the site that the published page shows, which are not the endpoint's own."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SITE_HEADERS = {
    "X-XSS-Protection": "0",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class SiteHeadersMiddleware:
    """Adds the fixed site headers, ``X-Request-Id`` and ``X-Runtime`` (seconds)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        for name, value in SITE_HEADERS.items():
            response.headers[name] = value
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        response.headers["X-Runtime"] = f"{time.perf_counter() - started:.6f}"
        return response
