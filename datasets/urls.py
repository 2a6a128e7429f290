"""Addresses of the pages of the datasets."""

from django.urls import path

from datasets.deliveries.views import DeliveriesView
from datasets.versions.views import datasets, delivery, exports
from datasets.wizard.views import columns, state, upload

app_name = "datasets"
urlpatterns = [
    path("", datasets.DatasetListView.as_view(), name="home"),
    path("livraisons/", DeliveriesView.as_view(), name="deliveries"),
    path("nouveau/", upload.UploadView.as_view(), name="new"),
    path("import/<uuid:key>/", columns.ColumnsView.as_view(), name="columns"),
    path("import/<uuid:key>/etat/", state.StateView.as_view(), name="state"),
    path("import/<uuid:key>/annuler/", state.CancelView.as_view(), name="cancel"),
    path("import/<uuid:key>/reprendre/", state.ResumeView.as_view(), name="resume"),
    path("import/<uuid:key>/partie/", state.PartView.as_view(), name="part"),
    path("import/<uuid:key>/lecture/", columns.ReadingView.as_view(), name="reading"),
    path("import/<uuid:key>/apercu.geojson", columns.PreviewView.as_view(), name="preview"),
    path("import/<uuid:key>/sans-erreurs/", columns.PartialView.as_view(), name="partial"),
    path("import/<uuid:key>/abandon/", columns.AbandonView.as_view(), name="abandon"),
    path("<slug:slug>/import/", upload.UploadView.as_view(), name="deliver"),
    path("<slug:slug>/versions/", datasets.VersionsView.as_view(), name="versions"),
    path("<slug:slug>/versions/<int:number>/", delivery.DeliveryView.as_view(), name="delivery"),
    path("<slug:slug>/versions/<int:number>/constats.csv", delivery.FindingsView.as_view(), name="findings"),
    path("<slug:slug>/versions/<int:number>/ecarts.geojson", exports.ChangesView.as_view(), name="changes"),
    path(
        "<slug:slug>/versions/<int:number>/export.<str:kind>",
        exports.VersionExportView.as_view(),
        name="export",
    ),
    path("<slug:slug>/versions/<int:number>/publier/", delivery.PublishView.as_view(), name="publish"),
    path("<slug:slug>/versions/<int:number>/retablir/", delivery.RestoreView.as_view(), name="restore"),
    path("<slug:slug>/supprimer/", datasets.DropView.as_view(), name="drop"),
]
