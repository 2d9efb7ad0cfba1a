"""What a switch is told when its CDRs are not taken: ``{"error": "<one line>"}``."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpResponse
from rest_framework import status

from origination.api import errors
from origination.api.errors import ParameterError, Unavailable
from origination.importing.calls import NoCalls
from origination.importing.uniqueness import NotRepeatable
from origination.occasionally import log_occasionally

logger = logging.getLogger(__name__)

NO_KEY = b'{"error":"invalid key"}'


class UnreadableBody(ParameterError):
    """No CDRs can be found in the body; nothing of it was taken."""


class TooLarge(ParameterError):
    """More than a body may hold; nothing of it was taken."""

    status_code: int = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE  # type: ignore[assignment]


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """As the API's, whose 401 speaks of tokens."""
    if isinstance(exc, NotRepeatable | NoCalls):
        log_occasionally(logger, "CDRs of switches are refused: %s", exc)
        exc = Unavailable()
    response = errors.exception_handler(exc, context)
    if response is not None and response.status_code == status.HTTP_401_UNAUTHORIZED:
        response.content = NO_KEY
    return response
