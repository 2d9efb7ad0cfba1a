"""Read-only pages for operators. A host registers the mixins for models of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from . import conf
from .models import CDR, Account


class ReadOnlyAdmin(admin.ModelAdmin):
    """No add, change or delete, and so no bulk delete; ``view`` suffices for reading."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OutcomeFilter(admin.SimpleListFilter):
    """Answered: with talk time, as the endpoint's successful calls."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("answered", "answered"), ("failed", "failed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "answered":
            return queryset.filter(duration__gt=0)
        if self.value() == "failed":
            return queryset.filter(duration=0)
        return queryset


class AccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "uuid", "currency")
    search_fields = ("name", "uuid")
    list_filter = ("currency",)


class CDRAdmin(ReadOnlyAdmin):
    list_display = (
        "time_start",
        "account",
        "src_prefix_routing",
        "dst_prefix_routing",
        "duration",
        "customer_duration",
        "customer_price",
        "disconnect_code",
        "is_last_cdr",
        "auth_orig_ip",
    )
    list_filter = (OutcomeFilter, "is_last_cdr", "time_start", "disconnect_code")
    search_fields = ("uuid", "orig_call_id", "src_prefix_routing", "dst_prefix_routing")
    ordering = ("-time_start", "-pk")
    show_full_result_count = False
    # Not False, which would join: accounts may live in another database than CDRs.
    list_select_related = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("account")


if conf.account_model() == "origination.Account":
    admin.site.register(Account, AccountAdmin)
if conf.cdr_model() == "origination.CDR":
    admin.site.register(CDR, CDRAdmin)
