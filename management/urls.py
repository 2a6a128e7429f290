"""Addresses of the pages of management."""

from django.urls import path

from management.links.views import LinksView, RevokeAnyLinkView
from management.overview.views import OverviewView
from management.person_access.views import PersonAccessFileView, PersonAccessView
from management.view_as.views import ViewAsView

app_name = "management"
urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
    path("liens/", LinksView.as_view(), name="links"),
    path("liens/<int:pk>/revoquer/", RevokeAnyLinkView.as_view(), name="revoke-link"),
    path("personnes/<int:pk>/acces/", PersonAccessView.as_view(), name="person-access"),
    path("personnes/<int:pk>/acces.csv", PersonAccessFileView.as_view(), name="person-access-file"),
    path("personnes/<int:pk>/voir-comme/", ViewAsView.as_view(), name="view-as"),
]
