"""Addresses of the pages of management."""

from django.urls import path, re_path

from management.overview.views import OverviewView
from management.rights.views import (
    GrantActionView,
    GrantFormView,
    GrantListView,
    GrantRestoreView,
    LayerReadersView,
    LayerRightsView,
    ProtectedFieldsView,
)

app_name = "management"
_GRANT = r"^acces/(?P<kind>couche|tableau)/(?P<pk>[0-9]{1,18})/"
urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
    path("acces/", GrantListView.as_view(), name="rights"),
    path("acces/donner/", GrantFormView.as_view(), name="new-grant"),
    path("acces/retablir/", GrantRestoreView.as_view(), name="restore-grant"),
    re_path(_GRANT + "$", GrantFormView.as_view(), name="grant"),
    re_path(
        _GRANT + "(?P<action>terminer|prolonger|retirer)/$", GrantActionView.as_view(), name="grant-action"
    ),
    path("acces/sur/<slug:slug>/", LayerRightsView.as_view(), name="layer-rights"),
    path("acces/sur/<slug:slug>/lecteurs/", LayerReadersView.as_view(), name="layer-readers"),
    path("acces/sur/<slug:slug>/champs/", ProtectedFieldsView.as_view(), name="protected-fields"),
]
