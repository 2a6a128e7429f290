"""The OpenAPI 3.0 description of what is served: every parameter with its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import SERVED
from layers.parsing.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_RADIUS_M, MAX_TEXT

Document = dict[str, Any]


def openapi(server: str, scopes: Sequence[Scope]) -> Document:
    """Return the document; ``server`` is the absolute address of the landing page, collections are the visitor's."""
    slugs = [scope.slug for scope in scopes]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Portail de données géographiques"),
            "version": "1.0.0",
            "description": _(
                "OGC API Features : couches ouvertes, et couches internes selon les droits du compte."
            ),
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": {
            "/": _get("landing", _("Page d’accueil de l’API"), ["f"]),
            "/conformance": _get("conformance", _("Classes de conformité"), ["f"]),
            "/collections": _get("collections", _("Couches visibles"), ["f"]),
            "/collections/{layer}": _get("collection", _("Une couche"), ["layer", "f"]),
            "/collections/{layer}/queryables": _get("queryables", _("Propriétés filtrables"), ["layer"]),
            "/collections/{layer}/items": _get("items", _("Objets d’une couche"), ["layer", *_ITEMS]),
            "/collections/{layer}/items/{id}": _get("item", _("Un objet"), ["layer", "id", "crs", "f"]),
        },
        "components": {
            "parameters": _parameters(slugs),
            "responses": {"Problem": _PROBLEM},
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
        },
        "security": [{}, {"basic": []}],
    }


_ITEMS = (
    "bbox", "bbox-crs", "crs", "datetime", "limit", "cursor", "properties", "sortby", "filter", "filter-lang",
    "filter-crs", "q", "commune", "within", "near", "radius", "ids", "f",
)  # fmt: skip
_PROBLEM: Document = {
    "description": "problem+json (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["title", "status"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "parameter": {"type": "string"},
                },
            }
        }
    },
}


def _get(operation: str, summary: str, parameters: Sequence[str]) -> Document:
    is_features = operation in {"items", "item"}
    media_type = "application/geo+json" if is_features else "application/json"
    if operation == "queryables":
        media_type = "application/schema+json"
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {
                "200": {
                    "description": "OK",
                    "content": {
                        media_type: {"schema": {"type": "object"}},
                        "text/html": {"schema": {"type": "string"}},
                    },
                },
                **{status: problem for status in ("400", "401", "404", "429", "503")},
            },
        }
    }


def _parameters(slugs: Sequence[str]) -> Document:
    crs = {"type": "string", "format": "uri", "enum": [crs.uri for crs in SERVED]}
    texts = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return {
        "layer": _parameter("layer", {"type": "string", "enum": list(slugs)}, place="path"),
        "id": _parameter("id", {"type": "integer", "minimum": 0}, place="path"),
        "f": _parameter("f", {"type": "string", "enum": ["json", "geojson", "html"]}),
        "bbox": _parameter(
            "bbox", {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
        ),
        "bbox-crs": _parameter("bbox-crs", crs),
        "crs": _parameter("crs", crs),
        "datetime": _parameter("datetime", {"type": "string"}),
        "limit": _parameter(
            "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        ),
        "cursor": _parameter(
            "cursor", {"type": "string"}, _("Jeton de la page suivante, donné par le lien next.")
        ),
        "properties": _parameter("properties", texts),
        "sortby": _parameter(
            "sortby", texts, _("Noms de propriétés, précédés de - pour un tri décroissant.")
        ),
        "filter": _parameter("filter", {"type": "string"}, _("Expression CQL2.")),
        "filter-lang": _parameter(
            "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}
        ),
        "filter-crs": _parameter("filter-crs", crs),
        "q": _parameter("q", {"type": "string", "maxLength": MAX_TEXT}, _("Mots cherchés dans les textes.")),
        "commune": _parameter("commune", texts, _("Codes INSEE.")),
        "within": _parameter(
            "within", {"type": "string"}, _("Géométrie en WKT ou en GeoJSON, longitude, latitude.")
        ),
        "near": _parameter(
            "near", {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        ),
        "radius": _parameter(
            "radius",
            {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_RADIUS_M},
            _("Mètres."),
        ),
        "ids": _parameter("ids", {"type": "array", "items": {"type": "integer"}, "minItems": 1}),
    }


def _parameter(name: str, schema: Document, description: str = "", *, place: str = "query") -> Document:
    parameter: Document = {"name": name, "in": place, "required": place == "path", "schema": schema}
    if schema["type"] == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter | ({"description": description} if description else {})
