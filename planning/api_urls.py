"""The address of the sheet as JSON; included under ``/api/planning/``."""

from django.urls import path

from planning import views

app_name = "planning-api"
urlpatterns = [
    path("applies", views.AppliesView.as_view(), name="applies"),
    path("procedures", views.ProceduresView.as_view(), name="procedures"),
]
