"""Addresses of the pages of publication."""

from django.urls import path

from publication.layer_views import LayerPublicationView

app_name = "publication"
urlpatterns = [path("couches/<slug:slug>/", LayerPublicationView.as_view(), name="layer")]
