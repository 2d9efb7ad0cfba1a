"""What the page of one CDR shows beside its fields."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from origination.filters import has_field
from origination.limits import bounded_query

from .times import clock_of

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 100
COMPARED = (
    "routing_attempt",
    "dst_prefix_routing",
    "duration",
    "disconnect_code",
    "disconnect_reason",
    "is_last_cdr",
)


class Attempt(NamedTuple):
    pk: Any
    started: str
    is_this: bool
    values: list[Any]


def attempts_of(cdr: Any, cdrs: QuerySet) -> list[Attempt] | None:
    """Every attempt of the same call, this one included, in order of time.

    None where the database took too long: a host's table may have no index on the Call-ID.
    """
    if not has_field(cdrs.model, "orig_call_id") or not cdr.orig_call_id:
        return []
    same = cdrs.filter(orig_call_id=cdr.orig_call_id).order_by("time_start", "pk")
    try:
        with bounded_query(cdrs.db):
            found = list(same[:MOST_ATTEMPTS])
    except OperationalError:
        logger.exception("The attempts of a call were not found")
        return None
    return [Attempt(one.pk, clock_of(one, "time_start"), one == cdr, _values(one)) for one in found]


def attempt_headers(model: Any) -> list[str]:
    """``start`` and what :attr:`Attempt.values` are."""
    return ["start, UTC", *(field.verbose_name for field in _compared(model))]


def _compared(model: Any) -> list[Any]:
    return [model._meta.get_field(name) for name in COMPARED if has_field(model, name)]


def _values(cdr: Any) -> list[Any]:
    return [field.value_from_object(cdr) for field in _compared(type(cdr))]


def account_address(model_admin: Any, request: HttpRequest, cdr: Any) -> str | None:
    """Address of the account's page, where this site has one and the user may see it."""
    model = cdr._meta.get_field("account").remote_field.model
    of_accounts = model_admin.admin_site._registry.get(model)
    if not (of_accounts and of_accounts.has_view_permission(request)):
        return None
    try:
        pk = cdr.account.pk
    except ObjectDoesNotExist:
        return None
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[pk], current_app=model_admin.admin_site.name)
