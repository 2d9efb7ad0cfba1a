"""What the page of one CDR shows beside its fields."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from origination.filters import has_field

from .times import clock

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


def attempts_of(cdr: Any, cdrs: QuerySet) -> list[Attempt]:
    """Every attempt of the same call, this one included, in order of time."""
    if not has_field(cdrs.model, "orig_call_id") or not cdr.orig_call_id:
        return []
    same = cdrs.filter(orig_call_id=cdr.orig_call_id).order_by("time_start", "pk")
    return [
        Attempt(other.pk, clock(other.time_start), other == cdr, _values(other))
        for other in same[:MOST_ATTEMPTS]
    ]


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
