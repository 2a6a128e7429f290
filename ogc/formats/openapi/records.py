"""The catalogue of records in the OpenAPI document (OGC API – Records 20-004r1, oas30)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import GEOJSON, HTML, JSON, SCHEMA
from layers.parsing.query import MAX_IDS, MAX_TEXT
from ogc.formats.openapi import operation, parameters
from ogc.formats.openapi.parameters import named

Document = dict[str, Any]
_TAG, _BASE = "catalogue", "/collections/catalogue"
_TEXT: Document = {"type": "string"}
# As ``harvesting.records.parsing`` reads them.
_DEFAULT_LIMIT, _MAX_LIMIT = 100, 1_000
_SORTABLES = ("id", "type", "title", "created", "updated")


def record_paths() -> Document:
    """Return the paths of the catalogue."""
    both: Document = {JSON: {"schema": {"type": "object"}}, HTML: {"schema": _TEXT}}
    features: Document = {GEOJSON: {"schema": {"type": "object"}}, HTML: {"schema": _TEXT}}
    schema: Document = {SCHEMA: {"schema": named("jsonSchema")}}
    forms, form = parameters.forms("json", "html"), parameters.forms("json", "geojson", "html")
    record = parameters.parameter("record", _TEXT | {"minLength": 1, "maxLength": 255}, location="path")
    return {
        _BASE: operation("catalogue.collection", _TAG, _("Catalogue des données"), [forms], both),
        f"{_BASE}/items": operation(
            "catalogue.items", _TAG, _("Fiches du catalogue"), [*_parameters(), form], features
        ),
        f"{_BASE}/items/{{record}}": operation(
            "catalogue.item", _TAG, _("Une fiche du catalogue"), [record, form], features
        ),
        **{
            f"{_BASE}/{name}": operation(f"catalogue.{name}", _TAG, title, [], schema)
            for name, title in (
                ("queryables", _("Propriétés filtrables")),
                ("sortables", _("Propriétés de tri")),
                ("schema", _("Schéma des fiches")),
            )
        },
    }


def _parameters() -> list[Document]:
    text = _TEXT | {"minLength": 1, "maxLength": MAX_TEXT}
    texts: Document = {"type": "array", "items": text, "minItems": 1, "maxItems": MAX_IDS}
    degrees: Document = {"type": "number", "minimum": -180, "maximum": 180}
    box: Document = {"type": "array", "items": degrees, "minItems": 4, "maxItems": 4}
    limit: Document = {
        "type": "integer", "minimum": 1, "maximum": _MAX_LIMIT, "default": _DEFAULT_LIMIT,
    }  # fmt: skip
    sortable = _TEXT | {"enum": [f"{sign}{name}" for name in _SORTABLES for sign in ("", "-")]}
    keys: Document = {
        "type": "array",
        "items": sortable,
        "minItems": 1,
        "maxItems": len(_SORTABLES),
        "uniqueItems": True,
    }
    words = _("Mots du titre, du résumé ou des mots-clés ; une virgule sépare deux recherches.")
    return [
        parameters.parameter("bbox", box, _("Emprise en longitude et latitude : ouest, sud, est, nord.")),
        parameters.reference("datetime"),
        parameters.parameter("limit", limit, _("Fiches de la page, au plus.")),
        parameters.parameter("q", _TEXT | {"maxLength": MAX_TEXT}, words),
        parameters.parameter("type", texts, _("Types de ressources.")),
        parameters.parameter("ids", texts, _("Identifiants des fiches.")),
        parameters.parameter("externalIds", texts, _("Identifiants dans d’autres catalogues.")),
        parameters.parameter("sortby", keys, _("Propriétés de tri.")),
        parameters.reference("cursor"),
    ]
