"""Addresses of the sheet; included under ``/urbanisme/ici/``."""

from django.urls import path

from planning import views

app_name = "planning"
urlpatterns = [
    path("", views.SheetView.as_view(), name="sheet"),
    path("fiche.pdf", views.SheetFileView.as_view(), name="file"),
    path("<slug:parcel>/", views.SheetView.as_view(), name="parcel"),
]
