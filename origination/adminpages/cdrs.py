"""The admin of the CDR model, the site's own or a host's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from origination.statistics.accounts import account_name
from origination.statistics.columns import has_field
from origination.statistics.overriding import is_every_row
from origination.statistics.readings import says_yes

from . import pages
from .accounts import accounts_with
from .call import account_address, account_of_cdr, attempt_headers, attempts_of
from .changelist import CappedPaginator, CDRChangeList
from .readonly import ReadOnlyAdmin
from .times import clock_of
from .unreadable import told

# Fields of the model that a method stands for.
SHOWN_BY = {
    "account_of": "account",
    "started": "time_start",
    "connected": "time_connect",
    "ended": "time_end",
    "is_last": "is_last_cdr",
}
GROUPS = {
    "Who": ("account_of", "auth_orig_ip"),
    "When (UTC)": ("started", "connected", "ended", "duration"),
    "Where to": ("src_prefix_routing", "src_country_id", "dst_prefix_routing", "dst_country_id"),
    "Money": ("customer_price", "customer_duration"),
    "SIP": (
        "disconnect_code",
        "disconnect_reason",
        "orig_call_id",
        "routing_attempt",
        "is_last",
        "uuid",
    ),
}
GROUPED = {SHOWN_BY.get(name, name) for names in GROUPS.values() for name in names}


class CDRAdmin(ReadOnlyAdmin):
    """What is named in ``columns`` of the list and the model lacks is left out."""

    columns: tuple[str, ...] = (
        "started",
        "account_of",
        "src_prefix_routing",
        "dst_prefix_routing",
        "duration",
        "customer_duration",
        "customer_price",
        "disconnect_code",
        "is_last",
        "auth_orig_ip",
    )
    # Along an index; any other order would sort the whole table.
    ordering = ("-time_start", "-pk")
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    list_max_show_all = 0
    # Not False, which would join: accounts may live in another database than CDRs.
    list_select_related = ()
    change_list_template = "origination/admin/cdrs.html"
    change_form_template = "origination/admin/cdr.html"
    statistics_template = "origination/admin/statistics.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("account")

    def get_accounts(self, request: HttpRequest, accounts: QuerySet) -> QuerySet:
        """Of these accounts, those that this operator may ask about.

        Of a :meth:`get_queryset` that shows some CDRs alone, the accounts of these CDRs.
        """
        cdrs = self.get_queryset(request)
        return accounts if is_every_row(cdrs) else accounts_with(cdrs, accounts)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self._present(self.columns)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = {legend: self._present(names) for legend, names in GROUPS.items()}
        found["More"] = self._fields_of_the_host()
        # A group is a row, as far as the window is wide.
        return [(legend, {"fields": [names]}) for legend, names in found.items() if names]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CDRChangeList]:
        return CDRChangeList

    def get_urls(self) -> list[URLPattern]:
        return [*pages.urls(self), *super().get_urls()]

    def has_export_permission(self, request: HttpRequest) -> bool:
        codename = get_permission_codename("export", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    @told
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "title": self.opts.verbose_name_plural,
            "may_export": self.has_export_permission(request),
            **(extra_context or {}),
        }
        response: Any = super().changelist_view(request, context)
        if "cl" in getattr(response, "context_data", ()):
            response.status_code = response.context_data["cl"].status
        return response

    @told
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {
            "attempts": attempts_of(self, request, context["original"]),
            "attempt_headers": attempt_headers(self.model),
            "account_address": account_address(self, request, context["original"]),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="account")
    def account_of(self, cdr: Any) -> str | None:
        account = account_of_cdr(cdr)
        return account and account_name(account)

    @admin.display(description="start, UTC")
    def started(self, cdr: Any) -> str:
        return clock_of(cdr, "time_start")

    @admin.display(description="connected")
    def connected(self, cdr: Any) -> str:
        return clock_of(cdr, "time_connect")

    @admin.display(description="ended")
    def ended(self, cdr: Any) -> str:
        return clock_of(cdr, "time_end")

    @admin.display(description="is last cdr", boolean=True)
    def is_last(self, cdr: Any) -> bool | None:
        return says_yes(cdr.is_last_cdr)

    def _present(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if self._is_present(name))

    def _is_present(self, name: str) -> bool:
        source = SHOWN_BY.get(name, name)
        return has_field(self.model, source) or hasattr(self, source)

    def _fields_of_the_host(self) -> tuple[str, ...]:
        fields = self.model._meta.concrete_fields
        return tuple(f.name for f in fields if f.name not in GROUPED and not f.primary_key)
