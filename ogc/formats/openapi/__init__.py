"""The OpenAPI 3.0 description of the API for a visitor: each layer, parameters with bounds, answers, errors.

Paths are written layer by layer, not with a template: clients such as GDAL look for ``/collections/{id}/items`` by
name to find the fields, which depend on the visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import GEOJSON, GEOJSON_SEQ, HTML, JSON, JSONFG, OPENAPI, SCHEMA
from layers.access import RasterScope, Scope
from layers.visitor import PLAN_DATE_PARAMETER
from ogc.formats.openapi import parameters
from ogc.formats.openapi.parameters import SCHEMAS, named

Document = dict[str, Any]
# A description of one more path, for a layer: what other modules of the API serve under it.
MorePaths = Callable[[Scope], Document]

_PORTAL = "portail"
_TEXT: Document = {"type": "string"}
_PROBLEMS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "404": "NotFound",
    "405": "NotAllowed",
    "414": "TooLongAddress",
    "429": "TooManyRequests",
    "503": "TooSlow",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What another application serves under the API, of no single layer; all of it takes ``plan-date``."""

    tag: str
    description: str
    paths: Document
    schemas: Mapping[str, Document] = field(default_factory=dict)


def openapi(
    server: str,
    scopes: Sequence[Scope],
    *,
    rasters: Sequence[RasterScope] = (),
    more: Sequence[MorePaths] = (),
    extra: Document | None = None,
    subjects: Sequence[Subject] = (),
) -> Document:
    """Return the document; ``server`` is the absolute address of the landing page, collections are the visitor's.

    ``more`` describe further paths of a layer, ``extra`` are further paths of the portal and of its ``rasters``.
    """
    paths = _of_the_portal() | (extra or {})
    schemas = dict(SCHEMAS)
    for subject in subjects:
        paths |= subject.paths
        schemas |= subject.schemas
    for scope in scopes:
        paths |= _of_a_layer(scope)
        for described in more:
            for path, item in described(scope).items():
                paths[path] = paths.get(path, {}) | item
    dated = {scope.slug for scope in scopes if scope.definition.dated}
    if dated:
        _add_plan_date(paths, dated | {_PORTAL})
        for subject in subjects:
            _add_plan_date(subject.paths, {subject.tag}, methods=("get", "post"))
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Portail de données géographiques"),
            "version": "1.0.0",
            "description": _(
                "OGC API Features, Tiles et Records : couches ouvertes, et couches internes selon les droits du compte."
            ),
        },
        "servers": [{"url": server.rstrip("/")}],
        "tags": [
            {"name": _PORTAL},
            {"name": "catalogue", "description": _("Catalogue des données")},
            *({"name": subject.tag, "description": subject.description} for subject in subjects),
            *({"name": s.slug, "description": s.layer.title} for s in scopes),
            *({"name": s.slug, "description": s.layer.title} for s in rasters),
        ],
        "paths": paths,
        "components": {
            "parameters": parameters.shared() | (parameters.plan_date() if dated else {}),
            "schemas": schemas,
            "headers": _HEADERS,
            "responses": _problems(),
            "securitySchemes": _security(),
        },
        "security": [{}, {"basic": []}, {"bearer": []}, {"token": []}],
    }


def _add_plan_date(paths: Document, tags: Collection[str], methods: Sequence[str] = ("get",)) -> None:
    """Add ``plan-date`` to every read of layers that have versions in time, and of the portal as a whole."""
    for read in (path[method] for path in paths.values() for method in methods if method in path):
        if not set(read["tags"]).isdisjoint(tags):
            read["parameters"] = [*read["parameters"], parameters.reference(PLAN_DATE_PARAMETER)]


def operation(
    name: str,
    tag: str,
    summary: str,
    inputs: Sequence[Document],
    content: Document,
    *,
    is_features: bool = False,
) -> Document:
    """Return a path that answers GET alone; ``content`` is by media type."""
    headers = {"ETag": _HEADER_ETAG, "Content-Crs": _HEADER_CRS, "Link": _HEADER_LINK} if is_features else {}
    unchanged = {"304": {"description": _("Rien n’a changé depuis l’ETag donné.")}} if is_features else {}
    return {
        "get": {
            "operationId": name,
            "tags": [tag],
            "summary": summary,
            "parameters": list(inputs),
            "responses": {
                "200": {"description": "OK", "headers": headers, "content": content},
                **unchanged,
                **{
                    status: {"$ref": f"#/components/responses/{response}"}
                    for status, response in _PROBLEMS.items()
                },
            },
        }
    }


def _of_the_portal() -> Document:
    tag, forms = _PORTAL, [parameters.forms("json", "html")]
    return {
        "/": operation("landing", tag, _("Page d’accueil de l’API"), forms, _both("landing")),
        "/conformance": operation(
            "conformance", tag, _("Classes de conformité"), forms, _both("conformance")
        ),
        "/functions": operation("functions", tag, _("Fonctions des filtres"), forms, _both("functions")),
        "/openapi.json": operation(
            "openapi", tag, _("Ce document"), [], {OPENAPI: {"schema": {"type": "object"}}}
        ),
        "/collections": operation("collections", tag, _("Couches visibles"), forms, _both("collections")),
    }


