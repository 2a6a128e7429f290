"""What a client writes, in the dialect of OpenAPI 3.0: a whole feature of a layer, or a merge patch of one.

The properties are those the visitor reads; one that the portal computes is ``readOnly``: it may be sent, and
is not written.
"""

from __future__ import annotations

from typing import Any

from layers.access import Scope
from layers.definitions import Field, GeometryType
from layers.parsing.feature import TEXT_FORMS
from layers.parsing.geometry import MAX_VERTICES
from ogc.formats import schemas

Document = dict[str, Any]

_POSITION: Document = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}
_ID: Document = {"nullable": True, "oneOf": [{"type": "integer"}, {"type": "string"}]}
# What an answer holds beside the feature: clients send it back with their changes.
_SENT_BACK: Document = {
    "links": {"type": "array", "items": {"type": "object"}, "readOnly": True},
    "related": {"type": "object", "readOnly": True},
    "warnings": {"type": "array", "items": {"type": "string"}, "readOnly": True},
}


def feature_body(scope: Scope) -> Document:
    """Return the schema of a whole feature."""
    document = _body(scope) | {"required": ["type", "geometry", "properties"]}
    if required := schemas.required_of(scope):
        document["properties"]["properties"]["required"] = required
    return document


def patch_body(scope: Scope) -> Document:
    """Return the schema of a merge patch of a feature (RFC 7396): what it does not name is left alone."""
    return _body(scope)


def _body(scope: Scope) -> Document:
    described = {field.name: _property(scope, field) for field in scope.fields}
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _ID,
            "geometry": _geometry(scope.definition.geometry),
            "properties": {"type": "object", "properties": described, "additionalProperties": False},
            **_SENT_BACK,
        },
        "additionalProperties": False,
    }


def _property(scope: Scope, field: Field) -> Document:
    """Describe a property that is written: null empties it, but where the layer asks for a value."""
    schema = schemas.property_schema(field) | schemas.bounds(scope, field)
    schema.pop("x-ogc-unit", None)
    told: Document = {name: schema.pop(name) for name in ("title", "description") if name in schema}
    if field.name not in schemas.received(scope):
        told["readOnly"] = True
    if field.name not in schemas.required_of(scope):
        schema |= {"nullable": True} | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})
    if field.type not in TEXT_FORMS:
        return told | schema
    return told | {"anyOf": [schema, {"type": "string", "pattern": TEXT_FORMS[field.type]}]}


def _geometry(kind: GeometryType) -> Document:
    if not kind.is_located:
        return {"type": "object", "nullable": True, "enum": [None]}
    line, ring = _many(_POSITION, 2), _many(_POSITION, 4)
    coordinates = {
        GeometryType.POINT: _POSITION,
        GeometryType.MULTI_POINT: _many(_POSITION, 1),
        GeometryType.LINE: line,
        GeometryType.MULTI_LINE: _many(line, 1),
        GeometryType.SURFACE: _many(ring, 1),
        GeometryType.MULTI_SURFACE: _many(_many(ring, 1), 1),
    }
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [kind.value]}, "coordinates": coordinates[kind]},
    }


def _many(each: Document, least: int) -> Document:
    return {"type": "array", "items": each, "minItems": least, "maxItems": MAX_VERTICES}
