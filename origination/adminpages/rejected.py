"""Rejected records of switches, for whoever mends what made them wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest

from origination.importing.again import try_again
from origination.importing.calls import NoCalls
from origination.importing.models import RejectedRecord
from origination.importing.taking import Taken
from origination.importing.uniqueness import NotRepeatable
from origination.statistics.columns import Unreadable

# One answer has to wait for all of them.
MOST_AT_ONCE = 10_000


class RejectedRecordAdmin(admin.ModelAdmin):
    list_display = ("received_at", "source", "key", "reason", "begins")
    list_filter = (
        ("kind", admin.AllValuesFieldListFilter),
        ("source", admin.AllValuesFieldListFilter),
        ("key", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("reason", "text")
    search_help_text = "Text of the reason or of the record, such as an account code"
    date_hierarchy = "received_at"
    list_select_related = ("key",)
    show_full_result_count = False
    actions = ("try_selected_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    # Nobody corrects what a switch has written.
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request) if obj is None else False

    @admin.display(description="record")
    def begins(self, record: RejectedRecord) -> str:
        return record.text if len(record.text) <= 100 else f"{record.text[:100]}…"

    @admin.action(description="Try selected records again", permissions=["change"])
    def try_selected_again(self, request: HttpRequest, records: QuerySet) -> None:
        tried = list(records.order_by("received_at", "pk").select_related("key")[:MOST_AT_ONCE])
        try:
            taken = try_again(tried)
        except (DatabaseError, NoCalls, NotRepeatable, Unreadable) as e:
            self.message_user(request, f"Nothing was imported: {e}", messages.ERROR)
            return
        level = messages.WARNING if taken.rejects else messages.SUCCESS
        self.message_user(request, _told(taken), level)


def _told(taken: Taken) -> str:
    found = f"{taken.imported} imported, {taken.known} already there"
    if not taken.rejects:
        return f"{found}."
    return f"{found}, {len(taken.rejects)} still rejected; the list shows why."
