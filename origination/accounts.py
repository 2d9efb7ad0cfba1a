"""The accounts of a customer, and how ``GET {mount}/accounts`` shows them (JSON:API)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from .models import get_account_model


def visible_accounts(user: Any) -> QuerySet:
    """The accounts whose numbers this user may see."""
    model: Any = get_account_model()
    return model.objects.visible_to(user)


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
