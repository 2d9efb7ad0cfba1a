"""The session cookie of dialects that have one: a customer token, renewed at each use."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, NamedTuple

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from origination import conf

from .authentication import customer_authentication, session_token
from .dialects import dialect
from .session_claims import CLAIM, Session
from .tokens import CustomerToken

LOGGED_OUT, LONG_AGO = "logout", "Thu, 01 Jan 1970 00:00:00 GMT"


class Visit(NamedTuple):
    """A user who came by a session cookie."""

    user: Any
    session: Session


def visit_of(request: Request, user: Any, token: Any) -> Visit | None:
    """None where a header told who asks, or the cookie holds a token that was given as one."""
    if not isinstance(token, CustomerToken) or not session_token(request):
        return None
    session = Session.in_claims(token.payload)
    return Visit(user, session) if session else None


def visitor(request: Request) -> tuple[Any, Any] | None:
    """User and token of whoever asks; None: nobody. Raises AuthenticationFailed."""
    authentication = customer_authentication()
    return authentication().authenticate(request) if authentication else None


def begin(request: Request, response: Any, user: Any) -> None:
    """Give the client a cookie, which is renewed until ``SESSION_LIFETIME`` from now."""
    _give(request, response, Visit(user, Session.begun_by(user)))


def renew(request: Request, response: Any, visit: Visit | None) -> None:
    """A cookie that is valid for ``JWT_LIFETIME`` from now on, unless the answer is an error."""
    if visit and response.status_code < 400:
        _give(request, response, visit)


def end(request: Request, response: Any) -> None:
    """Take the cookie away, and note that its session has ended."""
    with suppress(AuthenticationFailed):
        _, token = visitor(request) or (None, None)
        session = Session.in_claims(token.payload) if isinstance(token, CustomerToken) else None
        if session:
            session.end_now()
    _set(request, response, LOGGED_OUT, 0, LONG_AGO)


def _give(request: Request, response: Any, visit: Visit) -> None:
    now = int(time.time())
    lifetime = round(conf.jwt_lifetime().total_seconds())
    seconds = max(0, min(lifetime, visit.session.end - now))
    token = CustomerToken.for_user(visit.user)
    token["exp"] = now + seconds
    token[CLAIM] = list(visit.session.renewed_by(visit.user))
    _set(request, response, str(token), seconds)


def _set(
    request: Request, response: Any, value: str, seconds: int, expires: str | None = None
) -> None:
    name: Any = dialect().session_cookie
    response.set_cookie(
        name, value, seconds, expires, httponly=True, samesite="Lax", secure=request.is_secure()
    )
