"""The catalogue as a collection of the API, ``/api/collections/catalogue``: what everybody sees, whoever reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from harvesting.public_catalogue import PublicCatalogue, public_catalogue
from harvesting.records import documents
from harvesting.records.parsing import parse_records
from harvesting.records.queries import RecordPage, select_records
from harvesting.visits import note
from harvesting.vocabulary import HarvestProtocol
from interface.http.links import header, representations
from interface.http.media_types import GEOJSON, HTML, JSON, SCHEMA
from interface.http.resources import Resource, not_modified, with_validators
from layers.errors import UnknownFeature
from layers.formats.http_validators import HttpValidators
from layers.visitor import visitor_of
from metadata.records import Record

_HTML_LIMIT = 50


class CatalogueResource(Resource):
    """A resource of the catalogue. Its documents are public, and validated by what they depend on."""

    offered: tuple[str, ...] = (JSON, HTML)

    @cached_property
    def catalogue(self) -> PublicCatalogue:
        """The catalogue of everybody, on the portal that the request names."""
        return public_catalogue(visitor_of(self.request))

    def answer(self, document: dict[str, Any], media_type: str, **context: Any) -> HttpResponseBase:
        """Answer with the page, or with the document and its validators."""
        if self.form() == HTML:
            return self.page({"document": document, **context})
        parts = (self.catalogue.digest, self.request.build_absolute_uri(), media_type, get_language())
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        is_own = bool(visitor_of(self.request).link_token)  # links carry the token of the client
        fresh = HttpValidators(f'W/"{digest}"', "private, no-cache" if is_own else "public, no-cache")
        unchanged = not_modified(self.request, fresh)
        return unchanged or with_validators(self.document(document, media_type, is_private=is_own), fresh)

    def note(self, records: Sequence[Record] = ()) -> None:
        """Note that a machine reads records: a page for people is no harvest."""
        if self.form() != HTML:
            note(self.request, HarvestProtocol.RECORDS, "geojson", len(records), records)


class CollectionView(CatalogueResource):
    """``/api/collections/catalogue``."""

    template = "harvesting/records/collection.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the collection."""
        self.check_parameters()
        records = self.catalogue.records()
        document = documents.catalogue(self.address(), self.reverse, records)
        return self.answer(document, JSON, count=len(records))


class ItemsView(CatalogueResource):
    """``/api/collections/catalogue/items``: the records that a query selects."""

    offered = documents.OFFERED
    template = "harvesting/records/items.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a page of records."""
        self.note()
        query = parse_records(self._parameters(), allowed=("f",))
        page = select_records(self.catalogue.records(), query, origin=self.origin)
        self.note(page.records)
        document = documents.records_page(self.address(), self.reverse, page, origin=self.origin)
        response = self.answer(document, GEOJSON, page=page, query=query)
        return self._with_counts(response, page, document)

    def _parameters(self) -> dict[str, list[str]]:
        """Return the parameters of the request; a page for people has fewer records, and may have empty fields."""
        parameters: dict[str, list[str]] = dict(self.request.GET.lists())
        if self.form() != HTML:
            return parameters
        filled = {name: values for name, values in parameters.items() if values != [""]}
        return {"limit": [str(_HTML_LIMIT)], **filled}

    def _with_counts(
        self, response: HttpResponseBase, page: RecordPage, document: dict[str, Any]
    ) -> HttpResponseBase:
        if response.status_code == 200 and isinstance(response, HttpResponse):
            response["Link"] = header(self.linked(document["links"]))
            response["OGC-NumberMatched"] = str(page.matched)
            response["OGC-NumberReturned"] = str(len(page.records))
        return response


class ItemView(CatalogueResource):
    """``/api/collections/catalogue/items/{id}``: one record."""

    offered = documents.OFFERED
    template = "harvesting/records/item.html"

    def get(self, request: HttpRequest, record: str) -> HttpResponseBase:
        """Answer with one record.

        Raises:
            UnknownFeature: nobody sees a dataset of this identifier, or there is none.
        """
        self.check_parameters()
        self.note()
        match = next((each for each in self.catalogue.records() if each.dataset_id == record), None)
        if match is None:
            raise UnknownFeature(_("Aucune fiche ne s’appelle « %s ».") % record[:80])
        self.note([match])
        document = documents.record_document(match, self.reverse, origin=self.origin)
        return self.answer(document, GEOJSON, record=match)


class DescriptionView(CatalogueResource):
    """``/api/collections/catalogue/queryables``, ``sortables`` and ``schema``: a JSON Schema about records."""

    offered = (SCHEMA,)

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Answer with the schema of this name."""
        self.check_parameters()
        response = self.answer(documents.DESCRIPTIONS[name](self.address().base), SCHEMA)
        response["Link"] = header(representations(self.address(), SCHEMA, self.offered))
        return response
