"""Buffers of the layers that a question relates: outlines around their objects, links to the nearest, the objects.

All is bounded, and simplified to the pixels of the view. Outlines cover objects in the view, or near the filtered
communes; a missing one says why. Links and matched objects are given while the answers in the view are few.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from explorer.map_state.parsing import COMBINING, MapQuery
from explorer.map_state.queries import api_parameters, layer_query, out_of_place
from layers import access
from layers.access import Scope
from layers.crs import STORAGE
from layers.errors import TooSlow
from layers.models import Commune
from layers.parsing.query import (
    MATCHED,
    RECORDS,
    SpatialRelation,
    parse_records,
    parse_spatial_relations,
    with_records,
)
from layers.queries import LayerMatch, Selection, answering_rows
from layers.sql.geometry import Buffer, ShortestLine, Simplified, quarter_of
from layers.sql.limits import time_limit
from layers.sql.spatial import DEGREE_OF_LATITUDE_M, within_distance
from styles.classes import REST, class_of, classes_of

MAX_OBJECTS = 5_000
MAX_LINKS = 40
MAX_MATCHED = 200
"""The answers of which the matched objects are told."""
_PIXELS = 1_000  # of the longest side of a view
_DECIMALS = 6  # a decimetre


class DrawingFault(Enum):
    """Why something is not drawn."""

    NONE_NEAR = "none near"
    TOO_MANY = "too many"
    TOO_SLOW = "too slow"


@dataclass(frozen=True, slots=True)
class BufferShape:
    """Everything at most ``metres`` from the objects of ``other`` in a question, or why it is not drawn.

    ``shape`` is GeoJSON in longitude and latitude.
    """

    other: Scope
    metres: float
    shape: dict[str, Any] | None
    fault: DrawingFault | None = None


@dataclass(frozen=True, slots=True)
class NearestLine:
    """From an answer to the nearest object of another layer: a line of GeoJSON, ``metres`` long on the spheroid.

    ``title`` is that of the answer, empty to who does not read it. ``error`` is that of the length, where it is known.
    """

    pk: int
    title: str
    other: Scope
    metres: float
    shape: dict[str, Any]
    error: float | None = None


@dataclass(frozen=True, slots=True)
class NearestObject:
    """An object of another layer that makes something an answer: GeoJSON, its title, the colour of its class.

    ``is_beyond`` tells that it is out of the place of the question, as a zone across the border of a commune.
    """

    pk: int
    other: Scope
    title: str
    token: str
    shape: dict[str, Any]
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class AnswerMatches:
    """What the answers in the view are near or touch: links to the nearest objects, and these objects, each once.

    ``other_scopes`` are the layers that are asked, ``fault`` says why none of their objects is told.
    """

    other_scopes: tuple[Scope, ...] = ()
    links: tuple[NearestLine, ...] = ()
    objects: tuple[NearestObject, ...] = ()
    fault: DrawingFault | None = None


def relations(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope]
) -> list[tuple[SpatialRelation, Scope]]:
    """Return the relations of the map's question, near or far, with the scopes of the other layers.

    Raises:
        UnknownLayer: one that the visitor does not see.
    """
    parameters = api_parameters(scope, query, scopes)
    records = parse_records([text for name, text in parameters if name == RECORDS])
    values = [
        one
        for name, text in parameters
        if name in COMBINING
        for one in with_records(parse_spatial_relations([text], parameter=name), records)
    ]
    return [(one, scopes.get(one.layer) or access.scope(scope.visitor, one.layer)) for one in values]


def outlines(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], *, pixel: float | None = None
) -> list[BufferShape]:
    """Return an outline for each layer related by a distance; ``pixel`` is the size of a pixel in metres.

    Raises:
        UnknownLayer, InvalidFilter, InvalidParameter: as ``explorer.map_state.queries.layer_query``.
    """
    tolerance = (pixel_of(query) if pixel is None else pixel) / 2
    values = [(one, other) for one, other in relations(scope, query, scopes) if one.metres]
    return [_outline(one, other, query, tolerance) for one, other in values]


def _outline(requested: SpatialRelation, other: Scope, query: MapQuery, tolerance: float) -> BufferShape:
    rows = answering_rows(other, requested)
    try:
        with time_limit("tile"):
            ids = list(_within_distance(rows, requested.metres, query).values_list("pk", flat=True))
            if not ids:
                return BufferShape(other, requested.metres, None, DrawingFault.NONE_NEAR)
            if len(ids) > MAX_OBJECTS:
                return BufferShape(other, requested.metres, None, DrawingFault.TOO_MANY)
            near = other.queryset.filter(pk__in=ids)
            return BufferShape(other, requested.metres, _union(near, other, requested.metres, tolerance))
    except TooSlow:
        return BufferShape(other, requested.metres, None, DrawingFault.TOO_SLOW)


def _within_distance(rows: QuerySet[Any], metres: float, query: MapQuery) -> QuerySet[Any]:
    """Select the objects within a distance of the view and of one of the filtered communes."""
    if query.features.bbox is not None:
        rows = rows.filter(within_distance(F("geom"), query.features.bbox, metres))
    if query.features.communes:
        values = Commune.objects.filter(code__in=query.features.communes).aggregate(whole=Union("geom"))
        if values["whole"] is not None:
            rows = rows.filter(within_distance(F("geom"), values["whole"], metres))
    return rows.filter(geom__isnull=False).order_by("pk")[: MAX_OBJECTS + 1]


def _union(rows: QuerySet[Any], other: Scope, metres: float, tolerance: float) -> dict[str, Any]:
    """Return the union of what is within so many metres of some rows, within ``tolerance`` metres of the exact one."""
    shape = F("geom") if other.definition.geometry.is_point else _coarse(F("geom"), tolerance)
    around = Union(Buffer(shape, Value(metres), quarter=quarter_of(metres, tolerance)))
    row = rows.aggregate(shape=AsGeoJSON(_coarse(around, tolerance), precision=_DECIMALS))
    geometry: dict[str, Any] = json.loads(row["shape"])
    return geometry


def _coarse(shape: Any, tolerance: float) -> Any:
    return Simplified(shape, tolerance / DEGREE_OF_LATITUDE_M) if tolerance else shape


def pixel_of(query: MapQuery) -> float:
    """Return the metres that a pixel of the view covers; 0 where the question names no view."""
    box = query.features.bbox
    if box is None:
        return 0.0
    west, south, east, north = box.transform(STORAGE.srid, clone=True).extent
    return pixel_in((west, south, east, north), _PIXELS)


def pixel_in(box: tuple[float, float, float, float], pixels: float) -> float:
    """Return the metres that a pixel covers in a picture of a box of degrees, so many on its longest side."""
    west, south, east, north = box
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    return max(across, north - south) * DEGREE_OF_LATITUDE_M / pixels


def answer_matches(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], *, pixel: float | None = None
) -> AnswerMatches:
    """Return what the answers in the view are near or touch; nothing of more answers than a few.

    Raises:
        UnknownLayer, InvalidFilter, InvalidParameter: as ``explorer.map_state.queries.layer_query``.
        TooSlow: the database did not answer in the time given to a list.
    """
    related = tuple(other for one, other in relations(scope, query, scopes) if not one.is_disjoint)
    if not related:
        return AnswerMatches()
    selection = layer_query(scope, query, scopes, **{MATCHED: "true", "properties": ""}).selection
    with time_limit("list"):
        answers = selection.count()
        if not 0 < answers <= MAX_MATCHED:
            return AnswerMatches(related, fault=DrawingFault.TOO_MANY if answers else DrawingFault.NONE_NEAR)
        tolerance = (pixel_of(query) if pixel is None else pixel) / 2
        objects = [one for match in selection.matches for one in _objects(selection, match, tolerance)]
        objects = _placed(objects, query, scopes)
        measured = selection.matches if answers <= MAX_LINKS else ()
        links = [
            link for match in measured if match.spatial_relation.metres for link in _links(selection, match)
        ]
    return AnswerMatches(related, tuple(links), tuple(objects))


def _placed(
    objects: list[NearestObject], query: MapQuery, scopes: Mapping[str, Scope]
) -> list[NearestObject]:
    """Mark the objects that are beyond the place of the question."""
    result = []
    for other in {one.other.slug: one.other for one in objects}.values():
        own = [one for one in objects if one.other is other]
        outside = out_of_place(other, [one.pk for one in own], query, scopes)
        result += [replace(one, is_beyond=one.pk in outside) for one in own]
    return result


def _links(selection: Selection, match: LayerMatch) -> Iterator[NearestLine]:
    nearest = match.other.queryset.filter(pk=OuterRef(match.id.source)).values("geom")[:1]
    line = AsGeoJSON(ShortestLine(F("geom"), Subquery(nearest)), precision=_DECIMALS)
    rows = selection.rows.annotate(_line=line).order_by("pk")
    named = selection.scope.filterable.get(selection.scope.definition.title_field)
    columns = ["pk", match.distance.source, "_line"]
    columns += [field.source for field in (named, match.error) if field is not None]
    for row in rows.values(*columns):
        if row["_line"] is not None:
            title = row[named.source] if named else None
            message = str(named.label(title)) if named and title is not None else ""
            error = row[match.error.source] if match.error else None
            line_shape = json.loads(row["_line"])
            yield NearestLine(row["pk"], message, match.other, row[match.distance.source], line_shape, error)


def _objects(selection: Selection, match: LayerMatch, tolerance: float) -> Iterator[NearestObject]:
    """Yield the nearest object of each answer, each object once, in the colour of its class."""
    titles = dict(selection.rows.order_by().values_list(match.id.source, match.title.source))
    other, words = match.other, dict(match.title.choices)
    classes, classed = classes_of(other.style), other.filterable.get(other.style.field)
    shape = F("geom") if other.definition.geometry.is_point else _coarse(F("geom"), tolerance)
    rows = other.queryset.filter(pk__in=[pk for pk in titles if pk is not None]).order_by("pk")
    columns: Sequence[Any] = ("pk", AsGeoJSON(shape, precision=_DECIMALS))
    for pk, text, *value in rows.values_list(*columns, *([classed.source] if classed else [])):
        class_index = class_of(classes, {classes.field: value[0]}) if value else REST
        token = (
            other.style.token
            if class_index is None or class_index == REST
            else classes.style_classes[class_index].token
        )
        yield NearestObject(pk, other, str(words.get(titles[pk], titles[pk])), token, json.loads(text))
