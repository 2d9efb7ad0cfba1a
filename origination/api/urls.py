"""The endpoints, below wherever a host mounts them."""

from django.urls import path

from .login import AuthView
from .views import AccountsView, OriginationStatisticsView

app_name = "origination"
urlpatterns = [
    path("origination-statistics", OriginationStatisticsView.as_view(), name="statistics"),
    path("accounts", AccountsView.as_view(), name="accounts"),
    path("auth", AuthView.as_view(), name="auth"),
]
