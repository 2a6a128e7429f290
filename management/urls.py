"""Addresses of the pages of management."""

from django.urls import path

from management.overview.views import OverviewView
from management.people import departure_views as departures
from management.people import import_views as people_imports
from management.people import views as people

app_name = "management"
urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
    path("personnes/", people.PeopleView.as_view(), name="people"),
    path("personnes.csv", people.PeopleFileView.as_view(), name="people-file"),
    path("personnes/action/", people.ActionView.as_view(), name="people-action"),
    path("personnes/import/", people_imports.ImportView.as_view(), name="people-import"),
    path("personnes/inviter/", people.InvitationView.as_view(), name="people-invitation"),
    path("personnes/lots/<int:pk>/", people.BatchView.as_view(), name="people-batch"),
    path("personnes/<int:pk>/", people.PersonView.as_view(), name="person"),
    path("personnes/<int:pk>/depart/", departures.DepartureView.as_view(), name="departure"),
    path("personnes/<int:pk>/donnees.zip", departures.PersonalDataView.as_view(), name="personal-data"),
    path("personnes/<int:pk>/effacement/", departures.ErasureView.as_view(), name="erasure"),
    path("groupes/<int:pk>/", people.GroupView.as_view(), name="group"),
]
