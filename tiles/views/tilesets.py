"""OGC API Tiles under ``/api/``: matrix sets, tilesets of a collection and of the portal, and their tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from interface.http.media_types import HTML, JSON
from interface.http.resources import Resource
from layers import access, queries
from layers.access import Scope
from layers.errors import UnknownTile
from layers.formats import mvt
from layers.parsing import FeatureQuery
from layers.sql.tile_matrix_sets import SERVED, TileMatrixSet, tile_matrix_set
from layers.visitor import visitor_of
from tiles import formats as documents
from tiles.formats import TiledArea, TiledLayer, TilesetAddresses
from tiles.parsing import MAX_LAYERS, parse_collections, parse_question, parse_tile_address, parse_tile_form
from tiles.presenters import page_address, preview_config, tileset_links
from tiles.services.vector_tiles import tile_of, tile_request
from tiles.views.tiles import tile_response


class MatrixSetsView(Resource):
    """``/api/tileMatrixSets``."""

    offered = (JSON, HTML)
    template = "tiles/api/matrix_sets.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the list of the matrix sets."""
        self.check_parameters()
        addresses = [(matrix, self.reverse("tilesets:matrix-set", matrix.id)) for matrix in SERVED]
        document = documents.matrix_sets(self.address(), addresses)
        return self.describe(document, JSON, is_private=False, sets=tileset_links(addresses))


class MatrixSetView(Resource):
    """``/api/tileMatrixSets/{id}``."""

    offered = (JSON, HTML)
    template = "tiles/api/matrix_set.html"

    def get(self, request: HttpRequest, matrix: str) -> HttpResponseBase:
        """Answer with the definition of a matrix set."""
        self.check_parameters()
        document = documents.matrix_set(tile_matrix_set(matrix))
        pages = page_address(self.reverse("tilesets:matrix-sets"))
        return self.describe(document, JSON, is_private=False, list_page=pages)


class CollectionTilesetsView(Resource):
    """``/api/collections/{layer}/tiles``."""

    offered = (JSON, HTML)
    template = "tiles/api/tilesets.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the tilesets of a collection."""
        self.check_parameters()
        scope = _tiled(access.scope(visitor_of(request), layer))
        served = [(matrix, self.addresses(scope, matrix)) for matrix in SERVED]
        title = scope.layer.title
        return self.describe(
            documents.tilesets(self.address(), title, served, _area([scope])),
            JSON,
            is_private=not scope.is_public,
            title=title,
            sets=tileset_links((matrix, addresses.tileset) for matrix, addresses in served),
            scope=scope,
            collection=page_address(self.reverse("ogc:collection", scope.slug)),
        )

    def addresses(self, scope: Scope, matrix: TileMatrixSet) -> TilesetAddresses:
        """Return the addresses of a tileset of a collection."""
        return TilesetAddresses(
            self.reverse("tilesets:collection-tileset", scope.slug, matrix.id),
            self.reverse("tilesets:matrix-set", matrix.id),
            geodata=self.reverse("ogc:collection", scope.slug),
            tilejson=self.reverse("tiles:tilejson", scope.slug),
        )


class CollectionTilesetView(CollectionTilesetsView):
    """``/api/collections/{layer}/tiles/{tileMatrixSetId}``."""

    template = "tiles/api/tileset.html"

    def get(self, request: HttpRequest, layer: str, matrix: str = "") -> HttpResponseBase:
        """Answer with the metadata of a tileset."""
        self.check_parameters()
        scope = _tiled(access.scope(visitor_of(request), layer))
        matrix_set = tile_matrix_set(matrix)
        document = documents.tileset(
            matrix_set,
            _layers([scope]),
            self.addresses(scope, matrix_set),
            title=scope.layer.title,
            description=scope.layer.abstract,
        )
        return self.describe(document, JSON, is_private=not scope.is_public, **self.links(scope, matrix_set))

    def links(self, scope: Scope, matrix: TileMatrixSet) -> dict[str, Any]:
        """Return the context of the page of a tileset of a collection, besides its metadata."""
        return {
            "matrix": matrix,
            "matrix_page": page_address(self.reverse("tilesets:matrix-set", matrix.id)),
            "list_page": page_address(self.reverse("tilesets:collection-tilesets", scope.slug)),
            "scope": scope,
            "collection": page_address(self.reverse("ogc:collection", scope.slug)),
            "preview": preview_config(scope.visitor, scopes=[scope]),
        }


