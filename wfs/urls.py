"""Addresses of the service: of every layer, and of one. No address depends on which layers exist."""

from django.urls import path

from wfs.views import WfsView

app_name = "wfs"
urlpatterns = [
    path("wfs", WfsView.as_view(), name="service"),
    path("wfs/", WfsView.as_view()),
    path("wfs/<str:layer>", WfsView.as_view(), name="layer"),
]
