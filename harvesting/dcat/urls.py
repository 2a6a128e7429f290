"""Addresses of the catalogue in DCAT: one for each form of RDF."""

from django.urls import path

from harvesting.dcat.views import CatalogueView

app_name = "dcat"
urlpatterns = [
    path("catalog.rdf", CatalogueView.as_view(), {"form": "rdf"}, name="rdf"),
    path("catalog.ttl", CatalogueView.as_view(), {"form": "ttl"}, name="turtle"),
    path("catalog.jsonld", CatalogueView.as_view(), {"form": "jsonld"}, name="json-ld"),
]
