"""Addresses of the pages of the use of layers."""

from django.urls import path
from django.views.generic import RedirectView

from usage.views import UsageFileView, UsageView

app_name = "usage"
urlpatterns = [
    path("<slug:layer>/usages/", UsageView.as_view(), name="layer"),
    path("<slug:layer>/usages.csv", UsageFileView.as_view(), name="file"),
    path(
        "<slug:layer>/frequentation/",
        RedirectView.as_view(pattern_name="usage:layer", permanent=True),
        name="former",
    ),
]
