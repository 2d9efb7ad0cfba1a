"""Pages for operators. A host registers these classes for models of its own."""

from __future__ import annotations

from django.contrib import admin

from . import conf
from .adminpages.cdrs import CDRAdmin
from .adminpages.codes import AccountCodeAdmin, AccountCodeInline
from .adminpages.keys import FeedKeyAdmin
from .adminpages.readonly import ReadOnlyAdmin
from .adminpages.rejected import RejectedRecordAdmin
from .importing.models import AccountCode, FeedKey, RejectedRecord
from .models import CDR, Account


class AccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "uuid", "currency")
    search_fields = ("name", "uuid")
    list_filter = ("currency",)
    inlines = (AccountCodeInline,)


if conf.account_model() == "origination.Account":
    admin.site.register(Account, AccountAdmin)
if conf.cdr_model() == "origination.CDR":
    admin.site.register(CDR, CDRAdmin)
admin.site.register(AccountCode, AccountCodeAdmin)
admin.site.register(FeedKey, FeedKeyAdmin)
admin.site.register(RejectedRecord, RejectedRecordAdmin)
