"""Landing page, conformance, OpenAPI document, collections and the schemas of their properties."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from interface.http.links import header, representations
from interface.http.media_types import HTML, JSON, OPENAPI, SCHEMA
from interface.http.resources import Resource
from layers import access, queries
from layers.crs import SERVED
from layers.definitions import Field, Text
from layers.errors import HiddenLayer, UnknownLayer
from layers.parsing.properties import property_names
from layers.visitor import visitor_of
from ogc import presenters
from ogc.formats import documents, schemas
from ogc.formats.documents import raster_collection
from ogc.formats.functions import functions
from ogc.formats.openapi import openapi
from ogc.formats.openapi.aggregates import aggregate_path
from ogc.formats.openapi.files import export_path, portal_style_paths, style_paths
from ogc.formats.openapi.records import record_paths
from ogc.formats.openapi.tiles import portal_tile_paths, raster_paths, tile_paths
from ogc.formats.schemas import geojson_schema
from ogc.parsing import SCHEMA_PARAMETERS, parse_items, schema_parameters
from ogc.presenters import Described
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


class FunctionsView(Resource):
    """``/api/functions``: the functions of filters beyond those of CQL2."""

    offered = (JSON, HTML)
    template = "ogc/functions.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the functions."""
        self.check_parameters()
        return self.describe(functions(self.address()), JSON)


class OpenApiView(Resource):
    """``/api/openapi.json``: the description of the API for this visitor."""

    offered = (OPENAPI,)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the OpenAPI document."""
        self.check_parameters()
        visitor = visitor_of(request)
        rasters = access.visible_rasters(visitor)
        of_rasters = {path: item for scope in rasters for path, item in raster_paths(scope).items()}
        document = openapi(
            self.reverse("ogc:landing"),
            access.visible(visitor),
            rasters=rasters,
            more=[aggregate_path, export_path, writing_described, tile_paths, style_paths],
            extra=portal_tile_paths() | of_rasters | portal_style_paths() | record_paths(),
            subjects=[import_string(name)() for name in settings.API_SUBJECTS],
        )
        return self.document(document, OPENAPI, is_private=not visitor.is_anonymous)


class CollectionsView(Resource):
    """``/api/collections``: the layers the visitor sees, and the catalogue of records."""

    offered = (JSON, HTML)
    template = "ogc/collections.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the collections."""
        self.check_parameters()
        visitor = visitor_of(request)
        scopes = access.visible(visitor)
        extents = queries.extents(scopes)
        periods = queries.dated_periods(scopes)
        bounded = [(scope, extents[scope.slug], periods.get(scope.slug, [])) for scope in scopes]
        document = documents.collections(self.address(), self.reverse, bounded)
        document["collections"] += [
            import_string(name)(visitor, self.reverse) for name in settings.API_COLLECTIONS
        ]
        return self.describe(document, JSON)


class CollectionView(Resource):
    """``/api/collections/{layer}``."""

    offered = (JSON, HTML)
    template = "ogc/collection.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with one collection."""
        self.check_parameters()
        try:
            scope = access.scope(visitor_of(request), layer)
        except HiddenLayer:
            raise
        except UnknownLayer:
            return self.raster(access.raster_scope(visitor_of(request), layer))
        document = documents.collection(
            self.address(),
            self.reverse,
            scope,
            queries.extent(scope),
            queries.dated_periods([scope]).get(scope.slug, []),
        )
        names = property_names(scope.filterable, allowed=("f",))
        return self.describe(
            document,
            JSON,
            scope=scope,
            served=SERVED if scope.definition.geometry.is_located else (),
            named=names,
        )

    def raster(self, scope: access.RasterScope) -> HttpResponseBase:
        """Answer with a raster, which is listed nowhere among the features: it has a document, and no page here."""
        return self.document(raster_collection(scope, self.reverse), JSON, is_private=not scope.is_public)


