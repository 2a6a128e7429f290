"""Addresses of the sheet; included under ``/urbanisme/ici/``."""

from django.urls import path

from planning import views
from planning.bulk import views as bulk

app_name = "planning"
urlpatterns = [
    path("", views.SheetView.as_view(), name="sheet"),
    path("fiche.pdf", views.SheetFileView.as_view(), name="file"),
    path("liste/", bulk.ParcelListView.as_view(), name="list"),
    path("liste/fichier/", bulk.SheetListRequestView.as_view(), name="list-prepare"),
    path("liste/<uuid:pk>/", bulk.SheetListJobView.as_view(), name="list-job"),
    path("liste/<uuid:pk>/fichier/", bulk.SheetListFileView.as_view(), name="list-file"),
    path("liste/<uuid:pk>/annuler/", bulk.CancelSheetListView.as_view(), name="list-cancel"),
    path("liste/<uuid:pk>/reprendre/", bulk.RetrySheetListView.as_view(), name="list-retry"),
    path("<slug:parcel>/", views.SheetView.as_view(), name="parcel"),
]
