"""Schemas of the answers of ``/api/planning/``: every member is listed and required; null says that it has none.

Units are in the descriptions of members: m² on the spheroid, metres, shares from 0 to 1.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ogc.formats.openapi.parameters import named
from planning.statistics.parsing import Grouping
from planning.vocabulary import Family, LocationKind, PlotState, Relation
from plui.dated.queries import ChangeKind

Document = dict[str, Any]

_TEXT: Document = {"type": "string"}
_TEXT_OR_NULL: Document = {"type": "string", "nullable": True}
_FLAG: Document = {"type": "boolean"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Document = _COUNT | {"nullable": True}
_ID: Document = {"type": "integer"}
_AMOUNT: Document = {"type": "number", "minimum": 0, "nullable": True}
_SHARE: Document = {"type": "number", "minimum": 0, "nullable": True}
_DAY: Document = {"type": "string", "format": "date", "nullable": True}
_ADDRESS: Document = {"type": "string", "nullable": True}
_GEOMETRY: Document = {"type": "object", "required": ["type", "coordinates"]}
SURFACE: Document = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
        "coordinates": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "array"}},
            "minItems": 1,
        },
    },
}
"""A GeoJSON surface (RFC 7946), longitude first."""


def record(properties: Document, *, is_closed: bool = False) -> Document:
    """Return the schema of an object that has all of some members; ``is_closed``: and no other."""
    closed = {"additionalProperties": False} if is_closed else {}
    return {"type": "object", "required": list(properties), "properties": properties, **closed}


def several(items: Document) -> Document:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def of_answers() -> Document:
    """Return the schemas by their names in the document."""
    return {
        **_of_sheets(),
        **_of_procedures(),
        **_of_statistics(),
        **_of_overlaps(),
        **_of_plots(),
        **_of_preemption(),
        **_of_consultations(),
    }


def _of_sheets() -> Document:
    choice = record({"title": _TEXT, "parameters": {"type": "object", "additionalProperties": _TEXT}})
    fault = record({"number": _COUNT, "parcel": _TEXT, "reason": _TEXT, "near": several(_TEXT)})
    repeat = record({"number": _COUNT, "first": _COUNT, "parcel": _TEXT})
    lists = {"faults": several(fault), "repeats": several(repeat)}
    job = {"job": _TEXT | {"format": "uri"}, "file": _TEXT | {"format": "uri"}, "count": _COUNT}
    return {
        "planningSheet": _sheet(),
        "planningRule": _rule(),
        "planningPiece": record({"name": _TEXT, "page": _COUNT_OR_NULL, "href": _ADDRESS})
        | {"nullable": True},
        "planningMatches": record(
            {"location": {"type": "object", "nullable": True, "enum": [None]}, "choices": several(choice)}
        ),
        "planningApplies": {"anyOf": [named("planningSheet"), named("planningMatches")]},
        "planningSheets": record({"sheets": several(named("planningSheet")), **lists}),
        "planningSheetsJob": record(job | lists),
    }


def _location() -> Document:
    kinds = [kind.name.lower() for kind in LocationKind]
    return {
        "kind": _TEXT | {"enum": kinds},
        "title": _TEXT,
        "parcel": _TEXT_OR_NULL,
        "geometry": _GEOMETRY,
    }


def _sheet() -> Document:
    document = {
        "idurba": _TEXT,
        "procedure": _TEXT,
        "approved": _TEXT,
        "state": _TEXT,
        "stateLabel": _TEXT,
    }
    measured = {"area_m2": _AMOUNT, "legal_area_m2": _AMOUNT, "addresses": several(_TEXT)}
    schema = record(
        {
            "location": record(_location() | measured),
            "summary": _TEXT,
            "advice": several(_TEXT),
            "first": several(record({"text": _TEXT, "document": named("planningPiece")})),
            "rules": several(named("planningRule")),
            "documents": several(record(document)),
            "notLookedAt": several(_TEXT),
            "cautions": several(_TEXT),
        }
    )
    schema["properties"]["planDate"] = {"type": "string", "format": "date"}
    return schema


def _rule() -> Document:
    act = record({"title": _TEXT, "href": _ADDRESS})
    origin = record(
        {
            "perimeter": _TEXT_OR_NULL,
            "authority": _TEXT_OR_NULL,
            "generator": _TEXT_OR_NULL,
            "acts": several(act),
        }
    )
    feature = record(
        {
            "id": _ID,
            "title": _TEXT,
            "code": _TEXT_OR_NULL,
            "codeLabel": _TEXT_OR_NULL,
            "area_m2": _AMOUNT,
            "share": _SHARE,
            "isSliver": _FLAG | {"description": _("Un écart entre deux dessins : moins de 1 % et de 1 m².")},
            "length_m": _AMOUNT,
            "distance_m": _AMOUNT,
            "values": {"type": "object"},
            "document": named("planningPiece"),
            "origin": origin | {"nullable": True},
            "cautions": several(_TEXT),
        }
    )
    return record(
        {
            "title": _TEXT,
            "family": _TEXT | {"enum": [family.value for family in Family]},
            "layer": _TEXT,
            "relation": _TEXT | {"enum": [relation.value for relation in Relation]},
            "distance_m": _AMOUNT,
            "features": several(feature),
            "hasMore": _FLAG,
            "hasUnreadCautions": _FLAG,
            "absentCodes": several(_TEXT),
        }
    )


def _of_procedures() -> Document:
    version = {
        "id": _ID,
        "idurba": _TEXT,
        "partition": _TEXT,
        "title": _TEXT,
        "purpose": _TEXT,
        "nomproc": _TEXT,
        "datappro": _TEXT,
        "from": _DAY,
        "until": _DAY | {"description": _("Premier jour où elle n’est plus en vigueur ; null : sans fin.")},
        "state": _TEXT,
        "etat": _TEXT,
        "communes": several(_TEXT),
    }
    value = record(
        {"field": _TEXT, "title": _TEXT, "before": {"nullable": True}, "after": {"nullable": True}}
    )
    change = record(
        {
            "layer": _TEXT,
            "kind": _TEXT | {"enum": [kind.value for kind in ChangeKind]},
            "before": _TEXT_OR_NULL,
            "after": _TEXT_OR_NULL,
            "area": _AMOUNT,
            "isRedrawn": _FLAG,
            "text": _TEXT,
            "values": several(value),
        }
    )
    of_place = record({**version, "isFirst": _FLAG, "changes": several(change)})
    return {
        "planningProcedure": record(version),
        "planningProcedures": {
            "anyOf": [
                record({"procedures": several({"anyOf": [of_place, named("planningProcedure")]})}),
                named("planningMatches"),
            ]
        },
    }


def _of_statistics() -> Document:
    keys = {name: _TEXT for grouping in Grouping for name in grouping.keys}
    figures = record(
        {
            "zones": _COUNT,
            "area_m2": _AMOUNT,
            "share": _SHARE,
            "builtShare": _SHARE,
            "mainParcels": _COUNT_OR_NULL,
            "parcels": _COUNT_OR_NULL,
            "sliverParcels": _COUNT_OR_NULL,
        }
    )
    figures["properties"] |= keys
    answer = {
        "by": _TEXT | {"enum": [each.value for each in Grouping]},
        "commune": _TEXT_OR_NULL,
        "groups": several(named("planningFigures")),
        "total": named("planningFigures"),
        "hasBuildings": _FLAG,
        "hasParcels": _FLAG,
        "isTooLong": _FLAG,
    }
    return {"planningFigures": figures, "planningStatistics": record(answer)}


def _of_overlaps() -> Document:
    other = {"id": _ID, "title": _TEXT, "code": _TEXT_OR_NULL}
    pair = {**other, "with": record(other), "shared": _AMOUNT, "share": _SHARE, "withShare": _SHARE}
    unit = _TEXT_OR_NULL | {
        "enum": ["m2", "m", None],
        "description": _("Unité de « shared » ; null : des points."),
    }
    answer = {
        "layer": _TEXT,
        "with": _TEXT,
        "measure": _TEXT_OR_NULL | {"enum": ["area", "length", None]},
        "unit": unit,
        "pairs": several(record(pair)),
        "next": _ADDRESS,
    }
    return {"planningOverlaps": record(answer)}


def _of_plots() -> Document:
    prescription = record({"layer": _TEXT, "id": _ID, "title": _TEXT, "code": _TEXT})
    plot = {
        "number": _TEXT_OR_NULL,
        "idurba": _TEXT,
        "purpose": _TEXT,
        "beneficiary": _TEXT_OR_NULL,
        "state": _TEXT_OR_NULL | {"enum": [*PlotState.values, None]},
        "origin": _DAY,
        "area_m2": _AMOUNT,
        "length_m": _AMOUNT,
        "communes": several(_TEXT),
        "parcels": several(_TEXT),
        "prescriptions": several(prescription),
    }
    return {"planningReservedPlots": record({"plots": several(record(plot))})}


def _of_preemption() -> Document:
    parcel = {
        "parcel": _TEXT,
        "reference": _TEXT,
        "commune": _TEXT,
        "legalArea": _COUNT_OR_NULL,
        "area": _AMOUNT,
        "inside": _AMOUNT,
        "share": _SHARE,
        "titles": _TEXT,
    }
    answer = record({"perimeters": _TEXT, "parcels": several(record(parcel))})
    answer["properties"]["next"] = _TEXT | {"format": "uri"}
    return {"planningPreemption": answer}


def _of_consultations() -> Document:
    service = {
        "service": _TEXT,
        "contact": _TEXT_OR_NULL,
        "occasion": _TEXT_OR_NULL,
        "legalBasis": _TEXT_OR_NULL,
        "layer": _TEXT_OR_NULL,
        "features": several(_TEXT),
        "hasMore": _FLAG,
    }
    answer = record(
        {
            "location": record(_location()),
            "services": several(record(service)),
            "notLookedAt": several(_TEXT),
            "cautions": several(_TEXT),
        }
    )
    choices = record(
        {
            "location": {"type": "object", "nullable": True, "enum": [None]},
            "choices": several(record({"title": _TEXT, "query": _TEXT})),
        }
    )
    return {"planningConsultations": {"anyOf": [answer, choices]}}
