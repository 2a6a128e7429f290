"""Tiles in the OpenAPI document: OGC API Tiles of the portal and of each layer, and what a raster answers.

A raster has its collection, its tilesets, its coverage, and its addresses below ``/tiles/raster/``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.http.media_types import HTML, JSON
from layers.access import RasterScope, Scope
from layers.formats.mvt import MEDIA_TYPE
from layers.parsing.geometry import MAX_CHARACTERS
from layers.parsing.query import SELECTING
from layers.parsing.raster_styles import COLORMAPS, RESAMPLINGS
from layers.sql.tile_matrix_sets import SERVED
from layers.vocabulary import RasterKind
from ogc.formats.documents import GEOTIFF
from ogc.formats.openapi import operation, parameters

Document = dict[str, Any]
# As many as ``tiles.parsing`` accepts in one tile.
MAX_LAYERS = 40
# What clients know tile operations by (20-057, /req/oas30/operation-id, table 11), between a prefix and the resource.
DATASET_VECTOR = "dataset.vector"
COLLECTION_VECTOR = "collection.vector"
COLLECTION_MAP = "collection.map"
_OBJECT: Document = {JSON: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
_TILE: Document = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
_COLLECTIONS = gettext_lazy("Couches de la tuile, séparées par des virgules ; sans lui, celles du portail.")


def portal_tile_paths() -> Document:
    """Return the paths of matrix sets and of the tilesets of the portal."""
    tag, forms = "portail", parameters.forms("json", "html")
    slug = {"type": "string", "pattern": r"^[a-z0-9_-]{1,80}$"}
    names = {"type": "array", "items": slug, "minItems": 1, "maxItems": MAX_LAYERS, "uniqueItems": True}
    chosen = parameters.parameter("collections", names, str(_COLLECTIONS))
    tile = [*tile_index(), chosen, _mvt()]
    own = f"{tag}.{DATASET_VECTOR}"
    return {
        "/tileMatrixSets": operation("matrixSets", tag, _("Pyramides de tuiles"), [forms], _OBJECT),
        "/tileMatrixSets/{tileMatrixSetId}": operation(
            "matrixSet", tag, _("Une pyramide de tuiles"), [matrix(), forms], _OBJECT
        ),
        "/tiles": operation(f"{own}.getTileSetsList", tag, _("Tuiles du portail"), [chosen, forms], _OBJECT),
        "/tiles/{tileMatrixSetId}": operation(
            f"{own}.getTileSet",
            tag,
            _("Tuiles du portail, dans une pyramide"),
            [matrix(), chosen, forms],
            _OBJECT,
        ),
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": _tile(
            f"{own}.getTile", tag, _("Une tuile de plusieurs couches"), tile
        ),
    }


def tile_paths(scope: Scope) -> Document:
    """Return the paths of the tilesets of a layer, none for a table."""
    if not scope.definition.geometry.is_located:
        return {}
    slug, forms = scope.slug, parameters.forms("json", "html")
    base = f"/collections/{slug}/tiles"
    inputs = [each for each in parameters.of_items(scope) if _name(each) in _OF_TILES]
    own = f"{slug}.{COLLECTION_VECTOR}"
    return {
        base: operation(f"{own}.getTileSetsList", slug, _("Tuiles de la couche"), [forms], _OBJECT),
        f"{base}/{{tileMatrixSetId}}": operation(
            f"{own}.getTileSet",
            slug,
            _("Tuiles de la couche, dans une pyramide"),
            [matrix(), forms],
            _OBJECT,
        ),
        f"{base}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile(
            f"{own}.getTile", slug, _("Une tuile de la couche"), [*tile_index(), *inputs, _mvt()]
        ),
    }


_OF_TILES = frozenset({*SELECTING, "properties"})


def _tile(name: str, tag: str, summary: str, inputs: list[Document]) -> Document:
    described = operation(name, tag, summary, inputs, _TILE, is_features=True)
    described["get"]["responses"]["204"] = {"description": _("Rien dans cette tuile.")}
    return described


def matrix() -> Document:
    """Return the path parameter that names a tile matrix set."""
    ids = {"type": "string", "enum": [matrix.id for matrix in SERVED]}
    return parameters.parameter("tileMatrixSetId", ids, _("Pyramide de tuiles."), location="path")


def tile_index() -> list[Document]:
    """Return the path parameters of a tile."""
    zoom = {"type": "string", "pattern": r"^(1?\d|2[0-2])$"}
    index = {"type": "integer", "minimum": 0, "maximum": 2**22 - 1}
    return [
        matrix(),
        parameters.parameter("tileMatrix", zoom, _("Zoom."), location="path"),
        parameters.parameter("tileRow", index, _("Ligne, du nord au sud."), location="path"),
        parameters.parameter("tileCol", index, _("Colonne, d’ouest en est."), location="path"),
    ]


def _mvt() -> Document:
    return parameters.parameter("f", {"type": "string", "enum": ["mvt"]}, _("Forme de la réponse."))


def _name(parameter: Document) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name


_FORMS = {"png": "image/png", "webp": "image/webp"}
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_RASTER_OBJECT: Document = {JSON: {"schema": {"type": "object"}}}
_PAGED: Document = {**_RASTER_OBJECT, HTML: {"schema": {"type": "string"}}}
_PICTURE: Document = dict.fromkeys(_FORMS.values(), _BINARY)
_AREA = gettext_lazy("Une surface, et une seule, de commune, within et feature.")


def raster_paths(scope: RasterScope) -> Document:
    """Return the paths of a raster; those of files only for who may download it."""
    paths = _of_the_api(scope) | (_coverage(scope) if scope.can_download else {})
    # They are at the root of the portal: relative to this document.
    outside = {path: {"servers": [{"url": "/"}], **item} for path, item in _of_tiles(scope).items()}
    return paths | outside


def _of_the_api(scope: RasterScope) -> Document:
    slug, forms = scope.slug, parameters.forms("json", "html")
    base = f"/collections/{slug}"
    tiles = f"{base}/map/tiles"
    tile = [*tile_index(), *_drawing(scope), parameters.forms(*_FORMS)]
    return {
        base: operation(
            f"{slug}.collection", slug, scope.layer.title, [parameters.forms("json")], _RASTER_OBJECT
        ),
        tiles: operation(
            f"{slug}.{COLLECTION_MAP}.getTileSetsList", slug, _("Tuiles du raster"), [forms], _PAGED
        ),
        f"{tiles}/{{tileMatrixSetId}}": operation(
            f"{slug}.{COLLECTION_MAP}.getTileSet",
            slug,
            _("Tuiles du raster, dans une pyramide"),
            [matrix(), forms],
            _PAGED,
        ),
        f"{tiles}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _described(
            scope, f"{COLLECTION_MAP}.getTile", _("Une tuile du raster"), tile, _PICTURE
        ),
    }


def _of_tiles(scope: RasterScope) -> Document:
    base, drawing = f"/tiles/raster/{scope.slug}", _drawing(scope)
    form = parameters.parameter("form", {"type": "string", "enum": [*_FORMS]}, location="path")
    paths = {
        f"{base}/{{z}}/{{x}}/{{y}}.{{form}}": _described(
            scope, "tile", _("Une tuile du raster (XYZ)"), [*_xyz(), form, *drawing], _PICTURE
        ),
        f"{base}.json": _described(scope, "tilejson", _("TileJSON du raster"), drawing, _RASTER_OBJECT),
        f"{base}/legend": _described(scope, "legend", _("Légende du raster"), drawing, _RASTER_OBJECT),
        f"{base}/value": _described(
            scope, "value", _("Valeur du raster en un point"), _point(), _RASTER_OBJECT
        ),
    }
    if scope.raster.kind == RasterKind.IMAGE:
        return paths
    summary = _("Statistiques du raster dans une surface")
    return paths | {f"{base}/statistics": _described(scope, "statistics", summary, _areas(), _RASTER_OBJECT)}


def _coverage(scope: RasterScope) -> Document:
    inputs = [
        *_areas(),
        parameters.reference("bbox"),
        parameters.reference("bbox-crs"),
        parameters.forms("geotiff"),
    ]
    summary = _("Valeurs du raster, entières ou découpées")
    described = _described(scope, "coverage", summary, inputs, {GEOTIFF: _BINARY})
    described["get"]["responses"]["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    return {f"/collections/{scope.slug}/coverage": described}


def _described(
    scope: RasterScope, name: str, summary: str, inputs: list[Document], content: Document
) -> Document:
    """Return a path whose answer has an ETag, and fails when the file of the raster cannot be read."""
    described = operation(f"{scope.slug}.{name}", scope.slug, summary, inputs, content)
    answers = described["get"]["responses"]
    answers["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    answers["304"] = {"description": _("Rien n’a changé depuis l’ETag donné.")}
    answers["502"] = {"$ref": "#/components/responses/Unreachable"}
    return described


def _drawing(scope: RasterScope) -> list[Document]:
    """Return what an address may change of the drawing (``tiles.rasters.parsing.addresses``)."""
    band = {"type": "integer", "minimum": 1, "maximum": len(scope.online.bands)}
    bands = {"type": "array", "items": band, "minItems": 1, "maxItems": 3, "uniqueItems": True}
    number = {"type": "number", "minimum": -1e300, "maximum": 1e300}
    ranges = {"type": "array", "items": number, "minItems": 2, "maxItems": 6}
    maps = [name + end for name in COLORMAPS for end in ("", "_r")]
    description = (
        ("bands", bands, _("Un canal, ou trois : rouge, vert, bleu.")),
        ("rescale", ranges, _("Valeurs des deux bouts de l’échelle, ou une paire par canal.")),
        ("colormap", {"type": "string", "enum": maps}, _("Rampe de couleurs, suivie de _r pour l’inverser.")),
        ("resampling", {"type": "string", "enum": list(RESAMPLINGS)}, _("Rééchantillonnage.")),
    )
    return [parameters.parameter(name, schema, words) for name, schema, words in description]


def _xyz() -> list[Document]:
    index = {"type": "integer", "minimum": 0, "maximum": 2**22 - 1}
    zoom = {"type": "integer", "minimum": 0, "maximum": 22}
    return [
        parameters.parameter("z", zoom, _("Zoom."), location="path"),
        parameters.parameter("x", index, _("Colonne, d’ouest en est."), location="path"),
        parameters.parameter("y", index, _("Ligne, du nord au sud."), location="path"),
    ]


def _point() -> list[Document]:
    def degrees(name: str, most: int, description: str) -> Document:
        schema = {"type": "number", "minimum": -most, "maximum": most}
        return parameters.parameter(name, schema, description) | {"required": True}

    return [
        degrees("lon", 180, _("Longitude, en degrés (EPSG:4326).")),
        degrees("lat", 90, _("Latitude, en degrés (EPSG:4326).")),
    ]


def _areas() -> list[Document]:
    shape = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}
    one = {"type": "string", "pattern": r"^[a-z0-9_-]{1,80}:\d{1,18}$"}
    description = str(_AREA)
    return [
        parameters.parameter("commune", {"type": "string", "pattern": "^[0-9AB]{5}$"}, description),
        parameters.parameter("within", shape, _("Surface en WKT ou en GeoJSON, longitude, latitude.")),
        parameters.parameter("feature", one, _("Objet d’une couche de surfaces : couche:identifiant.")),
    ]
