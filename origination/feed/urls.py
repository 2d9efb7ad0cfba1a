"""The endpoint of switches, below wherever a host mounts it."""

from django.urls import path

from .views import FeedView

app_name = "origination_feed"
urlpatterns = [path("cdrs", FeedView.as_view(), name="cdrs")]
