from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("office/", admin.site.urls),
    path("my/statistics/", include("origination.portal.urls")),
    path("customers/", include("origination.urls")),
]
