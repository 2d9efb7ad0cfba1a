from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from statsproject import handbook

# Swagger UI styles itself inline, and its icons are data.
docs = csp_update({"style-src": [UNSAFE_INLINE], "img-src": ["data:"]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    path("", include("origination.portal.urls")),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", docs, name="docs"),
    path("api/rest/customer/v1/", include("origination.urls")),
    # Where a proxy lets switches alone.
    path("switches/", include("origination.feed_urls")),
    *handbook.urls(),
]
