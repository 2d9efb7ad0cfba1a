"""What hosts include: ``path("api/rest/customer/v1/", include("origination.urls"))``."""

from .api.urls import app_name, urlpatterns

__all__ = ["app_name", "urlpatterns"]
