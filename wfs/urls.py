"""Addresses of the service: of every layer, and of one. No address depends on which layers exist."""

from django.urls import path

from wfs.views import LayerFileView, ProjectView, RecordView, WfsView

app_name = "wfs"
urlpatterns = [
    path("wfs", WfsView.as_view(), name="service"),
    path("wfs/", WfsView.as_view()),
    path("wfs/<str:layer>", WfsView.as_view(), name="layer"),
    path("wfs/<str:layer>/iso19139.xml", RecordView.as_view(), name="record"),
    path("connecter/portail.qgs", ProjectView.as_view(), name="project"),
    path("connecter/<slug:layer>.qlr", LayerFileView.as_view(), name="layer-file"),
]
