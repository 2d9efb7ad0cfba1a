"""Every failure becomes ``{"error": "<one line>"}``, JSON whatever was asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.utils.connection import ConnectionDoesNotExist
from rest_framework import exceptions, status

from origination.statistics.bounds import TooManyRows
from origination.statistics.columns import Unreadable
from origination.statistics.slots import TooManyQueries

from .dialects import dialect

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
# What DRF raises -> what the client reads; anything else says its HTTP reason.
TEXTS: dict[int, str] = {
    status.HTTP_401_UNAUTHORIZED: "invalid token",
    status.HTTP_403_FORBIDDEN: "not allowed",
    status.HTTP_404_NOT_FOUND: "not found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method not allowed",
    status.HTTP_429_TOO_MANY_REQUESTS: "too many requests",
    status.HTTP_503_SERVICE_UNAVAILABLE: "service unavailable, try again",
}


# Of Django; :func:`exception_handler` says what the client reads.
MISCONFIGURED = (ImproperlyConfigured, ConnectionDoesNotExist)
KNOWN = (DatabaseError, InterfaceError, SuspiciousOperation, *MISCONFIGURED)


class ParameterError(exceptions.APIException):
    """A request parameter is missing or wrong: 400 with this very text."""

    status_code = status.HTTP_400_BAD_REQUEST


class BadCredentials(exceptions.AuthenticationFailed):
    """Wrong login or password at ``POST …/auth``."""


class Unavailable(exceptions.APIException):
    """The database does not answer: 503, try again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = RETRY_AFTER_SECONDS


@contextmanager
def asking_the_host(whom: str) -> Iterator[None]:
    """What code of the host may raise where it decides who somebody is.

    Refusals and what this module knows pass through. Anything else is a fault of the site, not of
    the client: 503, with its traceback in the log.
    """
    try:
        yield
    except (exceptions.APIException, PermissionDenied, *KNOWN):
        raise
    except Exception as e:
        logger.exception("%s failed", whom)
        raise Unavailable from e


def missing(names: list[str]) -> ParameterError:
    return ParameterError(f"missing required param(s) {', '.join(names)}")


def invalid(name: str) -> ParameterError:
    return ParameterError("invalid sampling" if name == "sampling" else f"invalid value {name}")


def array(name: str) -> ParameterError:
    return ParameterError(f"param {name} can't be an array")


def too_large() -> ParameterError:
    return ParameterError("request too large or malformed")


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's hook; None re-raises what is a defect of ours."""
    error = _as_api_exception(exc)
    if error is None:
        return None
    return error_response(error, context)


def error_response(error: Any, context: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(
        _body(error),
        status=error.status_code,
        content_type="application/json; charset=utf-8",
    )
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None) is not None:
        response["Retry-After"] = str(max(1, round(error.wait)))
    if error.status_code == status.HTTP_405_METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    # A body that cannot be read is one thing to the client, whatever DRF calls it.
    if isinstance(exc, exceptions.ParseError | exceptions.UnsupportedMediaType):
        return ParameterError("malformed body")
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, TooManyRows):
        return ParameterError(str(exc))
    if isinstance(exc, TooManyQueries):
        return exceptions.Throttled(wait=1)
    # Too many parameters, a body over the site's limit.
    if isinstance(exc, SuspiciousOperation):
        return too_large()
    if isinstance(exc, MISCONFIGURED):
        logger.error("A setting of the site is wrong: %s", exc)
        return Unavailable()
    # A database that is down, or a host's table that has not the columns that were asked for.
    if isinstance(exc, DatabaseError | InterfaceError | Unreadable):
        # One line: under load there are thousands.
        logger.error("The statistics database did not answer: %s", " ".join(str(exc).split()))
        return Unavailable()
    return None


def _body(error: exceptions.APIException) -> bytes:
    line = json.dumps({"error": _text(error)}, separators=(",", ":")).encode()
    if isinstance(error, BadCredentials):
        return _or(dialect().bad_credentials, line)
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        return _or(dialect().unauthorized, line)
    return line


def _or(body: bytes | None, line: bytes) -> bytes:
    return line if body is None else body


def _text(error: exceptions.APIException) -> str:
    if isinstance(error, ParameterError | BadCredentials):
        return str(error.detail)
    return TEXTS.get(error.status_code, "bad request")
