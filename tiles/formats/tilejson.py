"""TileJSON 3.0.0: where the tiles of a layer are and what they carry."""

from __future__ import annotations

from typing import Any

from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.formats.mvt import rendering

Bounds = tuple[float, float, float, float]
_TYPES = {FieldType.INTEGER: "Number", FieldType.NUMBER: "Number", FieldType.BOOLEAN: "Boolean"}


def _layers(scope: Scope, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Return what the tiles hold: the layer, and the points that stand for its surfaces where its style needs them."""
    described = {
        "id": scope.slug,
        "description": scope.layer.title,
        "minzoom": scope.definition.min_zoom,
        "maxzoom": scope.definition.max_zoom,
        "fields": {field.name: _TYPES.get(field.type, "String") for field in fields},
    }
    first = rendering.first_anchor_zoom(scope)
    if first is None:
        return [described]
    zooms = {"minzoom": max(first, scope.definition.min_zoom)}
    return [described, described | {"id": scope.slug + rendering.ANCHORS_SUFFIX} | zooms]


def tilejson(
    scope: Scope, fields: tuple[Field, ...], bounds: Bounds | None, *, template: str
) -> dict[str, Any]:
    """Return the document; ``template`` is the absolute address of a tile with {z}, {x} and {y}."""
    definition, layer = scope.definition, scope.layer
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.abstract,
        "attribution": layer.source,
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": definition.min_zoom,
        "maxzoom": definition.max_zoom,
        "vector_layers": _layers(scope, fields),
    }
    if bounds is not None:
        west, south, east, north = bounds
        document["bounds"] = list(bounds)
        document["center"] = [(west + east) / 2, (south + north) / 2, definition.min_zoom]
    return document
