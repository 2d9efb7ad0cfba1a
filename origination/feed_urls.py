"""What hosts include where no customer comes:
``path("switches/", include("origination.feed_urls"))``."""

from .feed.urls import app_name, urlpatterns

__all__ = ["app_name", "urlpatterns"]