class CollectionTileView(Resource):
    """``/api/collections/{layer}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}``."""

    def get(
        self, request: HttpRequest, layer: str, matrix: str, zoom: str, row: str, column: str
    ) -> HttpResponseBase:
        """Answer with one tile, as at its XYZ address; one outside the limits of the tileset does not exist."""
        parse_tile_form(request.GET.get("f"))
        query = parse_question(dict(request.GET.lists()), allowed=("f",))
        address = parse_tile_address(tile_matrix_set(matrix), zoom, row=row, column=column)
        tile = tile_request(visitor_of(request), (layer,), query, address)
        return tile_response(request, tile, has_limits=True)


class PortalTilesetsView(Resource):
    """``/api/tiles``: the tilesets of the portal, several layers together."""

    offered = (JSON, HTML)
    template = "tiles/api/tilesets.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the tilesets of the layers asked, of all when none is."""
        self.check_parameters("collections")
        scopes = _requested_scopes(request)
        served = [(matrix, self.addresses(matrix)) for matrix in SERVED]
        title = str(_("Couches du portail"))
        return self.describe(
            documents.tilesets(self.address(), title, served, _area(scopes)),
            JSON,
            is_private=not _are_public(request, scopes),
            title=title,
            sets=tileset_links((matrix, addresses.tileset + addresses.query) for matrix, addresses in served),
        )

    def addresses(self, matrix: TileMatrixSet) -> TilesetAddresses:
        """Return the addresses of a tileset of the portal."""
        collections = self.request.GET.get("collections")
        return TilesetAddresses(
            self.reverse("tilesets:portal-tileset", matrix.id),
            self.reverse("tilesets:matrix-set", matrix.id),
            query=f"?{urlencode({'collections': collections}, safe=',')}" if collections else "",
        )


class PortalTilesetView(PortalTilesetsView):
    """``/api/tiles/{tileMatrixSetId}``."""

    template = "tiles/api/tileset.html"

    def get(self, request: HttpRequest, matrix: str = "") -> HttpResponseBase:
        """Answer with the metadata of a tileset of the layers asked, of all when none is."""
        self.check_parameters("collections")
        scopes, matrix_set = _requested_scopes(request), tile_matrix_set(matrix)
        addresses, title = self.addresses(matrix_set), str(_("Couches du portail"))
        document = documents.tileset(
            matrix_set, _layers(scopes), addresses, title=title, description=_described()
        )
        return self.describe(
            document,
            JSON,
            is_private=not _are_public(request, scopes),
            matrix=matrix_set,
            matrix_page=page_address(self.reverse("tilesets:matrix-set", matrix_set.id)),
            list_page=page_address(self.reverse("tilesets:portal-tilesets") + addresses.query),
        )


def _described() -> str:
    description = _(
        "Les couches que vous voyez, %(max)d au plus dans une tuile ; collections en nomme d’autres."
    )
    return description % {"max": MAX_LAYERS}


class PortalTileView(Resource):
    """``/api/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}``: several layers in one tile."""

    def get(self, request: HttpRequest, matrix: str, zoom: str, row: str, column: str) -> HttpResponseBase:
        """Answer with one tile of the layers asked, of all when none is."""
        parse_tile_form(request.GET.get("f"))
        parameters = dict(request.GET.lists())
        query = parse_question(parameters, allowed=("f", "collections"))
        address = parse_tile_address(tile_matrix_set(matrix), zoom, row=row, column=column)
        return tile_response(request, tile_of(_requested_scopes(request), query, address), has_limits=True)


def _requested_scopes(request: HttpRequest) -> list[Scope]:
    """Return the scopes of the layers that ``collections`` names or, without it, of the first that a tile may hold."""
    visitor = visitor_of(request)
    slugs = parse_collections(dict(request.GET.lists()))
    if slugs:
        return [_tiled(scope) for scope in access.scopes(visitor, slugs)]
    located = [scope for scope in access.visible(visitor) if scope.definition.geometry.is_located]
    return located[:MAX_LAYERS]


def _tiled(scope: Scope) -> Scope:
    if not scope.definition.geometry.is_located:
        raise UnknownTile(_("Cette couche n’a pas de géométrie : elle n’a pas de tuiles."), parameter="layer")
    return scope


def _area(scopes: Sequence[Scope]) -> TiledArea:
    return documents.tiled_area(scopes, queries.extents(scopes))


def _layers(scopes: Sequence[Scope]) -> list[TiledLayer]:
    bounds = queries.extents(scopes)
    return [
        TiledLayer(scope, mvt.tile_fields(queries.select(scope, FeatureQuery())), bounds[scope.slug])
        for scope in scopes
    ]


def _are_public(request: HttpRequest, scopes: Sequence[Scope]) -> bool:
    """Whether everybody gets this document: the visitor is anonymous, and every layer is open."""
    return visitor_of(request).is_anonymous and all(scope.is_public for scope in scopes)
