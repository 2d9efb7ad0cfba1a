"""Who calls: the customer of a token, in a header or in a session cookie."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, router
from django.utils.module_loading import import_string
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from origination import conf
from origination.statistics.overriding import Original, every_row, is_every_row
from origination.statistics.statements import Parameter, Statement

from .dialects import dialect
from .session_claims import CLAIM, Session
from .tokens import CustomerToken

CHALLENGE = 'Bearer realm="api"'
PLAIN_MANAGER = Original(models.Manager)
MAX_TOKEN_BYTES = 4096
# A signature of 32 bytes has 43 letters, the last of them with two bits that must be 0.
TOKEN = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
SUBJECT = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


class CustomerJWTAuthentication(JWTAuthentication):
    """``Authorization: <jwt>`` or ``Authorization: Bearer <jwt>``."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        raw_token = self.get_raw_token(self.get_header(request)) or session_token(request)
        if raw_token is None:
            return None
        token = self.get_validated_token(raw_token)
        return self.get_user(token), token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE

    def get_header(self, request: Request) -> bytes:
        return request.META.get("HTTP_AUTHORIZATION", "").encode("utf-8", "replace")

    def get_raw_token(self, header: bytes) -> bytes | None:
        """The token in the header; None where the header is for somebody else."""
        words = header[: MAX_TOKEN_BYTES + len(b"Bearer ") + 1].split()
        if len(words) == 1:
            return words[0]
        if len(words) == 2 and words[0].lower() == b"bearer":
            return words[1]
        return None

    def get_validated_token(self, raw_token: bytes) -> Token:
        if len(raw_token) > MAX_TOKEN_BYTES or not TOKEN.fullmatch(raw_token):
            raise AuthenticationFailed
        try:
            return CustomerToken(raw_token)
        except TokenError as e:
            raise AuthenticationFailed from e

    def get_user(self, validated_token: Token) -> Any:
        key = subject_key(validated_token["sub"])
        for user in _users(key) if key else ():
            if is_active(user) and _is_open(validated_token, user):
                return user
        raise AuthenticationFailed


def _users(key: int) -> Iterable[Any]:
    """The user of this key; none where there is none, or the host's manager leaves him out."""
    model = get_user_model()
    everybody = model._default_manager.get_queryset()
    if PLAIN_MANAGER.is_kept_by(model._default_manager) and is_every_row(everybody):
        lookup = _lookup(model, everybody.db)
        return lookup.instances(model, {"user": key})
    # Not first(), which would sort the one by its key.
    return model._default_manager.filter(pk=key).order_by()[:1]


@lru_cache(maxsize=32)
def _lookup(model: Any, alias: str) -> Statement:
    """Looks up the user of a key, as Django's own manager does: compiled once."""
    users = every_row(model, alias)
    found: Any = Statement.of(users.filter(pk=Parameter("user", model._meta.pk)).order_by()[:1])
    return found


def is_active(user: Any) -> bool:
    """Whether the user may be here; a host's class without the flag is."""
    return bool(getattr(user, "is_active", True))


def customer_key(user: Any) -> str:
    """What a customer's requests are counted by; a user of tokens alone may have no key."""
    return str(getattr(user, "pk", None) or user)


def _is_open(token: Token, user: Any) -> bool:
    """Whether the session of a cookie's token goes on; a token that was given as one has none."""
    if CLAIM not in token.payload:
        return True
    session = Session.in_claims(token.payload)
    return bool(session and session.is_alive(user))


def session_token(request: Request) -> bytes | None:
    """The token in the dialect's session cookie; None where there is an Authorization header."""
    name = dialect().session_cookie
    if name is None or request.META.get("HTTP_AUTHORIZATION"):
        return None
    return request.COOKIES.get(name, "").encode("utf-8", "replace") or None


def subject_key(subject: Any) -> int | None:
    """The user's primary key in a ``sub``: an integer or its decimal string, in range."""
    if isinstance(subject, str) and SUBJECT.fullmatch(subject):
        subject = int(subject)
    # A boolean is an int to isinstance.
    if type(subject) is not int:
        return None
    return subject if 0 < subject <= _highest_key() else None


def _highest_key() -> int:
    connection = connections[router.db_for_read(get_user_model())]
    try:
        _, highest = connection.ops.integer_field_range(user_key_field().get_internal_type())
    # A class of the host's own.
    except KeyError:
        highest = None
    return highest or 2**63 - 1


def user_key_field() -> models.Field:
    """The field that holds the key of a user, whose model may inherit it from another one."""
    field: Any = get_user_model()._meta.pk
    while field.remote_field:
        field = field.target_field
    return field


def customer_authentication() -> type[CustomerJWTAuthentication] | None:
    """Which of the site's authentication classes accepts the tokens of ``POST …/auth``."""
    # A token's subject is an integer.
    if not isinstance(user_key_field(), models.IntegerField):
        return None
    classes = map(authentication_class, conf.authentication_classes())
    return next((of for of in classes if issubclass(of, CustomerJWTAuthentication)), None)


def authentication_class(path: str) -> type:
    """The class of this dotted path. Raises ImproperlyConfigured where there is none."""
    setting = f"ORIGINATION['AUTHENTICATION_CLASSES'], {path!r}"
    try:
        found = import_string(path)
    # A module of the host may raise anything.
    except Exception as e:
        raise ImproperlyConfigured(f"{setting}: {e}") from e
    if not isinstance(found, type) or not callable(getattr(found, "authenticate", None)):
        raise ImproperlyConfigured(f"{setting}: no authentication class of DRF.")
    return found


def authenticators() -> list[Any]:
    """One of each of the site's authentication classes.

    DRF asks for them where nothing may be raised; so a wrong setting is told by one that does.
    """
    try:
        return [authentication_class(path)() for path in conf.authentication_classes()]
    except Exception as e:
        return [_Fault(e)]


class _Fault:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def authenticate(self, request: Request) -> Any:
        raise self.error


def challenge(authenticators: list[Any], request: Request) -> str:
    """``WWW-Authenticate``: of the first class, or ours where it has none."""
    header = getattr(authenticators[0], "authenticate_header", None)
    with contextlib.suppress(Exception):
        text = header(request) if header else None
        if isinstance(text, str) and text.isprintable():
            return text or CHALLENGE
    return CHALLENGE
