from django.http import HttpResponse
from django.urls import include, path

from .backoffice import backoffice


def handler(exc, context):
    return HttpResponse("the host's own error page", status=418)


urlpatterns = [
    path("portal/v9/", include("origination.urls")),
    path("switches/v9/", include("origination.feed_urls")),
    path("backoffice/", backoffice.urls),
]
