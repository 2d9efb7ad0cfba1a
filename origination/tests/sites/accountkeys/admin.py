from django.contrib import admin

from origination.admin import CDRAdmin
from origination.models import get_account_model, get_cdr_model

admin.site.register(get_cdr_model(), CDRAdmin)
# The pages of a proxy are often those of the model that it stands for.
admin.site.register(get_account_model()._meta.concrete_model)
