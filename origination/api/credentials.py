"""The body of ``POST …/auth``: login and password, read strictly and cheaply."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.http import HttpRequest, UnreadablePostError

from .errors import ParameterError

MAX_BODY = 8 * 1024
# What is longer names nobody. Normalizing a text of accents takes the square of its length.
MAX_LOGIN = 1024
MEDIA_TYPES = ("application/json", "application/vnd.api+json")


class Credentials(NamedTuple):
    login: str
    password: str
    # Whether they ask for a session cookie instead of a token.
    wants_cookie: bool


def credentials_of(request: HttpRequest) -> Credentials:
    """Raises ParameterError (400) for a malformed body."""
    try:
        document = _parsed(_body(request))
    # Brackets too deep for Python's decoder are only malformed.
    except (ValueError, RecursionError, UnreadablePostError) as e:
        raise ParameterError("malformed body") from e
    auth = document.get("auth") if isinstance(document, dict) else None
    if not isinstance(auth, dict):
        raise ParameterError("malformed body")
    login: Any = auth.get("login")
    password: Any = auth.get("password")
    if not (_is_text(login) and _is_text(password)):
        raise ParameterError("malformed body")
    return Credentials(login, password, auth.get("cookie_auth") in (True, "true"))


def _body(request: HttpRequest) -> bytes:
    """The body; ValueError for one of another type, or one that is too long, which is not read."""
    if request.content_type not in MEDIA_TYPES:
        raise ValueError(request.content_type)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise ValueError("too long")
    # Its length need not be told.
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise ValueError("too long")
    return body


def _parsed(body: bytes) -> Any:
    # UTF-8 whatever the header says: some of Python's codecs take minutes for a megabyte.
    return json.loads(
        body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_such_constant
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    # Two readers of a name that stands there twice may take different ones.
    if len(members) < len(pairs):
        raise ValueError("a name stands there twice")
    return members


def _no_such_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def _is_text(value: Any) -> bool:
    """A text that databases take: without NUL and lone surrogates."""
    is_text = isinstance(value, str) and "\0" not in value
    return is_text and not any("\ud800" <= letter <= "\udfff" for letter in value)
