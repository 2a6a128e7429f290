"""The OpenAPI 3.0 description of what is served: every parameter with its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import SERVED
from layers.parsing.cql2 import LANGUAGES
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


_CRS: Document = {"type": "string", "format": "uri", "enum": [crs.uri for crs in SERVED]}
_TEXTS: Document = {"type": "array", "items": {"type": "string"}, "minItems": 1}


def _parameters(slugs: Sequence[str]) -> Document:
    """Describe every parameter, by name."""
    forms = {"type": "string", "enum": ["json", "geojson", "html"]}
    described = (
        _parameter("layer", {"type": "string", "enum": list(slugs)}, place="path"),
        _parameter("id", {"type": "integer", "minimum": 0}, place="path"),
        _parameter("f", forms),
        *_of_selection(),
        *_of_page(),
    )
    return {parameter["name"]: parameter for parameter in described}


def _of_selection() -> tuple[Document, ...]:
    """Describe what selects features."""
    numbers = {"type": "array", "items": {"type": "number"}}
    languages = {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}
    radius = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_RADIUS_M}
    place = _("Géométrie en WKT ou en GeoJSON, longitude, latitude.")
    return (
        _parameter("ids", {"type": "array", "items": {"type": "integer"}, "minItems": 1}),
        _parameter("bbox", numbers | {"minItems": 4, "maxItems": 6}),
        _parameter("bbox-crs", _CRS),
        _parameter("datetime", {"type": "string"}),
        _parameter("commune", _TEXTS, _("Codes INSEE.")),
        _parameter("within", {"type": "string"}, place),
        _parameter("near", numbers | {"minItems": 2, "maxItems": 2}),
        _parameter("radius", radius, _("Mètres.")),
        _parameter("q", {"type": "string", "maxLength": MAX_TEXT}, _("Mots cherchés dans les textes.")),
        _parameter("filter", {"type": "string"}, _("Expression CQL2.")),
        _parameter("filter-lang", languages),
        _parameter("filter-crs", _CRS),
    )


def _of_page() -> tuple[Document, ...]:
    """Describe what shapes a page of features."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    order = _("Noms de propriétés, précédés de - pour un tri décroissant.")
    following = _("Jeton de la page suivante, donné par le lien next.")
    return (
        _parameter("properties", _TEXTS),
        _parameter("sortby", _TEXTS, order),
        _parameter("limit", limit),
        _parameter("cursor", {"type": "string"}, following),
        _parameter("crs", _CRS),
    )


def _parameter(name: str, schema: Document, description: str = "", *, place: str = "query") -> Document:
    parameter: Document = {"name": name, "in": place, "required": place == "path", "schema": schema}
    if schema["type"] == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter | ({"description": description} if description else {})
