"""The address of the sheet as JSON; included under ``/api/planning/``."""

from django.urls import path

from planning import views
from planning.bulk.views import SentPlacesView

app_name = "planning-api"
urlpatterns = [
    path("applies", SentPlacesView.as_view(), name="applies"),
    path("procedures", views.ProceduresView.as_view(), name="procedures"),
]
