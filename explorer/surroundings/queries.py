"""The outlines around the objects of other layers that a question names, and the links from answers to the nearest.

Both are bounded. Outlines are those of what is in the view, or near the communes asked, and none is drawn of a layer
with more than ``MOST_OBJECTS`` there: their union would say nothing to who looks from so far. Links are drawn while
the answers in the view are few.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from explorer.map_state.filter_expression import ask, parameters_of
from explorer.map_state.parsing import COMBINING, MapQuery
from layers import access
from layers.access import Scope
from layers.models import Commune
from layers.parsing.query import MATCHED
from layers.parsing.touching import Touching, parse_touching
from layers.queries import LayerMatch, Selection, answering_rows
from layers.sql.buffers import Buffer, ShortestLine
from layers.sql.limits import time_limit
from layers.sql.spatial import nearer_than

MOST_OBJECTS = 500
MOST_LINKS = 40
_DECIMALS = 6  # a decimetre


@dataclass(frozen=True, slots=True)
class Outline:
    """Everything at most ``metres`` from what a question asks of ``other``; no ``shape`` where that is too much.

    ``shape`` is GeoJSON in longitude and latitude.
    """

    other: Scope
    metres: float
    shape: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """From an answer to the nearest object of another layer: a line of GeoJSON, ``metres`` long on the spheroid."""

    pk: int
    other: Scope
    metres: float
    shape: dict[str, Any]


def relations(scope: Scope, query: MapQuery, beside: Mapping[str, Scope]) -> list[tuple[Touching, Scope]]:
    """Return what the map asks of the distance to other layers, near or far, with their scopes.

    Raises:
        UnknownLayer: one that the visitor does not see.
    """
    asked = [
        one
        for name, text in parameters_of(scope, query, beside)
        if name in COMBINING
        for one in parse_touching([text], parameter=name)
        if one.metres
    ]
    return [(one, beside.get(one.layer) or access.scope(scope.visitor, one.layer)) for one in asked]


def outlines(scope: Scope, query: MapQuery, beside: Mapping[str, Scope]) -> list[Outline]:
    """Return an outline for each layer to which a distance is asked.

    Raises:
        UnknownLayer, InvalidFilter, InvalidParameter: as ``ask``.
        TooSlow: the database did not answer in the time given to a list.
    """
    return [
        Outline(
            other, one.metres, _outline(_in_reach(answering_rows(other, one), one.metres, query), one.metres)
        )
        for one, other in relations(scope, query, beside)
    ]


def _in_reach(rows: QuerySet[Any], metres: float, query: MapQuery) -> QuerySet[Any]:
    """Keep what is at most so far from the view, and from one of the communes asked."""
    if query.features.bbox is not None:
        rows = rows.filter(nearer_than(F("geom"), query.features.bbox, metres))
    if query.features.communes:
        asked = Commune.objects.filter(code__in=query.features.communes).aggregate(whole=Union("geom"))
        if asked["whole"] is not None:
            rows = rows.filter(nearer_than(F("geom"), asked["whole"], metres))
    return rows.order_by("pk")[: MOST_OBJECTS + 1]


def _outline(rows: QuerySet[Any], metres: float) -> dict[str, Any] | None:
    """Return the union of what is within so many metres of some rows; None where they are none or too many."""
    with time_limit("list"):
        ids = list(rows.values_list("pk", flat=True))
        if not 0 < len(ids) <= MOST_OBJECTS:
            return None
        around = Union(Buffer(F("geom"), Value(metres)))
        found = rows.model._default_manager.filter(pk__in=ids).aggregate(
            shape=AsGeoJSON(around, precision=_DECIMALS)
        )
    shape: dict[str, Any] = json.loads(found["shape"])
    return shape


def links(scope: Scope, query: MapQuery, beside: Mapping[str, Scope]) -> list[AnswerLink]:
    """Return the links of the answers in the view to what they are near; none when there are more than a few.

    Raises:
        UnknownLayer, InvalidFilter, InvalidParameter: as ``ask``.
        TooSlow: the database did not answer in the time given to a list.
    """
    if not any(not one.is_disjoint for one, _other in relations(scope, query, beside)):
        return []
    found = ask(scope, query, beside, **{MATCHED: "true", "properties": ""}).selection
    with time_limit("list"):
        if not 0 < found.count() <= MOST_LINKS:
            return []
        return [link for match in found.matches if match.asked.metres for link in _links(found, match)]


def _links(found: Selection, match: LayerMatch) -> Iterator[AnswerLink]:
    nearest = match.other.queryset.filter(pk=OuterRef(match.id.source)).values("geom")[:1]
    line = AsGeoJSON(ShortestLine(F("geom"), Subquery(nearest)), precision=_DECIMALS)
    rows = found.rows.annotate(_line=line).order_by("pk")
    for pk, metres, text in rows.values_list("pk", match.distance.source, "_line"):
        if text is not None:
            yield AnswerLink(pk, match.other, metres, json.loads(text))