class PropertiesView(Resource):
    """Some of the properties of a layer, the visitor's as everywhere: a JSON Schema, or a table for people."""

    offered = (SCHEMA, HTML)
    template = "ogc/properties.html"
    title: Text
    lede: Text
    has_geometry = True
    read_parameters: tuple[str, ...] = ()

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        raise NotImplementedError

    def rows(self, scope: access.Scope) -> list[Described]:
        """Return the rows of the table."""
        return presenters.returned(scope)

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the JSON Schema or the page."""
        self.check_parameters(*self.read_parameters)
        form = self.form()
        scope, added = self.question_scope(access.scope(visitor_of(request), layer))
        if form == HTML:
            context = self.context(scope)
            return self.page(context | {"rows": [*context["rows"], *(Described(field) for field in added)]})
        document = self.describes(self.address().base, scope)
        if added:
            address = f"{self.address().base}?{urlencode(self._question, doseq=True)}"
            document = schemas.with_matches(document, address, added)
        response = self.document(document, SCHEMA, is_private=not scope.is_public)
        response["Link"] = header(self.linked(representations(self.address(), SCHEMA, self.offered)))
        return response

    def question_scope(self, scope: access.Scope) -> tuple[access.Scope, tuple[Field, ...]]:
        """Return what the description depends on, and the fields that the question adds to those of the layer."""
        return scope, ()

    @property
    def _question(self) -> dict[str, list[str]]:
        return schema_parameters(dict(self.request.GET.lists()))

    def context(self, scope: access.Scope) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "scope": scope,
            "title": self.title,
            "lede": self.lede,
            "rows": self.rows(scope),
            "named": property_names(scope.filterable, allowed=("f",)),
            "has_geometry": self.has_geometry and scope.definition.geometry.is_located,
        }


class QueryablesView(PropertiesView):
    """``/api/collections/{layer}/queryables``."""

    title = _("Propriétés filtrables")
    lede = _("Ce que le paramètre filter peut nommer, avec un exemple de chaque sorte.")

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.queryables(address, scope)

    def rows(self, scope: access.Scope) -> list[Described]:
        """Return the rows of the table."""
        return presenters.filtered(scope, queries.communes())

    def context(self, scope: access.Scope) -> dict[str, Any]:
        """Return the context of the page, geometry included."""
        return super().context(scope) | {"spatial_example": presenters.spatial_example()}


class SortablesView(PropertiesView):
    """``/api/collections/{layer}/sortables``."""

    title = _("Propriétés de tri")
    lede = _("Ce que le paramètre sortby peut nommer, dans un ordre ou dans l’autre.")
    has_geometry = False

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.sortables(address, scope)

    def rows(self, scope: access.Scope) -> list[Described]:
        """Return the rows of the table."""
        return presenters.sorted_on(scope)


class SchemaView(PropertiesView):
    """``/api/collections/{layer}/schema``: with ``touching`` and ``matched=true``, that of what ``items`` answers."""

    title = _("Schéma des objets")
    lede = _("Ce que contient un objet, et ce qu’un client qui écrit doit savoir.")
    read_parameters = SCHEMA_PARAMETERS

    def question_scope(self, scope: access.Scope) -> tuple[access.Scope, tuple[Field, ...]]:
        """Return the layer with those that the question names, and the fields of what is matched."""
        parameters = {name: values for name, values in self.request.GET.lists() if name in SCHEMA_PARAMETERS}
        selection = queries.select(scope, parse_items(parameters, scope))
        return selection.scope, tuple(field for match in selection.matches for field in match.fields)

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return schemas.features(address, scope)


class EncodingView(PropertiesView):
    """``/api/collections/{layer}/schemas/feature``: the GeoJSON of a feature, described."""

    title = _("Schéma des objets en GeoJSON")
    lede = _("Ce que contient un objet une fois écrit en GeoJSON ; le schéma JSON le vérifie.")

    def describes(self, address: str, scope: access.Scope) -> documents.Document:
        """Return the schema at ``address``."""
        return geojson_schema(address, scope)
