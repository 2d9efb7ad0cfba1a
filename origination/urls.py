from django.urls import path

from .api.login import AuthView
from .api.views import AccountsView, OriginationStatisticsView

app_name = "origination"
urlpatterns = [
    path("origination-statistics", OriginationStatisticsView.as_view(), name="statistics"),
    path("accounts", AccountsView.as_view(), name="accounts"),
    path("auth", AuthView.as_view(), name="auth"),
]
