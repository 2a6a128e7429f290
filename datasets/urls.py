"""Addresses of the pages of the datasets."""

from django.urls import path

from datasets import views

app_name = "datasets"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("nouveau/", views.UploadView.as_view(), name="new"),
    path("import/<uuid:key>/", views.ColumnsView.as_view(), name="columns"),
    path("import/<uuid:key>/lecture/", views.ReadingView.as_view(), name="reading"),
    path("import/<uuid:key>/apercu.geojson", views.PreviewView.as_view(), name="preview"),
    path("import/<uuid:key>/sans-erreurs/", views.PartialView.as_view(), name="partial"),
    path("import/<uuid:key>/abandon/", views.AbandonView.as_view(), name="abandon"),
    path("<slug:slug>/import/", views.UploadView.as_view(), name="deliver"),
    path("<slug:slug>/versions/", views.VersionsView.as_view(), name="versions"),
    path("<slug:slug>/versions/<int:number>/", views.DeliveryView.as_view(), name="delivery"),
    path("<slug:slug>/versions/<int:number>/constats.csv", views.FindingsView.as_view(), name="findings"),
    path("<slug:slug>/versions/<int:number>/ecarts.geojson", views.ChangesView.as_view(), name="changes"),
    path("<slug:slug>/versions/<int:number>/export.<str:kind>", views.ExportView.as_view(), name="export"),
    path("<slug:slug>/versions/<int:number>/publier/", views.PublishView.as_view(), name="publish"),
    path("<slug:slug>/versions/<int:number>/retablir/", views.RestoreView.as_view(), name="restore"),
    path("<slug:slug>/supprimer/", views.DropView.as_view(), name="drop"),
]
