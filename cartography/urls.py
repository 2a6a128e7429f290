"""Addresses of the style studio, below the page of a layer."""

from django.urls import path

from cartography.studio.views import PictogramsView, StudioView, StyleDocumentView
from cartography.versions.views import (
    DiscardStyleView,
    PublishStyleView,
    RestoreStyleView,
    StyleVersionsView,
)

app_name = "cartography"
urlpatterns = [
    path("<slug:layer>/style/", StudioView.as_view(), name="studio"),
    path("<slug:layer>/style/document/", StyleDocumentView.as_view(), name="document"),
    path("<slug:layer>/style/pictogrammes/", PictogramsView.as_view(), name="pictograms"),
    path("<slug:layer>/style/publier/", PublishStyleView.as_view(), name="publish"),
    path("<slug:layer>/style/abandonner/", DiscardStyleView.as_view(), name="discard"),
    path("<slug:layer>/style/versions/", StyleVersionsView.as_view(), name="versions"),
    path("<slug:layer>/style/versions/<int:number>/reprendre/", RestoreStyleView.as_view(), name="restore"),
]
