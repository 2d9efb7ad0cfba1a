from django.urls import path

from .views import AuthView, OriginationStatisticsView

app_name = "origination"
urlpatterns = [
    path("origination-statistics", OriginationStatisticsView.as_view(), name="statistics"),
    path("auth", AuthView.as_view(), name="auth"),
]
