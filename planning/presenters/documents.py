"""The sheet as JSON: figures unrounded but for what a drawing means, words beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from layers.definitions import Field
from layers.visitor import PlanDay
from planning.presenters.items import Document, Origin, References, is_sliver, item_of
from planning.presenters.sheet import Sheet
from planning.queries.applicability import ApplicableFeature, RuleOutcome
from planning.queries.locations import Matches


def sheet_document(sheet: Sheet, plan: PlanDay | None = None) -> dict[str, Any]:
    """Return a sheet as JSON: areas in m², distances in m, shares from 0 to 1, geometry in WGS 84.

    ``plan`` is the day at which plans are read, None for what is online.
    """
    location = sheet.location
    day = {"planDate": plan.day.isoformat()} if plan is not None else {}
    return {
        "location": {
            "kind": location.kind.name.lower(),
            "title": location.title,
            "parcel": location.identifier or None,
            "area_m2": _rounded(sheet.area_m2, 2),
            "legal_area_m2": location.facts.get("contenance"),
            "addresses": list(sheet.addresses),
            "geometry": json.loads(location.geometry.geojson),
        },
        "summary": sheet.summary,
        "advice": list(sheet.advice),
        "first": [{"text": note.text, "document": _document(note.document)} for note in sheet.first_notes],
        "rules": [_rule(each, sheet.references) for each in sheet.outcomes if each.scope is not None],
        "documents": [
            {
                "idurba": each.document.idurba,
                "procedure": each.document.nomproc,
                "approved": each.document.datappro,
                "state": each.document.etat,
                "stateLabel": str(each.state),
            }
            for each in sheet.documents
        ],
        "notLookedAt": list(sheet.absent),
        "cautions": sheet.cautions,
        **day,
    }


def matches_document(matches: Matches) -> dict[str, Any]:
    """Return the places that a text may mean, none of which is sure."""
    return {
        "location": None,
        "isNear": matches.is_near,
        "choices": [
            {"title": choice.title, "parameters": dict(choice.parameters)} for choice in matches.choices
        ],
    }


def _rule(result: RuleOutcome, references: References) -> dict[str, Any]:
    rule, scope = result.rule, result.scope
    assert scope is not None
    return {
        "title": rule.title,
        "family": rule.family,
        "layer": scope.slug,
        "relation": rule.relation,
        "distance_m": rule.distance_m,
        "features": [_feature(result, feature, references) for feature in result.features],
        "hasMore": result.is_cut,
        "hasUnreadCautions": result.has_unread_cautions,
        "absentCodes": list(result.absent_codes),
    }


def _feature(result: RuleOutcome, feature: ApplicableFeature, references: References) -> dict[str, Any]:
    item = item_of(result, feature, references)
    return {
        "id": feature.pk,
        "title": feature.title,
        "code": feature.code or None,
        "codeLabel": feature.code_label or None,
        "area_m2": _rounded(feature.area_m2, 2),
        "share": _rounded(feature.share, 6),
        "isSliver": is_sliver(feature),
        "length_m": _rounded(feature.length_m, 2),
        "distance_m": _rounded(feature.distance_m, 2),
        "values": _values(feature.values),
        "document": _document(item.document),
        "origin": _origin(item.origin),
        "cautions": [caution.words for caution in feature.cautions],
    }


def _document(document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {"name": document.name, "page": document.page or None, "href": document.address or None}


def _origin(origin: Origin | None) -> dict[str, Any] | None:
    """Return where an easement comes from."""
    if origin is None:
        return None
    return {
        "perimeter": origin.perimeter or None,
        "authority": origin.authority or None,
        "generator": origin.generator or None,
        "acts": [{"title": act.words, "href": act.address or None} for act in origin.acts],
    }


def _values(values: Sequence[tuple[Field, Any]]) -> dict[str, Any]:
    return {field.name: _plain(value) for field, value in values}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list) or value is None else str(value)


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
