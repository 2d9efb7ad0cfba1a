from django.urls import path

from .views import AccountsView, AuthView, OriginationStatisticsView

app_name = "origination"
urlpatterns = [
    path("origination-statistics", OriginationStatisticsView.as_view(), name="statistics"),
    path("accounts", AccountsView.as_view(), name="accounts"),
    path("auth", AuthView.as_view(), name="auth"),
]
