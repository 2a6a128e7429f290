"""What writes in the OpenAPI document: only the methods that its reader may use, added to the paths of features.

A body is a whole feature of a layer, or a merge patch of one. Its properties are those the visitor reads; one that the
portal computes is ``readOnly``: it may be sent, and is not written.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import GEOJSON, JSON, MERGE_PATCH
from layers.access import Scope
from layers.crs import SERVED
from layers.definitions import Field, GeometryType
from layers.parsing.feature import TEXT_FORMS
from layers.parsing.geometry import MAX_VERTICES
from ogc.formats import schemas
from ogc.formats.openapi import parameters
from ogc.formats.openapi.parameters import named

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
    if required := [name for name in schemas.required_of(scope) if _is_writable(scope, name)]:
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
    """Describe a writable property: null empties it, unless the layer requires a value."""
    schema = schemas.property_schema(field) | schemas.bounds(scope, field)
    schema.pop("x-ogc-unit", None)
    texts: Document = {name: schema.pop(name) for name in ("title", "description") if name in schema}
    if field.name not in schemas.received(scope) or not _is_writable(scope, field.name):
        texts["readOnly"] = True
    if field.name not in schemas.required_of(scope):
        schema |= {"nullable": True} | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})
    if field.type not in TEXT_FORMS:
        return texts | schema
    return texts | {"anyOf": [schema, {"type": "string", "pattern": TEXT_FORMS[field.type]}]}


def _is_writable(scope: Scope, name: str) -> bool:
    """Whether grants let the visitor write a field of some feature."""
    return scope.written_fields is None or name in scope.written_fields


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


_TEXT: Document = {"type": "string"}
_TAGS: Document = {"type": "string", "minLength": 1, "maxLength": 4_096}
_SYSTEM: Document = {"type": "string", "enum": [f"<{crs.uri}>" for crs in SERVED]}
_REFUSALS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "405": "NotAllowed",
    "429": "TooManyRequests",
    "503": "TooSlow",
}
_OF_BODIES = {"413": "TooLarge", "415": "NotRead"}
_OF_VERSIONS = {"412": "Stale", "428": "NoVersion"}


def writing_paths(scope: Scope, methods: Collection[str]) -> Document:
    """Return the operations that write of a layer, by path; ``methods`` are those the visitor may use."""
    items, item = f"/collections/{scope.slug}/items", f"/collections/{scope.slug}/items/{{id}}"
    described = {
        "POST": (items, _("Créer un objet"), (GEOJSON, JSON), "201"),
        "PUT": (item, _("Remplacer un objet"), (GEOJSON, JSON), "200"),
        "PATCH": (item, _("Modifier un objet"), (MERGE_PATCH, JSON), "200"),
        "DELETE": (item, _("Supprimer un objet"), (), "204"),
    }
    paths: Document = {}
    for method, (path, summary, forms, status) in described.items():
        if method in methods:
            described = _operation(scope, method, summary, forms, status)
            paths.setdefault(path, {})[method.lower()] = described
    return paths


def _operation(scope: Scope, method: str, summary: str, forms: tuple[str, ...], status: str) -> Document:
    refusals = _REFUSALS | (_OF_BODIES if forms else {}) | ({} if method == "POST" else _OF_VERSIONS)
    answer: Document = {"description": "OK"}
    if forms:
        answer |= {"content": {GEOJSON: {"schema": named("featureGeoJSON")}}, "headers": _headers(method)}
    operation = {
        "operationId": f"{scope.slug}.{method.lower()}",
        "tags": [scope.slug],
        "summary": summary,
        "parameters": _inputs(scope, method, has_body=bool(forms)),
        "responses": {
            status: answer,
            **{code: {"$ref": f"#/components/responses/{name}"} for code, name in refusals.items()},
        },
        "security": [{"basic": []}, {"bearer": []}, {"token": []}],
    }
    if forms:
        schema = patch_body(scope) if method == "PATCH" else feature_body(scope)
        operation["requestBody"] = {"required": True, "content": {form: {"schema": schema} for form in forms}}
    return operation


def _inputs(scope: Scope, method: str, *, has_body: bool) -> list[Document]:
    version = _("ETag de l’objet lu, ou * pour écrire quelle que soit sa version.")
    system = _("Système de coordonnées de la géométrie envoyée ; CRS84 par défaut.")
    starts = parameters.parameter("If-Match", _TAGS, version, location="header") | {"required": True}
    inputs = [] if method == "POST" else [parameters.identifier(), starts]
    if has_body and scope.definition.geometry.is_located:
        inputs.append(parameters.parameter("Content-Crs", _SYSTEM, system, location="header"))
    return inputs


def _headers(method: str) -> Document:
    address = {"Location": {"description": "RFC 9110, 10.2.2", "schema": _TEXT}} if method == "POST" else {}
    return {"ETag": {"$ref": "#/components/headers/ETag"}, **address}
