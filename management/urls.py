"""Addresses of the pages of management."""

from django.urls import path

from management.overview.views import OverviewView

app_name = "management"
urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
]
