"""Addresses of the pages of management."""

from django.urls import path

from management.lists import views as lists
from management.overview import views as overview

app_name = "management"
urlpatterns = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("prendre/", overview.AssignmentView.as_view(), name="assign"),
    path("couches/", lists.LayersView.as_view(), name="layers"),
    path("traitements/", lists.JobsView.as_view(), name="jobs"),
    path("themes/", lists.ThemesView.as_view(), name="themes"),
    path("sante/", lists.StorageView.as_view(), name="health"),
]
