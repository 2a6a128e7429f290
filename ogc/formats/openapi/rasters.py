"""A raster in the OpenAPI document: its collection, tilesets, coverage, and what ``/tiles/raster/`` answers of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.http.media_types import HTML, JSON
from layers.access import RasterScope
from layers.parsing.geometry import MAX_CHARACTERS
from layers.parsing.raster_styles import COLORMAPS, RESAMPLINGS
from layers.vocabulary import RasterKind
from ogc.formats.openapi import operation, parameters
from ogc.formats.openapi.tiles import matrix, place
from ogc.formats.rasters import GEOTIFF

Document = dict[str, Any]
_FORMS = {"png": "image/png", "webp": "image/webp"}
_BINARY: Document = {"schema": {"type": "string", "format": "binary"}}
_OBJECT: Document = {JSON: {"schema": {"type": "object"}}}
_PAGED: Document = {**_OBJECT, HTML: {"schema": {"type": "string"}}}
_PICTURE: Document = dict.fromkeys(_FORMS.values(), _BINARY)
_AREA = gettext_lazy("Une surface, et une seule, de commune, within et feature.")


def raster_paths(scope: RasterScope) -> Document:
    """Return the paths of a raster; those of files are told to who may download it."""
    paths = _of_the_api(scope) | (_coverage(scope) if scope.can_download else {})
    # They are at the root of the portal: relative to this document.
    beside = {path: {"servers": [{"url": "/"}], **found} for path, found in _of_tiles(scope).items()}
    return paths | beside


def _of_the_api(scope: RasterScope) -> Document:
    slug, forms = scope.slug, parameters.forms("json", "html")
    base = f"/collections/{slug}"
    tiles = f"{base}/map/tiles"
    tile = [*place(), *_drawing(scope), parameters.forms(*_FORMS)]
    return {
        base: operation(f"{slug}.collection", slug, scope.layer.title, [parameters.forms("json")], _OBJECT),
        tiles: operation(f"{slug}.mapTilesets", slug, _("Tuiles du raster"), [forms], _PAGED),
        f"{tiles}/{{tileMatrixSetId}}": operation(
            f"{slug}.mapTileset", slug, _("Tuiles du raster, dans une pyramide"), [matrix(), forms], _PAGED
        ),
        f"{tiles}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _described(
            scope, "mapTile", _("Une tuile du raster"), tile, _PICTURE
        ),
    }


def _of_tiles(scope: RasterScope) -> Document:
    base, drawing = f"/tiles/raster/{scope.slug}", _drawing(scope)
    form = parameters.parameter("form", {"type": "string", "enum": [*_FORMS]}, place="path")
    paths = {
        f"{base}/{{z}}/{{x}}/{{y}}.{{form}}": _described(
            scope, "tile", _("Une tuile du raster (XYZ)"), [*_xyz(), form, *drawing], _PICTURE
        ),
        f"{base}.json": _described(scope, "tilejson", _("TileJSON du raster"), drawing, _OBJECT),
        f"{base}/legend": _described(scope, "legend", _("Légende du raster"), drawing, _OBJECT),
        f"{base}/value": _described(scope, "value", _("Valeur du raster en un point"), _point(), _OBJECT),
    }
    if scope.raster.kind == RasterKind.IMAGE:
        return paths
    told = _("Statistiques du raster dans une surface")
    return paths | {f"{base}/statistics": _described(scope, "statistics", told, _areas(), _OBJECT)}


def _coverage(scope: RasterScope) -> Document:
    given = [
        *_areas(),
        parameters.reference("bbox"),
        parameters.reference("bbox-crs"),
        parameters.forms("geotiff"),
    ]
    told = _("Valeurs du raster, entières ou découpées")
    described = _described(scope, "coverage", told, given, {GEOTIFF: _BINARY})
    described["get"]["responses"]["403"] = {"$ref": "#/components/responses/NotDownloaded"}
    return {f"/collections/{scope.slug}/coverage": described}


def _described(
    scope: RasterScope, name: str, summary: str, given: list[Document], content: Document
) -> Document:
    """Return a path whose answer has an ETag, and fails when the file of the raster cannot be read."""
    described = operation(f"{scope.slug}.{name}", scope.slug, summary, given, content)
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
    told = (
        ("bands", bands, _("Un canal, ou trois : rouge, vert, bleu.")),
        ("rescale", ranges, _("Valeurs des deux bouts de l’échelle, ou une paire par canal.")),
        ("colormap", {"type": "string", "enum": maps}, _("Rampe de couleurs, suivie de _r pour l’inverser.")),
        ("resampling", {"type": "string", "enum": list(RESAMPLINGS)}, _("Rééchantillonnage.")),
    )
    return [parameters.parameter(name, schema, words) for name, schema, words in told]


def _xyz() -> list[Document]:
    index = {"type": "integer", "minimum": 0, "maximum": 2**22 - 1}
    zoom = {"type": "integer", "minimum": 0, "maximum": 22}
    return [
        parameters.parameter("z", zoom, _("Zoom."), place="path"),
        parameters.parameter("x", index, _("Colonne, d’ouest en est."), place="path"),
        parameters.parameter("y", index, _("Ligne, du nord au sud."), place="path"),
    ]


def _point() -> list[Document]:
    def degrees(name: str, most: int, told: str) -> Document:
        schema = {"type": "number", "minimum": -most, "maximum": most}
        return parameters.parameter(name, schema, told) | {"required": True}

    return [
        degrees("lon", 180, _("Longitude, en degrés (EPSG:4326).")),
        degrees("lat", 90, _("Latitude, en degrés (EPSG:4326).")),
    ]


def _areas() -> list[Document]:
    shape = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}
    one = {"type": "string", "pattern": r"^[a-z0-9_-]{1,80}:\d{1,18}$"}
    told = str(_AREA)
    return [
        parameters.parameter("commune", {"type": "string", "pattern": "^[0-9AB]{5}$"}, told),
        parameters.parameter("within", shape, _("Surface en WKT ou en GeoJSON, longitude, latitude.")),
        parameters.parameter("feature", one, _("Objet d’une couche de surfaces : couche:identifiant.")),
    ]
