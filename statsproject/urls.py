from django.contrib import admin
from django.urls import include, path

from .health import health
from .views import PortalView

urlpatterns = [
    path("", PortalView.as_view(), name="portal"),
    path("admin/", admin.site.urls),
    path("health", health),
    path("api/rest/customer/v1/", include("origination.urls")),
]
