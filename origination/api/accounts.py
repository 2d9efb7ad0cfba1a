"""How ``GET {mount}/accounts`` shows accounts (JSON:API)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from origination.statistics.accounts import account_currency, account_name, account_uuid


def accounts_document(accounts: Iterable[Any]) -> dict[str, Any]:
    """``{"data": [{"id", "type": "accounts", "attributes": {"name", "currency"}}]}``, by name."""
    # By uuid: a host's join may find an account twice. Sorted here: databases collate differently.
    unique = {str(uuid): account for account in accounts if (uuid := account_uuid(account))}
    by_name = sorted(unique.items(), key=lambda item: (account_name(item[1]).casefold(), item[0]))
    return {"data": [_resource(uuid, account) for uuid, account in by_name]}


def _resource(uuid: str, account: Any) -> dict[str, Any]:
    attributes = {"name": account_name(account), "currency": account_currency(account)}
    return {"id": uuid, "type": "accounts", "attributes": attributes}
