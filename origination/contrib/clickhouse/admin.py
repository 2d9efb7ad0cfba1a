"""The pages of the CDRs, as they are on other engines."""

from django.contrib import admin

from origination import conf
from origination.adminpages.cdrs import CDRAdmin
from origination.models import get_cdr_model

if conf.cdr_model().partition(".")[0] == "origination_clickhouse":
    admin.site.register(get_cdr_model(), CDRAdmin)
