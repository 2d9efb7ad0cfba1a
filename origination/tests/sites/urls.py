from django.apps import apps
from django.urls import include, path

urlpatterns = [
    path("api/", include("origination.urls")),
    path("switches/", include("origination.feed_urls")),
]
if apps.is_installed("allauth"):
    urlpatterns.append(path("members/", include("allauth.urls")))
if apps.is_installed("django.contrib.admin"):
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))
