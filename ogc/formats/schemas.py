"""What a feature is made of, as JSON Schema 2020-12: queryables, sortables and the schema of the features.

OGC 19-079r2, 6.2 (queryables) and 23-058r2 (schemas: roles, order, what is returned and what is received).

``geojson_schema`` describes a feature once written in GeoJSON: validators check answers with it, GDAL reads the types
there. A value may be missing, and GDAL (3.10 to 3.12, seen) reads no list of types: it takes the type of a property,
or of the definition that its ``$ref`` names letter for letter. Readers that follow RFC 6901, 6 decode that name
first. So nullable types are defined twice: as ``number or null``, and under the encoded name, ``number%20or%20null``,
with the type alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.validators import BaseValidator, MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils.translation import gettext as _

from layers import queries
from layers.access import Scope
from layers.definitions import ID, Field, FieldType, LayerDefinition
from layers.queries import Width

Document = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def queryables(address: str, scope: Scope) -> Document:
    """Return the properties the visitor may filter on."""
    properties = {name: property_schema(field) for name, field in scope.filterable.items()}
    return _schema(address, scope, properties | _geometry(scope))


def sortables(address: str, scope: Scope) -> Document:
    """Return the properties the visitor may sort on: those whose values have an order."""
    return _schema(address, scope, {name: property_schema(field) for name, field in sortable(scope).items()})


def features(address: str, scope: Scope) -> Document:
    """Return what a feature holds: what is returned, and what is received when it is not ``readOnly``."""
    fields = [ID, *(field for field in scope.fields if field.name != ID.name)]
    properties: Document = {}
    for sequence, field in enumerate(fields, start=1):
        properties[field.name] = described(scope, field) | {"x-ogc-propertySeq": sequence}
        if field is ID or not _is_received(scope.definition, field):
            properties[field.name]["readOnly"] = True
    properties[ID.name]["x-ogc-role"] = "id"
    if scope.time_field:
        properties[scope.time_field.name]["x-ogc-role"] = "primary-instant"
    required = required_of(scope)
    for name, geometry in _geometry(scope).items():
        properties[name] = geometry | {"x-ogc-propertySeq": len(fields) + 1}
        required += [] if scope.definition.model._meta.get_field(name).null else [name]
    return _schema(address, scope, properties) | ({"required": required} if required else {})


def with_matches(document: Document, address: str, added: Iterable[Field]) -> Document:
    """Return the schema of features that ``matched=true`` gives more fields: after the others, never received.

    ``address`` is where this one is: it describes one question, as the answer's ``featureSchema`` names it.
    """
    properties: Document = dict(document["properties"])
    for sequence, field in enumerate(added, start=len(properties) + 1):
        properties[field.name] = property_schema(field) | {"x-ogc-propertySeq": sequence, "readOnly": True}
    return document | {"$id": address, "properties": properties}


def described(scope: Scope, field: Field) -> Document:
    """Return the JSON Schema of a property as rows hold it: a text column that may be empty adds that to its codes."""
    schema, column = property_schema(field), _column(scope.definition, field)
    if "enum" in schema and column is not None and column.blank:
        schema["enum"] = ["", *schema["enum"]]
    return schema


def may_be_null(scope: Scope, field: Field) -> bool:
    """Whether a row may have no value there; what is computed or found through a relation may always be missing."""
    column = _column(scope.definition, field)
    return column is None or column.null or column.generated


def is_long(scope: Scope, field: Field) -> bool:
    """Whether a field holds integers of eight bytes."""
    return isinstance(_column(scope.definition, field), models.BigIntegerField)


def sortable(scope: Scope) -> dict[str, Field]:
    """Return the fields that may be sorted on, by name."""
    return {name: field for name, field in scope.filterable.items() if field.is_sortable}


def received(scope: Scope) -> set[str]:
    """Return the names of the fields that a client may write: columns of the feature itself that nothing computes."""
    return {field.name for field in scope.fields if _is_received(scope.definition, field)}


def bounds(scope: Scope, field: Field) -> Document:
    """Return what the column of a field accepts at most, as keywords of JSON Schema; nothing for a computed field."""
    column = _column(scope.definition, field)
    if column is None or field.type not in {FieldType.TEXT, FieldType.INTEGER, FieldType.NUMBER}:
        return {}
    keywords: Document = {}
    for validator in column.validators:
        keyword = _KEYWORDS.get(type(validator))
        if keyword is not None and isinstance(validator, BaseValidator):
            limit = validator.limit_value() if callable(validator.limit_value) else validator.limit_value
            keywords[keyword] = float(limit) if isinstance(limit, Decimal) else limit
    return keywords


_KEYWORDS: dict[type, str] = {
    MinValueValidator: "minimum",
    MaxValueValidator: "maximum",
    MaxLengthValidator: "maxLength",
}


def property_schema(field: Field) -> Document:
    """Return the JSON Schema of a published property."""
    schema: Document = {"title": str(field.title)}
    if field.type in {FieldType.DATE, FieldType.DATETIME}:
        schema |= {"type": "string", "format": field.type.value}
    elif field.type is FieldType.TEXTS:
        schema |= {"type": "array", "items": {"type": "string"}}
    else:
        schema["type"] = field.type.value
    if field.description:
        schema["description"] = str(field.description)
    if field.unit:
        schema["x-ogc-unit"] = field.unit
    if field.choices:
        codes = [code for code, _title in field.choices]
        (schema["items"] if field.type is FieldType.TEXTS else schema)["enum"] = codes
    return schema


def _schema(address: str, scope: Scope, properties: Document) -> Document:
    return {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": scope.layer.title,
        "description": scope.layer.abstract,
        "properties": properties,
        "additionalProperties": False,
    }


def _geometry(scope: Scope) -> Document:
    if not scope.definition.geometry.is_located:
        return {}
    kind = scope.definition.geometry.value.lower()
    return {"geom": {"title": _("Géométrie"), "format": f"geometry-{kind}", "x-ogc-role": "primary-geometry"}}


def _is_received(definition: LayerDefinition, field: Field) -> bool:
    """Whether a client may write the field: a column of the feature itself that nothing computes."""
    column = _column(definition, field)
    return column is not None and column.editable and not column.primary_key


def required_of(scope: Scope) -> list[str]:
    """Return the fields that a client must write: received, never empty and without a value of their own."""
    return [field.name for field in scope.fields if _is_required(scope.definition, field)]


def _is_required(definition: LayerDefinition, field: Field) -> bool:
    column = _column(definition, field)
    if column is None or not _is_received(definition, field):
        return False
    has_value = column.has_default() or column.db_default is not NOT_PROVIDED
    return not (column.null or column.blank or has_value)


def _column(definition: LayerDefinition, field: Field) -> models.Field[Any, Any] | None:
    """Return the column of the layer's own table that a field publishes, None for one found through a relation."""
    columns = {column.attname: column for column in definition.model._meta.concrete_fields}
    return columns.get(field.source)


