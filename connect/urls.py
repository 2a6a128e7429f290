"""Addresses of the pages that connect tools."""

from django.urls import path

from connect import views

app_name = "connect"
urlpatterns = [
    path("", views.ConnectView.as_view(), name="portal"),
    path("<str:layer>/", views.ConnectLayerView.as_view(), name="layer"),
]
