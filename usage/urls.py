"""Addresses of the pages of the use of layers."""

from django.urls import path

from usage.views import UsageView

app_name = "usage"
urlpatterns = [path("<slug:layer>/frequentation/", UsageView.as_view(), name="layer")]
