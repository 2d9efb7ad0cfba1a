from django.contrib.admin import AdminSite

from origination.admin import CDRAdmin

from .models import SwitchCDR


class Backoffice(AdminSite):
    """The host's own; it has no pages of accounts."""

    def has_permission(self, request):
        return request.user.is_active


backoffice = Backoffice(name="backoffice")
backoffice.register(SwitchCDR, CDRAdmin)
