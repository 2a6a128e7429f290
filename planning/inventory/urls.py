"""Addresses of inventories; included under ``/urbanisme/inventaire/``."""

from django.urls import path

from planning.inventory import views

app_name = "inventory"
urlpatterns = [
    path("document/<uuid:pk>/", views.InventoryJobView.as_view(), name="job"),
    path("document/<uuid:pk>/fichier/", views.InventoryFileView.as_view(), name="file"),
    path("document/<uuid:pk>/annuler/", views.CancelInventoryView.as_view(), name="cancel"),
    path("document/<uuid:pk>/recommencer/", views.RetryInventoryView.as_view(), name="retry"),
    path("<slug:layer>/", views.InventoryView.as_view(), name="list"),
    path("<slug:layer>/document/", views.InventoryRequestView.as_view(), name="prepare"),
    path("<slug:layer>/<int:pk>/fiche.pdf", views.SheetFileView.as_view(), name="sheet"),
]
