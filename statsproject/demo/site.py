"""Logins and accounts of the demo in the database; what is there is left as it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from origination.models import get_account_model

from .customers import ACCOUNTS, OPERATOR, Account, Login


def make_operator() -> Any:
    """A user of the admin who may look at everything of the app, and change nothing."""
    operator = _user(OPERATOR, is_staff=True)
    may = Q(codename__startswith="view_") | Q(codename__startswith="export_")
    operator.user_permissions.add(
        *Permission.objects.filter(may, content_type__app_label="origination")
    )
    return operator


@transaction.atomic
def make_accounts() -> dict[Any, Account]:
    """Customers and their accounts: primary key -> account."""
    return {
        _account(account, _user(login)).pk: account
        for login, accounts in ACCOUNTS.items()
        for account in accounts
    }


def _user(login: Login, **fields: Any) -> Any:
    users: Any = get_user_model()._default_manager
    known = users.filter(username=login.name).first()
    return known or users.create_user(login.name, password=login.password, **fields)


def _account(account: Account, user: Any) -> Any:
    model: Any = get_account_model()
    fields = {"name": account.name, "currency": account.currency}
    stored, _ = model.objects.get_or_create(uuid=account.uuid, defaults=fields)
    stored.users.add(user)
    return stored