def _of_a_layer(scope: Scope) -> Document:
    slug = scope.slug
    base, forms = f"/collections/{slug}", [parameters.forms("json", "html")]
    schema = {SCHEMA: {"schema": named("jsonSchema")}, HTML: {"schema": _TEXT}}
    return {
        base: operation(f"{slug}.collection", slug, scope.layer.title, forms, _both("collection")),
        f"{base}/queryables": operation(
            f"{slug}.queryables", slug, _("Propriétés filtrables"), forms, schema
        ),
        f"{base}/sortables": operation(f"{slug}.sortables", slug, _("Propriétés de tri"), forms, schema),
        f"{base}/schema": operation(
            f"{slug}.schema", slug, _("Schéma des objets"), [*parameters.of_schema(scope), *forms], schema
        ),
        f"{base}/schemas/feature": operation(
            f"{slug}.encoding", slug, _("Schéma des objets en GeoJSON"), forms, schema
        ),
        f"{base}/items": operation(
            f"{slug}.items", slug, _("Objets"), parameters.of_items(scope), _features(), is_features=True
        ),
        f"{base}/items/{{id}}": operation(
            f"{slug}.item", slug, _("Un objet"), _of_an_item(), _feature(), is_features=True
        ),
    }


def _of_an_item() -> list[Document]:
    forms = parameters.forms("json", "geojson", "jsonfg", "html")
    return [parameters.identifier(), parameters.reference("crs"), forms]


def _both(name: str) -> Document:
    return {JSON: {"schema": named(name)}, HTML: {"schema": _TEXT}}


def _features() -> Document:
    return {
        GEOJSON: {"schema": named("featureCollectionGeoJSON")},
        JSONFG: {"schema": named("featureCollectionJSONFG")},
        GEOJSON_SEQ: {"schema": _TEXT},
        HTML: {"schema": _TEXT},
    }


def _feature() -> Document:
    return {
        GEOJSON: {"schema": named("featureGeoJSON")},
        JSONFG: {"schema": named("featureJSONFG")},
        HTML: {"schema": _TEXT},
    }


_HEADERS: Document = {
    "ETag": {"description": "RFC 9110, 8.8.3", "schema": _TEXT},
    "ContentCrs": {"description": "OGC 18-058r1", "schema": _TEXT},
    "Link": {"description": "RFC 8288", "schema": _TEXT},
    "Authenticate": {"description": "RFC 9110, 11.6.1", "schema": _TEXT},
    "RetryAfter": {"description": "RFC 9110, 10.2.3", "schema": {"type": "integer", "minimum": 0}},
}
_HEADER_ETAG = {"$ref": "#/components/headers/ETag"}
_HEADER_CRS = {"$ref": "#/components/headers/ContentCrs"}
_HEADER_LINK = {"$ref": "#/components/headers/Link"}


def _problems() -> Document:
    """Return the error answers, as problem+json (RFC 9457), or as a page for browsers."""
    waits = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    asks = {"WWW-Authenticate": {"$ref": "#/components/headers/Authenticate"}}
    messages = {
        "BadRequest": (_("Paramètre inconnu ou valeur incorrecte ; « parameter » le nomme."), {}),
        "Unauthorized": (_("Identification requise ou refusée."), asks),
        "NotFound": (_("Ni couche ni objet de ce nom pour ce visiteur."), {}),
        "NotAllowed": (_("Méthode non admise ; l’en-tête Allow dit lesquelles le sont."), {}),
        "TooLongAddress": (_("L’adresse est trop longue."), {}),
        "TooManyRequests": (_("Trop de tentatives."), waits),
        "TooSlow": (_("La réponse demanderait trop de temps."), waits),
        "Forbidden": (_("L’objet sort de ce que ce visiteur peut modifier."), {}),
        "NotDownloaded": (_("La couche ne se télécharge pas avec les droits du visiteur."), {}),
        "Stale": (_("L’objet a changé depuis la version que nomme If-Match."), {}),
        "TooLarge": (_("Le corps est trop volumineux."), {}),
        "NotRead": (_("Le corps n’est pas dans un format lu ici."), {}),
        "Unreachable": (_("Le fichier du raster ne peut pas être lu."), {}),
        "NoVersion": (_("If-Match manque."), {}),
        "NoRoom": (_("Le portail n’a plus la place d’écrire ce fichier."), {}),
    }
    content = {"application/problem+json": {"schema": named("problem")}, HTML: {"schema": _TEXT}}
    return {
        name: {"description": description, "headers": headers, "content": content}
        for name, (description, headers) in messages.items()
    }


def _security() -> Document:
    token = _("Jeton dans l’adresse, en dernier recours : préférez Authorization.")
    return {
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": _("Compte et mot de passe, ou compte et jeton personnel."),
        },
        "bearer": {"type": "http", "scheme": "bearer", "description": _("Jeton personnel.")},
        "token": {"type": "apiKey", "in": "query", "name": "token", "description": token},
    }
