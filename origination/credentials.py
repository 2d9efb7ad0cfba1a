"""Login and password of ``POST …/auth`` -> a user, or the error of the contract."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from .errors import BadCredentials, ParameterError

MAX_LOGIN, MAX_PASSWORD = 254, 4096


class CredentialsParser(JSONParser):
    """JSON that is too deep for Python's decoder is malformed, not an error of ours."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as e:
            raise ParameterError("malformed body") from e


class JSONAPICredentialsParser(CredentialsParser):
    media_type = "application/vnd.api+json"


def user_of(request: Request) -> Any:
    """The active user whose credentials are in the body.

    Raises ParameterError (400) for a malformed body, BadCredentials (401) for wrong ones.
    """
    login, password = _read(request.data)
    if not (_storable(login, MAX_LOGIN) and _storable(password, MAX_PASSWORD)):
        raise BadCredentials("invalid credentials")
    user = authenticate(request._request, username=login, password=password)
    if user is None or not user.is_active:
        raise BadCredentials("invalid credentials")
    return user


def login_of(request: Request) -> str:
    """The login in the body. Raises ParameterError (400) for a malformed body."""
    return _read(request.data)[0]


def wants_cookie(request: Request) -> bool:
    """Whether valid credentials ask for a session cookie instead of a token."""
    body: Any = request.data
    return body["auth"].get("cookie_auth") in (True, "true")


def _read(body: Any) -> tuple[str, str]:
    auth = body.get("auth") if isinstance(body, dict) else None
    if not isinstance(auth, dict):
        raise ParameterError("malformed body")
    login, password = auth.get("login"), auth.get("password")
    if not isinstance(login, str) or not isinstance(password, str):
        raise ParameterError("malformed body")
    return login, password


def _storable(text: str, longest: int) -> bool:
    """No database takes a NUL or a lone surrogate; such a login is only a wrong one."""
    return 0 < len(text) <= longest and "\0" not in text and text.isprintable()
