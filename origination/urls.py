from django.urls import path

app_name = "origination"
urlpatterns: list = []
