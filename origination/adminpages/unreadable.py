"""Where the table cannot be read as its model says: told on the page, not a 500."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from origination.statistics.columns import Unreadable
from origination.statistics.mismatches import ensure_shown

ADVICE = "Run manage.py check --database, which compares every field with its column."

logger = logging.getLogger(__name__)


def told(page: Callable[..., Any]) -> Callable[..., Any]:
    """A view of a model admin that answers 503 with the reason."""

    @wraps(page)
    def view(model_admin: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            ensure_shown(model_admin.model)
            return page(model_admin, request, *args, **kwargs)
        except (DatabaseError, Unreadable) as e:
            logger.exception("CDRs could not be shown")
            text = f"{e}\n{ADVICE}"
            return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")

    return view
