"""Keys of switches: how their records are read, and until when they are taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from origination.importing.formats.format import COUNTRIES, LEGS, ROUNDINGS
from origination.importing.keys import revoke
from origination.importing.models import FEED_FORMATS, FeedKey

from .codes import AccountCodeAdmin


def _choice(*values: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(value, value or "-") for value in values], **options)


class FeedKeyForm(forms.ModelForm):
    format = _choice(*FEED_FORMATS)
    rounding = _choice("", *ROUNDINGS, required=False)
    legs = _choice(*LEGS)
    countries = _choice("", *COUNTRIES, required=False)


class FeedKeyAdmin(admin.ModelAdmin):
    """``manage.py feed_key`` makes them: a key is told once, and no page ever shows one."""

    form = FeedKeyForm
    list_display = ("name", "begins_with", "source", "format", "used_at", "revoked_at")
    search_fields = ("name", "source")
    readonly_fields = ("name", "begins_with", "created_at", "used_at", "revoked_at")
    raw_id_fields = ("account",)
    list_select_related = False
    actions = ("revoke_keys",)
    get_autocomplete_fields = AccountCodeAdmin.get_autocomplete_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    # A key that was in use stays in the list; it is revoked.
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="begins with")
    def begins_with(self, key: FeedKey) -> str:
        return f"{key.prefix}…"

    @admin.action(description="Revoke selected keys", permissions=["change"])
    def revoke_keys(self, request: HttpRequest, keys: QuerySet) -> None:
        live = list(keys.filter(revoked_at=None))
        for key in live:
            revoke(key)
            self.log_change(request, key, "revoked")
        self.message_user(request, f"{len(live)} revoked.", messages.SUCCESS)
