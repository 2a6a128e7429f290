"""What writes in the OpenAPI document: only the methods that its reader may use, added to the paths of features."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import GEOJSON, JSON, MERGE_PATCH
from layers.access import Scope
from layers.crs import SERVED
from ogc.formats.openapi import parameters
from ogc.formats.openapi.bodies import feature_body, patch_body
from ogc.formats.openapi.schemas import named

Document = dict[str, Any]
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
            told = _operation(scope, method, summary, forms, status)
            paths.setdefault(path, {})[method.lower()] = told
    return paths


def _operation(scope: Scope, method: str, summary: str, forms: tuple[str, ...], status: str) -> Document:
    refusals = _REFUSALS | (_OF_BODIES if forms else {}) | ({} if method == "POST" else _OF_VERSIONS)
    answer: Document = {"description": "OK"}
    if forms:
        answer |= {"content": {GEOJSON: {"schema": named("featureGeoJSON")}}, "headers": _headers(method)}
    told = {
        "operationId": f"{scope.slug}.{method.lower()}",
        "tags": [scope.slug],
        "summary": summary,
        "parameters": _given(scope, method, has_body=bool(forms)),
        "responses": {
            status: answer,
            **{code: {"$ref": f"#/components/responses/{name}"} for code, name in refusals.items()},
        },
        "security": [{"basic": []}, {"bearer": []}, {"token": []}],
    }
    if forms:
        schema = patch_body(scope) if method == "PATCH" else feature_body(scope)
        told["requestBody"] = {"required": True, "content": {form: {"schema": schema} for form in forms}}
    return told


def _given(scope: Scope, method: str, *, has_body: bool) -> list[Document]:
    version = _("ETag de l’objet lu, ou * pour écrire quelle que soit sa version.")
    system = _("Système de coordonnées de la géométrie envoyée ; CRS84 par défaut.")
    starts = parameters.parameter("If-Match", _TAGS, version, place="header") | {"required": True}
    given = [] if method == "POST" else [parameters.identifier(), starts]
    if has_body and scope.definition.geometry.is_located:
        given.append(parameters.parameter("Content-Crs", _SYSTEM, system, place="header"))
    return given


def _headers(method: str) -> Document:
    address = {"Location": {"description": "RFC 9110, 10.2.2", "schema": _TEXT}} if method == "POST" else {}
    return {"ETag": {"$ref": "#/components/headers/ETag"}, **address}
