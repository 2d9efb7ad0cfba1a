"""What switches call accounts, beside the account and in a list of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest

from origination.importing.models import AccountCode
from origination.models import get_account_model
from origination.statistics.accounts import account_name


class AccountCodeInline(admin.TabularInline):
    """For the admin of accounts, a host's own as well."""

    model = AccountCode
    extra = 0
    show_change_link = True


class AccountCodeAdmin(admin.ModelAdmin):
    list_display = ("code", "source", "account_of")
    list_filter = ("source",)
    search_fields = ("code",)
    # Of thousands of accounts no list is made; where the site has a search of them, it is used.
    raw_id_fields = ("account",)
    # Not a join: the accounts may be in another database.
    list_select_related = False

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        registered: Any = self.admin_site._registry.get(get_account_model())
        return ("account",) if registered and registered.search_fields else ()

    @admin.display(description="account")
    def account_of(self, code: AccountCode) -> str:
        return account_told(code)


def account_told(holder: Any) -> str:
    """The name of an account; empty where there is none, or none any more."""
    try:
        return account_name(holder.account) if holder.account_id is not None else ""
    except ObjectDoesNotExist:
        return f"{holder.account_id} (deleted)"
