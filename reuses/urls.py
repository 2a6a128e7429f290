"""Addresses of the reuses of a layer."""

from django.urls import path

from reuses.views import NewReuseView, ReuseListView

app_name = "reuses"
urlpatterns = [
    path("<slug:layer>/reutilisations/", ReuseListView.as_view(), name="list"),
    path("<slug:layer>/reutilisations/nouvelle/", NewReuseView.as_view(), name="new"),
]
