"""The accounts that an operator may ask about: those whose CDRs the admin shows to him."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from origination.api import fields
from origination.models import account_key, get_account_model
from origination.statistics.accounts import of_uuid
from origination.statistics.bounds import bounded_query

MOST_ACCOUNTS = 20
# So many keys go to the database of the CDRs; of more accounts, those of all its CDRs are read.
FEW = 1_000


def account_of(model_admin: Any, request: HttpRequest, uuid: UUID) -> Any:
    """The account of this uuid; None where there is none or the operator may not ask about it.

    Raises OperationalError where that takes too long, as :func:`search_accounts`.
    """
    found = _some(model_admin, request, of_uuid(uuid), ["pk"], 1)
    return next(iter(found), None)


def search_accounts(model_admin: Any, request: HttpRequest, text: str) -> list[Any]:
    """Some accounts, by whatever texts a host's model has."""
    # PostgreSQL refuses a NUL; no text holds one.
    if "\0" in text:
        return []
    every_field = get_account_model()._meta.fields
    texts = [field.name for field in every_field if isinstance(field, CharField)]
    condition = Q(*((f"{name}__icontains", text) for name in texts), _connector=Q.OR)
    if fields.UUID.fullmatch(text):
        condition |= of_uuid(UUID(text))
    return _some(model_admin, request, condition, [*texts[:1], "pk"], MOST_ACCOUNTS)


def _some(
    model_admin: Any, request: HttpRequest, condition: Q, order: list[str], most: int
) -> list[Any]:
    accounts = get_account_model()._default_manager.filter(condition).order_by(*order)
    with bounded_query(model_admin.get_queryset(request).db):
        return list(model_admin.get_accounts(request, accounts)[:most])


def accounts_with(cdrs: QuerySet, accounts: QuerySet) -> QuerySet:
    """Those of the accounts that have one of these CDRs."""
    cdrs = cdrs.order_by().prefetch_related(None)
    key = account_key(cdrs.model).name
    if cdrs.db == accounts.db:
        return accounts.filter(Exists(cdrs.filter(account=OuterRef(key))))
    few = list(accounts.values_list(key, flat=True)[: FEW + 1])
    among = cdrs.filter(account__in=few) if len(few) <= FEW else cdrs
    keys = among.values_list("account", flat=True).distinct()
    return accounts.filter(**{f"{key}__in": set(keys)})
