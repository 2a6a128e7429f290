"""Addresses of sharing."""

from django.urls import path

from gisportal.sharing.views import QrCodeView, ShareView

app_name = "sharing"
urlpatterns = [
    path("", ShareView.as_view(), name="page"),
    path("code.svg", QrCodeView.as_view(), name="code"),
]
