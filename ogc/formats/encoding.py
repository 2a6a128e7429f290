"""The JSON Schema of a feature once written in GeoJSON: validators check answers with it, GDAL reads the types there.

A value may be missing, and GDAL (3.10 to 3.12, seen) reads no list of types: it takes the type of a property, or of the
definition that its ``$ref`` names letter for letter. Whoever follows RFC 6901, 6 decodes that name first. So what may
be null is defined twice: as ``number or null``, which the reference means, and under that name as an address writes it,
``number%20or%20null``, with the type alone.
"""

from __future__ import annotations

from typing import Any

from layers import queries
from layers.access import Scope
from layers.definitions import Field
from layers.queries import Width
from ogc.formats import schemas

Document = dict[str, Any]
_OF_VALUES = ("type", "format", "items")


def encoding(address: str, scope: Scope) -> Document:
    """Return the schema of one feature; a member that it does not name may be there.

    GDAL reads an integer into four bytes. A column of eight is described as one where its values fit, as a number where
    they do not and the first page, which would tell, has none; else it is left out, and GDAL looks at the values.
    """
    widths = queries.integer_widths(scope, [field for field in scope.fields if schemas.is_long(scope, field)])
    definitions: Document = {}
    properties = {
        field.name: _property(scope, field, definitions, is_wide=widths.get(field.name) is Width.EXACT)
        for field in scope.fields
        if widths.get(field.name) is not Width.LONG
    }
    feature = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "integer"},
        "geometry": _geometry(scope),
        "properties": {"type": "object", "properties": properties},
    }
    document: Document = {
        "$schema": schemas.DIALECT,
        "$id": address,
        "type": "object",
        "title": scope.layer.title,
        "required": ["type", "id", "geometry", "properties"],
        "properties": feature,
    }
    return document | ({"$defs": definitions} if definitions else {})


def _property(scope: Scope, field: Field, definitions: Document, *, is_wide: bool) -> Document:
    """Describe a property; what may be null is added to the definitions and referred to."""
    described = schemas.described(scope, field)
    if is_wide:
        described["type"] = "number"
    if not schemas.may_be_null(scope, field):
        return described
    value = {name: described[name] for name in _OF_VALUES if name in described}
    described.pop("type")
    described.pop("format", None)
    if "enum" in described:
        described["enum"] = [*described["enum"], None]
    if "items" in value:
        value["items"] = {"type": value["items"]["type"]}
    name = value.get("format", value["type"])
    definitions[f"{name} or null"] = value | {"type": [value["type"], "null"]}
    definitions[f"{name}%20or%20null"] = value
    return {"$ref": f"#/$defs/{name}%20or%20null"} | described


def _geometry(scope: Scope) -> Document:
    """Describe the geometry as GeoJSON writes it (RFC 7946, 3.1); null for a table and where a row may have none."""
    kind = scope.definition.geometry
    if not kind.is_located:
        return {"type": "null"}
    is_empty_allowed = scope.definition.model._meta.get_field("geom").null
    return {
        "type": ["object", "null"] if is_empty_allowed else "object",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": [kind.value]},
            "coordinates": {"type": "array"},
        },
    }
