"""Landing page, conformance, OpenAPI document, collections and the schemas of their properties."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from layers import access, queries
from layers.parsing.properties import property_names
from layers.visitor import visitor_of
from ogc.formats import documents, schemas
from ogc.formats.aggregates import aggregate_path
from ogc.formats.encoding import encoding
from ogc.formats.openapi import openapi
from ogc.formats.openapi.exports import export_path
from ogc.parsing import HTML, JSON, OPENAPI, SCHEMA
from ogc.views.base import Resource
from ogc.views.writing import writing_described


class LandingView(Resource):
    """``/api/``: where everything starts."""

    offered = (JSON, HTML)
    template = "ogc/landing.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the landing page."""
        self.check_parameters()
        return self.describe(documents.landing(self.address(), self.reverse), JSON)


class ConformanceView(Resource):
    """``/api/conformance``."""

    offered = (JSON, HTML)
    template = "ogc/conformance.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the conformance classes."""
        self.check_parameters()
        return self.describe(documents.conformance(self.address()), JSON)


class OpenApiView(Resource):
    """``/api/openapi.json``: what may be asked, for the collections of this visitor."""

    offered = (OPENAPI,)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the OpenAPI document."""
        self.check_parameters()
        scopes = access.visible(visitor_of(request))
        document = openapi(
            self.reverse("ogc:landing"), scopes, more=[aggregate_path, export_path, writing_described]
        )
        return self.document(document, OPENAPI, is_private=not visitor_of(request).is_anonymous)


class CollectionsView(Resource):
    """``/api/collections``: the layers the visitor sees."""

    offered = (JSON, HTML)
    template = "ogc/collections.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the collections."""
        self.check_parameters()
        scopes = access.visible(visitor_of(request))
        extents = queries.extents(scopes)
        bounded = [(scope, extents[scope.slug]) for scope in scopes]
        return self.describe(documents.collections(self.address(), self.reverse, bounded), JSON)


class CollectionView(Resource):
    """``/api/collections/{layer}``."""

    offered = (JSON, HTML)
    template = "ogc/collection.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with one collection."""
        self.check_parameters()
        scope = access.scope(visitor_of(request), layer)
        document = documents.collection(self.address(), self.reverse, scope, queries.extent(scope))
        names = property_names(scope.filterable, allowed=("f",))
        return self.describe(
            document, JSON, scope=scope, served=documents.served_crs(scope.definition), named=names
        )


class PropertiesView(Resource):
    """A JSON Schema of some of the properties of a layer: the visitor's, as everywhere."""

    offered = (SCHEMA,)

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        raise NotImplementedError

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the JSON Schema."""
        self.check_parameters()
        self.form()
        scope = access.scope(visitor_of(request), layer)
        document = self.describes(self.address().base, scope)
        return self.document(document, SCHEMA, is_private=not scope.is_public)


class QueryablesView(PropertiesView):
    """``/api/collections/{layer}/queryables``."""

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.queryables(address, scope)


class SortablesView(PropertiesView):
    """``/api/collections/{layer}/sortables``."""

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.sortables(address, scope)


class SchemaView(PropertiesView):
    """``/api/collections/{layer}/schema``."""

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.features(address, scope)


class EncodingView(PropertiesView):
    """``/api/collections/{layer}/schemas/feature``: the GeoJSON of a feature, described."""

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return encoding(address, scope)
