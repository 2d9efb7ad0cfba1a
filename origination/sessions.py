"""The session cookie of dialects that have one: a customer token, renewed at each use."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from . import conf
from .authentication import CustomerToken, issue_token, session_token
from .dialects import dialect

LOGGED_OUT, LONG_AGO = "logout", "Thu, 01 Jan 1970 00:00:00 GMT"


def user_of(request: Request) -> Any:
    """Who has come by the session cookie; None for everybody else."""
    is_ours = isinstance(request.auth, CustomerToken) and session_token(request)
    return request.user if is_ours else None


def renew(request: Request, response: Any, user: Any) -> None:
    """Give the client a cookie that is valid for ``JWT_LIFETIME`` from now on."""
    _set(request, response, issue_token(user), round(conf.jwt_lifetime().total_seconds()))


def end(request: Request, response: Any) -> None:
    _set(request, response, LOGGED_OUT, 0, LONG_AGO)


def _set(
    request: Request, response: Any, value: str, seconds: int, expires: str | None = None
) -> None:
    name = dialect().session_cookie
    if name is None:
        return
    response.set_cookie(
        name, value, seconds, expires, httponly=True, samesite="Lax", secure=request.is_secure()
    )
