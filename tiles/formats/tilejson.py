"""TileJSON 3.0.0: where the tiles of a layer are and what they carry."""

from __future__ import annotations

from typing import Any

from layers.access import Scope
from layers.definitions import Field, FieldType

Bounds = tuple[float, float, float, float]
_TYPES = {FieldType.INTEGER: "Number", FieldType.NUMBER: "Number", FieldType.BOOLEAN: "Boolean"}


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
        "vector_layers": [
            {
                "id": scope.slug,
                "description": layer.title,
                "minzoom": definition.min_zoom,
                "maxzoom": definition.max_zoom,
                "fields": {field.name: _TYPES.get(field.type, "String") for field in fields},
            }
        ],
    }
    if bounds is not None:
        west, south, east, north = bounds
        document["bounds"] = list(bounds)
        document["center"] = [(west + east) / 2, (south + north) / 2, definition.min_zoom]
    return document
