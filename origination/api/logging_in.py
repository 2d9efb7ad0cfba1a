"""Login and password -> a user, by whatever the site's own log-in consists of."""

from __future__ import annotations

import inspect
import logging
from typing import Any

from django.contrib.auth import (
    get_backends,
    get_user_model,
    user_logged_in,
    user_login_failed,
)
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables
from rest_framework import exceptions

from origination import conf

from .authentication import is_active, subject_key
from .credentials import MAX_LOGIN, Credentials
from .errors import BadCredentials, asking_the_host

logger = logging.getLogger(__name__)

# As Django writes it into the same signal.
MASKED = "********************"


def log_in(request: HttpRequest, credentials: Credentials) -> Any:
    """The user of these credentials, who is told to the site as ``django.contrib.auth.login`` does.

    No session is needed or made. Raises BadCredentials (401), Throttled (429) where django-axes has
    locked the client out, Unavailable (503) where code of the host fails.
    """
    with asking_the_host("The site's log-in"):
        user = _user_of(request, credentials)
        if user is None or not _is_customer(user) or not _may_log_in(request, user):
            raise BadCredentials("invalid credentials")
        request.user = user
        user_logged_in.send(sender=user.__class__, request=request, user=user)
    return user


def _user_of(request: HttpRequest, credentials: Credentials) -> Any:
    # Some directories take an empty password for a visit without one.
    if not credentials.password or len(credentials.login) > MAX_LOGIN:
        return None
    try:
        return _authenticated(request, _as_a_form_reads(credentials.login), credentials.password)
    # Of a receiver of signals, as django-axes tells its users to write.
    except (PermissionDenied, exceptions.PermissionDenied) as e:
        raise BadCredentials("invalid credentials") from e
    finally:
        _refuse_who_is_locked_out(request)


@sensitive_variables()
def _authenticated(request: HttpRequest, login: str, password: str) -> Any:
    """As Django's ``authenticate``, but each backend gets the login by the name that it wants.

    Django would want a call, and tell a failure, for each of the names.
    """
    for backend in get_backends():
        name = _login_name(backend)
        if name is None:
            continue
        try:
            user = backend.authenticate(request, **{name: login, "password": password})
        # This one forbids the others.
        except PermissionDenied:
            break
        if user is not None:
            user.backend = f"{type(backend).__module__}.{type(backend).__qualname__}"
            return user
    told: dict[str, Any] = dict.fromkeys(_login_names(), login) | {"password": MASKED}
    user_login_failed.send(sender=__name__, credentials=told, request=request)
    return None


def _as_a_form_reads(login: str) -> str:
    """As ``AuthenticationForm`` hands it to the backends."""
    normalized = getattr(get_user_model(), "normalize_username", str)
    return normalized(login.strip())


def _login_names() -> tuple[str, ...]:
    return "username", get_user_model().USERNAME_FIELD, "email"


def _login_name(backend: Any) -> str | None:
    """What a backend calls the login; None where it takes no login with a password."""
    signature = inspect.signature(backend.authenticate)
    declared = [name for name in _login_names() if name in signature.parameters]
    name = declared[0] if declared else "username"
    try:
        signature.bind(None, **{name: "", "password": ""})
    except TypeError:
        return None
    return name


def _is_customer(user: Any) -> bool:
    """Whether a token can stand for the user: a key of another model would be somebody else's."""
    if isinstance(user, get_user_model()) and subject_key(user.pk):
        return True
    logger.error("No token can stand for %s, whom a backend let in.", type(user).__name__)
    return False


def _may_log_in(request: HttpRequest, user: Any) -> bool:
    return is_active(user) and bool(hook(conf.may_log_in())(request, user))


def hook(path: Any) -> Any:
    """The host's ``may_log_in``. Raises ImproperlyConfigured where there is none at this path."""
    if path is None:
        return lambda request, user: True
    try:
        found = import_string(path)
    # A module of the host may raise anything.
    except Exception as e:
        raise ImproperlyConfigured(f"ORIGINATION['MAY_LOG_IN']: {e}") from e
    if not callable(found):
        raise ImproperlyConfigured(f"ORIGINATION['MAY_LOG_IN']: {path!r} is no function.")
    return found


def _refuse_who_is_locked_out(request: Any) -> None:
    """django-axes marks the request, and its middleware would send a page of its own instead."""
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False
        raise exceptions.Throttled(wait=_cool_off(request))


def _cool_off(request: HttpRequest) -> float | None:
    """Seconds; None where axes locks out for good."""
    from axes.helpers import get_cool_off

    cool_off = get_cool_off(request)
    return cool_off.total_seconds() if cool_off else None
