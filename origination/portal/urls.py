"""The customers' page: ``path("statistics/", include("origination.portal.urls"))``."""

from django.urls import path

from .views import PortalView

app_name = "origination_portal"
urlpatterns = [path("", PortalView.as_view(), name="page")]
