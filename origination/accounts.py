"""The accounts of a customer, and how ``GET {mount}/accounts`` shows them (JSON:API)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from .models import AccountManager, AccountQuerySet, get_account_model
from .overriding import Original, is_every_row
from .statements import Parameter, Statement

OUR_MANAGER, OUR_QUERYSET = Original(AccountManager), Original(AccountQuerySet)


def visible_accounts(user: Any) -> QuerySet:
    """The accounts whose numbers this user may see.

    Raises PermissionDenied for a user of whom the accounts know nothing.
    """
    model: Any = get_account_model()
    if _is_known(user):
        return model.objects.visible_to(user)
    if _is_ours(model.objects):
        raise PermissionDenied
    # A user of tokens alone: some hosts' sites know such, others cannot look anything up for them.
    try:
        return model.objects.visible_to(user)
    except (AttributeError, TypeError, ValueError, ValidationError) as e:
        raise PermissionDenied from e


def visible_account(user: Any, uuid: UUID) -> Any:
    """The account of this uuid; None where there is none or the user may not see it."""
    model: Any = get_account_model()
    # Whoever is no user of the site has no accounts, whatever key he brings.
    if _is_known(user) and _is_ours(model.objects):
        lookup = _lookup(model, model.objects.db)
        found: Any = lookup.instances(model, {"user": user.pk, "uuid": uuid})
    else:
        # Unordered: there is one, though a host's join may find it twice.
        found = visible_accounts(user).filter(uuid=uuid).order_by()[:1]
    return next(iter(found), None)


def _is_known(user: Any) -> bool:
    """Whether this is a user of the site, and not one that is made for the request."""
    return isinstance(user, get_user_model()) and user.pk is not None


def _is_ours(manager: Any) -> bool:
    """Whether nobody but us says who sees what."""
    if not OUR_MANAGER.is_kept_by(manager):
        return False
    everything = manager.get_queryset()
    return OUR_QUERYSET.is_kept_by(everything) and is_every_row(everything)


@lru_cache
def _lookup(model: Any, alias: str) -> Statement:
    """Looks up ``uuid`` for ``user``, as our own manager has it."""
    user = Parameter("user", get_user_model()._meta.pk)
    uuid = Parameter("uuid", model._meta.get_field("uuid"))
    visible = model.objects.using(alias).visible_to(user)
    found: Any = Statement.of(visible.filter(uuid=uuid).order_by()[:1])
    return found


def accounts_document(accounts: Iterable[Any]) -> dict[str, Any]:
    """``{"data": [{"id", "type": "accounts", "attributes": {"name", "currency"}}]}``, by name."""
    # By uuid: a host's join may find an account twice. Sorted here: databases collate differently.
    unique = {account.uuid: account for account in accounts}
    by_name = sorted(unique.values(), key=lambda a: (account_name(a).casefold(), str(a.uuid)))
    return {"data": [_resource(account) for account in by_name]}


def _resource(account: Any) -> dict[str, Any]:
    attributes = {"name": account_name(account), "currency": account_currency(account)}
    return {"id": str(account.uuid), "type": "accounts", "attributes": attributes}


def account_name(account: Any) -> str:
    """A host's account may have no ``name``."""
    return str(getattr(account, "name", None) or account)


def account_currency(account: Any) -> str | None:
    """ISO 4217; a host's account may have none."""
    currency = getattr(account, "currency", None)
    return str(currency) if currency else None
