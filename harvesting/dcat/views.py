"""``/catalog.rdf``, ``.ttl``, ``.jsonld``: the catalogue of everybody, whoever asks, in pages of whole datasets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from harvesting import visits
from harvesting.answers import catalogue_response
from harvesting.dcat.pages import page_body
from harvesting.dcat.parsing import parse_page
from harvesting.dcat.writing import RDF_FORMS
from harvesting.public_catalogue import public_catalogue
from harvesting.vocabulary import HarvestProtocol
from interface.http.resources import Resource
from layers.visitor import visitor_of


class CatalogueView(Resource):
    """A page of the catalogue in the form that ends the address."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Answer with the page, its headers alone (HEAD), or word that the client has it."""
        visits.note(request, HarvestProtocol.DCAT, form, 0)
        number, size = parse_page(dict(request.GET.lists()))
        catalogue = public_catalogue(visitor_of(request))
        address = self.origin + request.path
        body = page_body(catalogue, form, origin=self.origin, address=address, number=number, size=size)
        response = catalogue_response(request, body, RDF_FORMS[form].media_type)
        if request.method == "GET" and response.status_code == 200:
            records = catalogue.records()[(number - 1) * size : number * size]
            visits.note(request, HarvestProtocol.DCAT, form, len(records), records)
        return response
