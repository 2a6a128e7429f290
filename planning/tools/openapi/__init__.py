"""What ``/api/planning/`` serves, for the OpenAPI document: parameters with their bounds, answers, examples, errors.

Areas are in m² on the spheroid, lengths and distances in m, shares from 0 to 1, geometries in longitude, latitude
(CRS84). Descriptions are the same for every visitor: what a layer hides is absent from the answers.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import JSON
from layers.parsing.cql2.bounds import MAX_CHARACTERS as MAX_FILTER
from layers.parsing.geometry import MAX_CHARACTERS as MAX_GEOMETRY
from ogc.formats.openapi import Subject, operation, parameters
from ogc.formats.openapi.parameters import named
from planning.bulk.parsing import MAX_INLINE, MAX_PARCELS
from planning.overlaps.parsing import MAX_SLUG
from planning.queries.locations import MAX_POINT, MAX_TEXT
from planning.reserved_plots.views import MAX_NUMBER
from planning.statistics.parsing import Grouping
from planning.tools.openapi import schemas
from planning.tools.openapi.examples import EXAMPLES, OUTLINE, PARCEL
from planning.vocabulary import PlotState

Document = dict[str, Any]

TAG, _BASE = "urbanisme", "/planning"
_TEXT: Document = {"type": "string"}
_ETAG = {"ETag": {"$ref": "#/components/headers/ETag"}}
_IDENTIFIER = _TEXT | {"pattern": r"^\s*[0-9][0-9ABab][0-9A-Za-z\s\-_.]{12,30}$"}


def planning_subject() -> Subject:
    """Return the paths of the planning tools with their schemas, for the setting ``API_SUBJECTS``."""
    paths = {f"{_BASE}/{name}": item for name, item in _paths().items()}
    return Subject(
        TAG,
        _("Urbanisme : ce qui s’applique à un lieu, et les outils"),
        paths,
        schemas.of_answers() | _of_bodies(),
    )


def _paths() -> Document:
    statistics = _read(
        "statistics", _("Surfaces, parts et parcelles par zone"), _of_statistics(), has_etag=True
    )
    overlaps = _read("overlaps", _("Ce que deux couches partagent"), _of_overlaps(), has_etag=True)
    plots = _read("reserved-plots", _("Emplacements réservés"), _of_plots(), has_etag=True)
    preemption = _read("preemption", _("Parcelles soumises au droit de préemption"), _of_preemption())
    consultations = _read("consultations", _("Services à consulter pour un lieu"), _location_parameters())
    forms = parameters.forms("json")
    applies = _read("applies", _("Ce qui s’applique à un lieu"), [*_location_parameters(), forms])
    procedures = _read(
        "procedures", _("Procédures des plans, et ce qu’elles ont changé"), [*_location_parameters(), forms]
    )
    return {
        "applies": applies | {"post": _posted_locations()},
        "procedures": procedures,
        "statistics": statistics,
        "overlaps": overlaps,
        "reserved-plots": plots,
        "preemption": preemption,
        "consultations": consultations,
    }


def _read(name: str, summary: str, inputs: list[Document], *, has_etag: bool = False) -> Document:
    """Describe an address that answers GET with the schema and the examples of its name."""
    schema, examples = _member_name(name), EXAMPLES[name]
    content = {
        JSON: {"schema": named(schema), "examples": {key: {"value": each} for key, each in examples.items()}}
    }
    described = operation(f"planning.{name}", TAG, summary, inputs, content)
    if has_etag:
        answers = described["get"]["responses"]
        answers["200"]["headers"] = _ETAG
        answers["304"] = {"description": _("Rien n’a changé depuis l’ETag donné.")}
    return described


def _member_name(name: str) -> str:
    first, *others = name.split("-")
    return "planning" + "".join(word.capitalize() for word in (first, *others))


def _parameter(name: str, schema: Document, words: str, example: Any = None) -> Document:
    described = parameters.parameter(name, schema, words)
    return described if example is None else described | {"example": example}


def _location_parameters() -> list[Document]:
    """Return the ways to name a place, one at a time."""
    address = _TEXT | {"minLength": 1, "maxLength": MAX_TEXT}
    point = _TEXT | {"minLength": 3, "maxLength": MAX_POINT}
    geometry = _TEXT | {"minLength": 1, "maxLength": MAX_GEOMETRY}
    feature = _TEXT | {"pattern": r"^[^/]{1,80}/[0-9]{1,18}$"}
    return [
        _parameter(
            "parcel",
            _IDENTIFIER,
            _("Identifiant d’une parcelle au cadastre. Un seul lieu à la fois."),
            PARCEL,
        ),
        _parameter("address", address, _("Adresse ou référence cadastrale, comme on l’écrit.")),
        _parameter("point", point, _("Position en degrés (EPSG:4326) : longitude,latitude.")),
        _parameter("geometry", geometry, _("Surface en WKT ou en GeoJSON, longitude, latitude.")),
        _parameter("feature", feature, _("Objet d’une couche : couche/numéro.")),
    ]


def _commune() -> Document:
    return _parameter(
        "commune", _TEXT | {"pattern": "^[0-9AB]{5}$"}, _("Code INSEE d’une commune du territoire.")
    )


def _of_statistics() -> list[Document]:
    schema = _TEXT | {"enum": [each.value for each in Grouping], "default": Grouping.TYPE.value}
    return [
        _parameter("by", schema, _("Ce qui fait un groupe : type ou libellé des zones, commune.")),
        _commune(),
    ]


def _of_overlaps() -> list[Document]:
    layer = _TEXT | {"minLength": 1, "maxLength": MAX_SLUG}
    text = _TEXT | {"minLength": 1, "maxLength": MAX_FILTER}
    cursor = _TEXT | {"minLength": 1, "maxLength": parameters.MAX_CURSOR}
    return [
        _parameter("layer", layer, _("Couche dont on mesure les objets."), "parcelles") | {"required": True},
        _parameter("with", layer | {"default": "plui-zones"}, _("Couche de surfaces qui les recoupe.")),
        _parameter("filter", text, _("Filtre CQL2 (texte) de la première couche.")),
        _parameter("with-filter", text, _("Filtre CQL2 (texte) de la seconde.")),
        _commune(),
        _parameter("slivers", _TEXT | {"enum": ["true"]}, _("Donner aussi les écarts de dessin.")),
        _parameter("cursor", cursor, _("Jeton de la page suivante, donné par next.")),
    ]


def _of_plots() -> list[Document]:
    state = _TEXT | {"enum": list(PlotState.values)}
    number = _TEXT | {"minLength": 1, "maxLength": MAX_NUMBER}
    return [
        _commune(),
        _parameter("etat", state, _("État : ouvert, acquis, abandonné…")),
        _parameter("numero", number, _("Numéro de l’emplacement sur le plan.")),
    ]


def _of_preemption() -> list[Document]:
    after = {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**63 - 1}
    return [
        *_location_parameters(),
        _commune(),
        _parameter("after", after, _("Page suivante, donnée par next.")),
    ]


def _posted_locations() -> Document:
    """Describe POST of a place in a body: a geometry, or identifiers of parcels."""
    refusals = {
        "400": "BadRequest",
        "401": "Unauthorized",
        "403": "Forbidden",
        "404": "NotFound",
        "405": "NotAllowed",
        "413": "TooLarge",
        "415": "NotRead",
        "429": "TooManyRequests",
        "503": "TooSlow",
        "507": "NoRoom",
    }
    bodies = {"parcels": {"parcels": [PARCEL]}, "geometry": {"geometry": OUTLINE}}
    answers = {"200": "sheets", "202": "job"}
    answered = {
        "200": {"oneOf": [named("planningSheets"), named("planningApplies")]},
        "202": named("planningSheetsJob"),
    }
    words = {
        "200": _("Les fiches, dans l’ordre des parcelles ; ou celle de la géométrie."),
        "202": _("Plus de %d parcelles : le fichier CSV est préparé à part, à l’adresse de file.")
        % MAX_INLINE,
    }
    return {
        "operationId": "planning.applies.post",
        "tags": [TAG],
        "summary": _("Ce qui s’applique à une géométrie, ou à des parcelles"),
        "parameters": [],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {
                    "schema": named("planningPlaces"),
                    "examples": {name: {"value": body} for name, body in bodies.items()},
                }
            },
        },
        "responses": {
            **{
                status: {
                    "description": words[status],
                    "content": {
                        JSON: {
                            "schema": answered[status],
                            "examples": {
                                name: {"value": each} for name, each in EXAMPLES[answers[status]].items()
                            },
                        }
                    },
                }
                for status in answers
            },
            **{status: {"$ref": f"#/components/responses/{name}"} for status, name in refusals.items()},
        },
    }


def _of_bodies() -> Document:
    """Return the schema of the body of POST: one of ``parcels`` and ``geometry``."""
    parcels = {"type": "array", "items": _IDENTIFIER, "minItems": 1, "maxItems": MAX_PARCELS}
    return {
        "planningPlaces": {
            "oneOf": [
                schemas.record({"parcels": parcels}, is_closed=True),
                schemas.record({"geometry": schemas.SURFACE}, is_closed=True),
            ]
        }
    }
