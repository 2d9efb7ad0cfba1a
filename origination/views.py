"""The endpoint, the accounts and the token. Every DRF policy is pinned here, so that no setting
of the host's ``REST_FRAMEWORK`` changes the contract."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connections
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.module_loading import import_string
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from . import conf, sessions
from .accounts import accounts_document
from .authentication import CustomerJWTAuthentication, issue_token, session_token
from .credentials import CredentialsParser, JSONAPICredentialsParser, user_of, wants_cookie
from .dialects import dialect
from .errors import exception_handler
from .filters import StatisticsFilterSet
from .limits import bounded_query, check_range, check_rows
from .models import get_cdr_model
from .renderers import (
    AcceptNegotiation,
    StatisticsCSVRenderer,
    StatisticsJSONRenderer,
    compact_json,
)
from .rollups.planner import plan
from .sampling import Buckets
from .statistics import Statistics, statistics
from .throttling import AddressThrottle
from .timing import Timing

CACHE_CONTROL = "max-age=0, private, must-revalidate"
JSON = StatisticsJSONRenderer.content_type


class ContractView(APIView):
    """What every view pins."""

    parser_classes: list[Any] = []
    renderer_classes: list[Any] = [StatisticsJSONRenderer, StatisticsCSVRenderer]
    content_negotiation_class = AcceptNegotiation
    throttle_classes: list[Any] = []
    versioning_class = None
    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view = super().as_view(**initkwargs)
        # Nothing is written: a host's ATOMIC_REQUESTS would only open a transaction, and turn
        # a database that is down into a 500 before this view can say 503.
        vars(view)["_non_atomic_requests"] = set(connections)
        return view

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {"Vary": "Accept"}

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get_format_suffix(self, **kwargs: Any) -> None:
        return None


class CustomerView(ContractView):
    """Something that a customer reads with a token."""

    http_method_names = ["get", "head"]
    permission_classes = [IsAuthenticated]

    session_user: Any = None

    def get_authenticators(self) -> list[Any]:
        return [import_string(path)() for path in conf.authentication_classes()]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        self.session_user = sessions.user_of(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.session_user is not None:
            sessions.renew(request, response, self.session_user)
        return super().finalize_response(request, response, *args, **kwargs)


class OriginationStatisticsView(CustomerView):
    """``GET {mount}/origination-statistics``; source: the published page."""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.timing = Timing()

    def get(self, request: Request) -> HttpResponseBase:
        filterset = StatisticsFilterSet(
            request.query_params, get_cdr_model()._default_manager.all(), request=request
        )
        filterset.validate()
        if filterset.is_future and dialect().future is not None:
            body = compact_json(dialect().future)
            return _cacheable(request, body, JSON)
        renderer: Any = request.accepted_renderer
        body = renderer.render(self.answer(filterset))
        response = _cacheable(request, body, renderer.content_type)
        response["Server-Timing"] = self.timing.header()
        return response

    def answer(self, filters: StatisticsFilterSet) -> Statistics:
        """One query, bounded in rows and in seconds."""
        start, sampling, calendar = filters.range_start, filters.sampling_word, filters.calendar
        check_range(start, filters.listed_end or filters.range_end, sampling, calendar)
        parts = plan(filters)
        self.timing.source = "+".join(dict.fromkeys(part.source for part in parts))
        with bounded_query(parts[0].rows.db), self.timing.of_database():
            answer = statistics(parts, sampling, conf.max_rows(), calendar)
        if filters.listed_end:
            answer = answer.filled(Buckets.of(sampling, calendar).listed(start, filters.listed_end))
        check_rows(len(answer.starts), start, calendar)
        return answer


class AccountsView(CustomerView):
    """``GET {mount}/accounts``: the accounts that the caller may see, always as JSON."""

    renderer_classes = [StatisticsJSONRenderer]

    def get(self, request: Request) -> HttpResponseBase:
        body = compact_json(accounts_document(request.user))
        return _cacheable(request, body, JSON)


class AuthView(ContractView):
    """``POST {mount}/auth``: credentials -> ``{"jwt": …}``.

    In a dialect with a session cookie they give one where ``cookie_auth`` is asked for, GET tells
    whether a session is alive, and DELETE ends it.
    """

    http_method_names = ["post"]
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes = [CredentialsParser, JSONAPICredentialsParser]
    throttle_classes = [AddressThrottle]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if dialect().session_cookie:
            self.http_method_names = ["post", "get", "delete"]

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.request.method == "POST" else []

    def get_authenticate_header(self, request: Request) -> str:
        return CustomerJWTAuthentication().authenticate_header(request)

    def post(self, request: Request) -> HttpResponse:
        user = user_of(request)
        if dialect().session_cookie and wants_cookie(request):
            response = HttpResponse(status=201)
            sessions.renew(request, response, user)
        else:
            body = compact_json({"jwt": issue_token(user)})
            response = HttpResponse(body, JSON, status=201)
        response["Cache-Control"] = "no-store"
        return response

    def get(self, request: Request) -> HttpResponse:
        authenticated = CustomerJWTAuthentication().authenticate(request)
        if authenticated is None:
            raise NotAuthenticated
        response = HttpResponse()
        if session_token(request):
            sessions.renew(request, response, authenticated[0])
        return response

    def delete(self, request: Request) -> HttpResponse:
        response = HttpResponse(status=204)
        sessions.end(request, response)
        return response


def _cacheable(request: Request, body: bytes, content_type: str) -> HttpResponseBase:
    """200 with the body, or 304 where the client already has it."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    return get_conditional_response(request._request, etag=etag, response=response) or response
