"""OGC API Tiles in the OpenAPI document: matrix sets, tilesets of the portal and of each layer, and their tiles."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.http.media_types import HTML, JSON
from layers.access import Scope
from layers.formats.mvt import MEDIA_TYPE
from layers.parsing.query import SELECTING
from layers.sql.tile_matrix_sets import SERVED
from ogc.formats.openapi import operation, parameters

Document = dict[str, Any]
# As many as ``tiles.parsing`` accepts in one tile.
MAX_LAYERS = 40
_OBJECT: Document = {JSON: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
_TILE: Document = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
_COLLECTIONS = gettext_lazy("Couches de la tuile, séparées par des virgules ; sans lui, celles du portail.")


def portal_tile_paths() -> Document:
    """Return the paths of matrix sets and of the tilesets of the portal."""
    tag, forms = "portail", parameters.forms("json", "html")
    slug = {"type": "string", "pattern": r"^[a-z0-9_-]{1,80}$"}
    names = {"type": "array", "items": slug, "minItems": 1, "maxItems": MAX_LAYERS, "uniqueItems": True}
    chosen = parameters.parameter("collections", names, str(_COLLECTIONS))
    tile = [*place(), chosen, _mvt()]
    return {
        "/tileMatrixSets": operation("matrixSets", tag, _("Pyramides de tuiles"), [forms], _OBJECT),
        "/tileMatrixSets/{tileMatrixSetId}": operation(
            "matrixSet", tag, _("Une pyramide de tuiles"), [matrix(), forms], _OBJECT
        ),
        "/tiles": operation("tilesets", tag, _("Tuiles du portail"), [chosen, forms], _OBJECT),
        "/tiles/{tileMatrixSetId}": operation(
            "tileset", tag, _("Tuiles du portail, dans une pyramide"), [matrix(), chosen, forms], _OBJECT
        ),
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": _tile(
            "tile", tag, _("Une tuile de plusieurs couches"), tile
        ),
    }


def tile_paths(scope: Scope) -> Document:
    """Return the paths of the tilesets of a layer, none for a table."""
    if not scope.definition.geometry.is_located:
        return {}
    slug, forms = scope.slug, parameters.forms("json", "html")
    base = f"/collections/{slug}/tiles"
    asked = [found for found in parameters.of_items(scope) if _name(found) in _OF_TILES]
    return {
        base: operation(f"{slug}.tilesets", slug, _("Tuiles de la couche"), [forms], _OBJECT),
        f"{base}/{{tileMatrixSetId}}": operation(
            f"{slug}.tileset", slug, _("Tuiles de la couche, dans une pyramide"), [matrix(), forms], _OBJECT
        ),
        f"{base}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile(
            f"{slug}.tile", slug, _("Une tuile de la couche"), [*place(), *asked, _mvt()]
        ),
    }


_OF_TILES = frozenset({*SELECTING, "properties"})


def _tile(name: str, tag: str, summary: str, given: list[Document]) -> Document:
    described = operation(name, tag, summary, given, _TILE, is_features=True)
    described["get"]["responses"]["204"] = {"description": _("Rien dans cette tuile.")}
    return described


def matrix() -> Document:
    """Return the path parameter that names a tile matrix set."""
    ids = {"type": "string", "enum": [matrix.id for matrix in SERVED]}
    return parameters.parameter("tileMatrixSetId", ids, _("Pyramide de tuiles."), place="path")


def place() -> list[Document]:
    """Return the path parameters of a tile."""
    zoom = {"type": "string", "pattern": r"^(1?\d|2[0-2])$"}
    index = {"type": "integer", "minimum": 0, "maximum": 2**22 - 1}
    return [
        matrix(),
        parameters.parameter("tileMatrix", zoom, _("Zoom."), place="path"),
        parameters.parameter("tileRow", index, _("Ligne, du nord au sud."), place="path"),
        parameters.parameter("tileCol", index, _("Colonne, d’ouest en est."), place="path"),
    ]


def _mvt() -> Document:
    return parameters.parameter("f", {"type": "string", "enum": ["mvt"]}, _("Forme de la réponse."))


def _name(parameter: Document) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name
