"""What every view has in common. Every DRF policy is pinned here, so that no setting of the
host's ``REST_FRAMEWORK`` changes the contract."""

from __future__ import annotations

import hashlib
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework import exceptions
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from . import sessions
from .authentication import authenticators, challenge, is_active
from .described import SchemaWhereDescribed
from .errors import asking_the_host, exception_handler
from .limits import check_query_string
from .renderers import AcceptNegotiation, StatisticsCSVRenderer, StatisticsJSONRenderer

CACHE_CONTROL = "max-age=0, private, must-revalidate"
# Django would answer these with an empty 412; who only reads has nothing to lose by them.
WRITERS_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
# A client has a few tags; to read a megabyte of them takes longer than the answer.
LONGEST_CONDITION = 8_000
JSON = StatisticsJSONRenderer.content_type
REFUSALS = (exceptions.PermissionDenied, PermissionDenied)


class ContractView(APIView):
    """What every view pins."""

    parser_classes: list[Any] = []
    renderer_classes: list[Any] = [StatisticsJSONRenderer, StatisticsCSVRenderer]
    content_negotiation_class = AcceptNegotiation
    throttle_classes: list[Any] = []
    versioning_class = None
    metadata_class = None
    schema = SchemaWhereDescribed()
    # drf-yasg's.
    swagger_schema = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        # Nothing is written: a host's ATOMIC_REQUESTS would only open a transaction, and turn
        # a database that is down into a 500 before this view can say 503.
        vars(view)["_non_atomic_requests"] = set(connections)
        return view

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        # DRF's view and request hold each other: with them an answer of megabytes would wait for
        # the garbage collector.
        del self.response
        return response

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {"Vary": "Accept"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_query_string(request.META.get("QUERY_STRING", ""))
        super().initial(request, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get_format_suffix(self, **kwargs: Any) -> None:
        return None


class IsCustomer(BasePermission):
    """Whoever the site's authentication classes know, unless inactive."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user and getattr(user, "is_authenticated", False) and is_active(user))


class CustomerView(ContractView):
    """Something that a customer reads with a token."""

    http_method_names = ["get", "head"]
    permission_classes = [IsCustomer]

    visit: sessions.Visit | None = None

    def get_authenticators(self) -> list[Any]:
        return authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        return challenge(self.get_authenticators(), request)

    def perform_authentication(self, request: Request) -> None:
        with asking_the_host("An authentication class"):
            super().perform_authentication(request)
        self.visit = sessions.visit_of(request, request.user, request.auth)

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotAuthenticated

    def handle_exception(self, exc: Exception) -> Any:
        # Whoever is refused has not shown who he is: there is no 403.
        refused = isinstance(exc, REFUSALS)
        return super().handle_exception(NotAuthenticated() if refused else exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        sessions.renew(request, response, self.visit)
        return super().finalize_response(request, response, *args, **kwargs)


def cacheable(request: Request, body: bytes, content_type: str) -> HttpResponseBase:
    """200 with the body, or 304 where the client already has it."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    conditions = request._request.META
    for name in WRITERS_CONDITIONS:
        conditions.pop(name, None)
    if len(known := conditions.get("HTTP_IF_NONE_MATCH", "")) > LONGEST_CONDITION:
        conditions["HTTP_IF_NONE_MATCH"] = etag if etag.removeprefix("W/") in known else ""
    return get_conditional_response(request._request, etag=etag, response=response) or response