_OF_VALUES = ("type", "format", "items")


def geojson_schema(address: str, scope: Scope) -> Document:
    """Return the schema of one feature; a member that it does not name may be there.

    GDAL reads an integer into four bytes. A column of eight is described as one where its values fit, as a number
    where they do not and the first page has no larger value; else it is left out, and GDAL reads the values.
    """
    widths = queries.integer_widths(scope, [field for field in scope.fields if is_long(scope, field)])
    definitions: Document = {}
    properties = {
        field.name: _geojson_property(
            scope, field, definitions, is_wide=widths.get(field.name) is Width.EXACT
        )
        for field in scope.fields
        if widths.get(field.name) is not Width.LONG
    }
    feature = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "integer"},
        "geometry": _geojson_geometry(scope),
        "properties": {"type": "object", "properties": properties},
    }
    document: Document = {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": scope.layer.title,
        "required": ["type", "id", "geometry", "properties"],
        "properties": feature,
    }
    return document | ({"$defs": definitions} if definitions else {})


def _geojson_property(scope: Scope, field: Field, definitions: Document, *, is_wide: bool) -> Document:
    """Describe a property; what may be null is added to the definitions and referred to."""
    schema = described(scope, field)
    if is_wide:
        schema["type"] = "number"
    if not may_be_null(scope, field):
        return schema
    value = {name: schema[name] for name in _OF_VALUES if name in schema}
    schema.pop("type")
    schema.pop("format", None)
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "items" in value:
        value["items"] = {"type": value["items"]["type"]}
    name = value.get("format", value["type"])
    definitions[f"{name} or null"] = value | {"type": [value["type"], "null"]}
    definitions[f"{name}%20or%20null"] = value
    return {"$ref": f"#/$defs/{name}%20or%20null"} | schema


def _geojson_geometry(scope: Scope) -> Document:
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
