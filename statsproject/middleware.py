"""Headers of the site that the published page shows, which are not the endpoint's own; health;
the query string."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from origination.api.errors import ParameterError
from origination.api.limits import check_query_string

from .health import health

REQUEST_ID = re.compile(r"[\w@-]{1,255}", re.ASCII)
SITE_HEADERS = {
    "X-XSS-Protection": "0",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class SiteHeadersMiddleware:
    """Adds the fixed site headers, ``X-Request-Id`` (the proxy's, if it gave one) and
    ``X-Runtime`` (seconds)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        for name, value in SITE_HEADERS.items():
            response.headers[name] = value
        response.headers["X-Request-Id"] = request_id(request)
        response.headers["X-Runtime"] = f"{time.perf_counter() - started:.6f}"
        return response


def request_id(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


class HealthMiddleware:
    """``/health``, before anything looks at the ``Host``: load balancers ask by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return health(request) if request.path_info == "/health" else self.get_response(request)


class QueryMiddleware:
    """400 for a query string that costs much to read, or in which Django's page of an error loses
    itself; a page would read it first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        try:
            check_query_string(query)
        except ParameterError as e:
            return JsonResponse({"error": str(e.detail)}, status=e.status_code)
        if most is not None and query.count("&") >= most:
            return JsonResponse({"error": "request too large or malformed"}, status=400)
        return self.get_response(request)
