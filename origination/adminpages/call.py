"""What the page of one CDR shows beside its fields."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from django.contrib.admin.utils import quote
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import reverse

from origination.statistics.bounds import bounded_query
from origination.statistics.columns import has_field

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
    """``pk``: as an address of the admin has it."""

    pk: str
    started: str
    is_this: bool
    values: list[Any]


def attempts_of(model_admin: Any, request: HttpRequest, cdr: Any) -> list[Attempt] | None:
    """Every attempt of the same call that the operator may see, this one included, by time.

    None where the database took too long: a host's table may have no index on the Call-ID.
    """
    if not has_field(model_admin.model, "orig_call_id") or not cdr.orig_call_id:
        return []
    cdrs = model_admin.get_queryset(request)
    same = cdrs.filter(orig_call_id=cdr.orig_call_id).order_by("time_start", "pk")
    try:
        with bounded_query(cdrs.db):
            found = list(same[:MOST_ATTEMPTS])
    except OperationalError:
        logger.exception("The attempts of a call were not found")
        return None
    return [_attempt(one, cdr) for one in found if model_admin.has_view_permission(request, one)]


def _attempt(one: Any, shown: Any) -> Attempt:
    return Attempt(quote(one.pk), clock_of(one, "time_start"), one == shown, _values(one))


def attempt_headers(model: Any) -> list[str]:
    """``start`` and what :attr:`Attempt.values` are."""
    return ["start, UTC", *(field.verbose_name for field in _compared(model))]


def _compared(model: Any) -> list[Any]:
    return [model._meta.get_field(name) for name in COMPARED if has_field(model, name)]


def _values(cdr: Any) -> list[Any]:
    return [field.value_from_object(cdr) for field in _compared(type(cdr))]


def account_address(model_admin: Any, request: HttpRequest, cdr: Any) -> str | None:
    """Address of the account's page, where this site has one and the user may see it."""
    account = account_of_cdr(cdr)
    of_accounts = account and _admin_of(account, model_admin.admin_site)
    if not (of_accounts and of_accounts.has_view_permission(request, account)):
        return None
    opts, site = of_accounts.opts, model_admin.admin_site.name
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[quote(account.pk)], current_app=site)


def _admin_of(account: Any, site: Any) -> Any:
    """Of the model, or of that which it is a proxy of."""
    models = type(account), account._meta.concrete_model
    return next((site._registry[model] for model in models if model in site._registry), None)


def account_of_cdr(cdr: Any) -> Any:
    """None where the CDR has none, or it is gone."""
    try:
        return cdr.account
    except ObjectDoesNotExist:
        return None
