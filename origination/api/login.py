"""``POST {mount}/auth``: a token for login and password."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from . import sessions
from .authentication import CHALLENGE, customer_authentication
from .contract import JSON, ContractView
from .credentials import credentials_of
from .dialects import dialect
from .logging_in import log_in
from .renderers import StatisticsJSONRenderer, compact_json
from .throttling import AddressThrottle, LoginThrottle
from .tokens import issue_token


class AuthView(ContractView):
    """``POST {mount}/auth``: credentials -> ``{"jwt": …}``.

    In a dialect with a session cookie they give one where ``cookie_auth`` is asked for, GET tells
    whether a session is alive, and DELETE ends it. 404 where the site does not accept our tokens.
    """

    http_method_names = ["post"]
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    renderer_classes = [StatisticsJSONRenderer]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Not earlier: where there is no such dialect, what is raised here is answered.
        if dialect().session_cookie:
            self.http_method_names = ["post", "get", "delete"]
        if customer_authentication() is None:
            raise NotFound
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        if request.method == "POST":
            self._count(request, AddressThrottle())
            # An address that is refused uses up no attempts of a login.
            self.credentials = credentials_of(request._request)
            self._count(request, LoginThrottle())

    def _count(self, request: Request, throttle: Any) -> None:
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())

    def get_authenticate_header(self, request: Request) -> str:
        return CHALLENGE

    def post(self, request: Request) -> HttpResponse:
        user = log_in(request._request, self.credentials)
        if dialect().session_cookie and self.credentials.wants_cookie:
            response = HttpResponse(status=201)
            sessions.begin(request, response, user)
        else:
            body = compact_json({"jwt": issue_token(user)})
            response = HttpResponse(body, JSON, status=201)
        response["Cache-Control"] = "no-store"
        return response

    def get(self, request: Request) -> HttpResponse:
        visitor = sessions.visitor(request)
        if visitor is None:
            raise NotAuthenticated
        response = HttpResponse(dialect().session, JSON)
        sessions.renew(request, response, sessions.visit_of(request, *visitor))
        return response

    def delete(self, request: Request) -> HttpResponse:
        response = HttpResponse(status=204)
        sessions.end(request, response)
        return response
