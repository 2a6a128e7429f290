"""What a stand-alone map holds: features with their place, their colour and the key facts of their sheet, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.maps.categories import MapCategory
from dashboards.maps.definitions import MapMode
from dashboards.maps.drawing import UNCATEGORISED, UNCLASSED, MapDrawing, MapPlace, radius, strengths
from dashboards.panels.charts.palette import colour, palette, token
from interface.map_config import shape
from interface.territory import CommuneShape, label_communes
from interface.titles import row_title
from interface.wording import is_empty, number, words
from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.errors import Forbidden
from layers.formats.geojson import feature_collection
from layers.parsing import FeatureQuery, SortKey
from layers.queries import Selection, select

# What a browser opens from a file without a pause, and what a mail still carries.
MOST_FEATURES = 5_000
MOST_BYTES = 8 * 1024 * 1024
# Rows of large outlines are read by fewer: three times what is kept at the end.
_MOST_READ_BYTES = 3 * MOST_BYTES
_POINT_RADIUS = 6
Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileContent:
    """The features of a file, GeoJSON in EPSG:4326, and what was left out of it, in words.

    Their ``properties`` are ``title``, ``facts`` (pairs of texts) and ``style`` (Leaflet's options of a path).
    """

    features: tuple[Feature, ...]
    notes: tuple[str, ...] = ()


def literal(name: str, strength: float = 1.0) -> str:
    """Return the light colour of a token mixed with the paper: Leaflet reads no style sheet."""
    return colour(token(name, strength), palette())


def file_content(drawing: MapDrawing, communes: Iterable[CommuneShape]) -> FileContent:
    """Return what the file of a map holds.

    Raises:
        Forbidden: the asker may not download the layer whose features it would hold.
        TooSlow: the database did not answer in time.
    """
    source = drawing.features_of
    if source is not None and not source.can_download:
        raise Forbidden(_("Votre droit sur cette couche ne permet pas de la télécharger."))
    return map_content(drawing, communes)


def map_content(drawing: MapDrawing, communes: Iterable[CommuneShape]) -> FileContent:
    """Return what a map draws, for a picture of it: who sees the page may print it.

    Raises:
        TooSlow: the database did not answer in time.
    """
    if drawing.options.mode is MapMode.SYMBOLS and drawing.is_of_places:
        return FileContent(tuple(_circles(drawing)))
    if drawing.joined is not None:
        return _surfaces(drawing, drawing.joined)
    if drawing.is_of_places:
        return FileContent(tuple(_coloured_communes(drawing, communes)))
    return _rows(drawing)


def _facts(drawing: MapDrawing, place: MapPlace | None) -> list[tuple[str, str]]:
    """Return the measure of a place, as the first of its facts."""
    told = place.text if place and place.text else _("rien, ou aucune valeur")
    return [(capfirst(drawing.title), told)]


def _feature(
    geometry: Any, pk: object, title: str, facts: list[tuple[str, str]], style: Mapping[str, Any]
) -> Feature:
    properties = {"title": title, "facts": facts, "style": dict(style)}
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def _area_style(drawing: MapDrawing, place: MapPlace | None) -> dict[str, Any]:
    tokens = palette()
    style = {"color": tokens["line-2"], "weight": 1, "fillOpacity": 1, "fillColor": tokens["paper"]}
    if place is not None and place.step != UNCLASSED:
        style["fillColor"] = literal(drawing.token, strengths(len(drawing.classes))[place.step])
    return style


def _coloured_communes(drawing: MapDrawing, communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    places = {place.key: place for place in drawing.places}
    for commune in communes:
        if place := places.get(commune.code):
            style = _area_style(drawing, place)
            yield _feature(
                json.loads(commune.geometry), commune.code, place.title, _facts(drawing, place), style
            )


def _circles(drawing: MapDrawing) -> Iterable[Feature]:
    """Yield a circle a place, the largest first so that the others lie over it."""
    placed = [(place, place.value) for place in drawing.places if place.position and place.value is not None]
    for place, value in sorted(placed, key=lambda pair: -abs(pair[1])):
        geometry = {"type": "Point", "coordinates": place.position}
        style = _circle_style(drawing, value)
        yield _feature(geometry, place.key, place.title, _facts(drawing, place), style)


def _circle_style(drawing: MapDrawing, value: float) -> dict[str, Any]:
    tokens, is_negative = palette(), value < 0
    return {
        "radius": max(2.0, round(radius(value, drawing.largest), 1)),
        "color": tokens["ink" if is_negative else "paper"],
        "weight": 1.5,
        "fillColor": literal(drawing.token),
        "fillOpacity": 0 if is_negative else 0.7,
    }


def _surfaces(drawing: MapDrawing, joined: Scope) -> FileContent:
    """Read the joined surfaces; those without a place of the map are left out."""
    places = {pk: place for place in drawing.places for pk in place.ids}
    selection = select(joined, FeatureQuery(limit=MOST_FEATURES))

    def style(row: Mapping[str, Any]) -> dict[str, Any]:
        return _area_style(drawing, places.get(row["id"]))

    return _read(selection, style, lambda row: _facts(drawing, places.get(row["id"])))


def _rows(drawing: MapDrawing) -> FileContent:
    """Read the features themselves."""
    sized = drawing.options.value
    sort = (SortKey(sized, is_descending=True),) if sized else ()
    query = replace(drawing.selection.query, properties=None, sort=sort, limit=MOST_FEATURES)
    selection = select(drawing.scope, query)
    paint = _painter(drawing)

    def facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
        value = row.get(sized)
        return [(capfirst(drawing.title), drawing.words(value))] if isinstance(value, int | float) else []

    return _read(selection, paint, facts, without=sized)


def _painter(drawing: MapDrawing) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what gives the style of a row: by its value, or by its category as the page draws it."""
    scope, field = drawing.scope, drawing.scope.style.field
    categories = {each.value: each for each in drawing.categories}
    rest = MapCategory("", "", UNCATEGORISED if categories else drawing.token)

    def paint(row: Mapping[str, Any]) -> dict[str, Any]:
        if drawing.options.value:
            value = row.get(drawing.options.value)
            return _circle_style(drawing, float(value) if isinstance(value, int | float) else 0.0)
        found = categories.get(str(row.get(field)), rest)
        drawn = _row_style(
            shape(scope), literal(found.token, found.strength), is_faint=drawing.options.mode is MapMode.HEAT
        )
        return drawn | {"corners": found.corners} if found.corners else drawn

    return paint


def _row_style(kind: str, filled: str, *, is_faint: bool) -> dict[str, Any]:
    if kind == "point":
        edge = {"weight": 0, "fillOpacity": 0.25} if is_faint else {"weight": 1.5, "fillOpacity": 1}
        return {"radius": _POINT_RADIUS, "color": palette()["paper"], "fillColor": filled, **edge}
    return {"color": filled, "weight": 3 if kind == "line" else 1, "fillColor": filled, "fillOpacity": 0.5}


def _read(
    selection: Selection,
    style: Callable[[Mapping[str, Any]], dict[str, Any]],
    first: Callable[[Mapping[str, Any]], list[tuple[str, str]]],
    *,
    without: str = "",
) -> FileContent:
    """Read the rows of a selection with the key facts of their sheets, as many as a file may hold."""
    scope = selection.scope
    facts = [field for field in _key_facts(scope) if field.name != without]
    rows, matched = _raw(selection, facts)
    features, size = [], 0
    for row in rows:
        values = {ID.name: row["id"], **row["properties"]}
        told = [*first(values), *_told(facts, values)]
        found = _feature(row["geometry"], row["id"], row_title(scope, values), told, style(values))
        size += len(json.dumps(found))
        if size > MOST_BYTES:
            break
        features.append(found)
    return FileContent(tuple(features), _left_out(len(features), matched))


def _raw(selection: Selection, facts: Iterable[Field]) -> tuple[list[Any], int]:
    """Return the rows that have a place, and how many match; fewer are read where their outlines are large."""
    scope, limit = selection.scope, selection.query.limit
    wanted = {scope.definition.title_field, scope.style.field, *(field.name for field in facts)}
    wanted |= {key.name for key in selection.query.sort}
    names = tuple(sorted(name for name in wanted if name in scope.filterable and name != ID.name))
    while True:
        asked = select(scope, replace(selection.query, properties=names, limit=limit))
        collection = feature_collection(asked, links=lambda _around: [])
        with closing(collection.body) as body:
            if collection.size <= _MOST_READ_BYTES or limit == 1:
                rows = json.load(body)["features"]
                return [row for row in rows if row["geometry"] is not None], collection.matched
        limit = max(1, collection.returned * _MOST_READ_BYTES // (2 * collection.size))


def _key_facts(scope: Scope) -> list[Field]:
    """Return the key facts of the sheets of a layer, as far as they are read; communes under their names."""
    readable = {field.name: field for field in label_communes(scope.fields)}
    return [readable[name] for name in scope.definition.summary if name in readable]


def _told(facts: Iterable[Field], values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for field in facts:
        value = values.get(field.name)
        if not is_empty(value):
            is_text = field.type is FieldType.TEXT  # never the link that a page makes of an address
            told = str(field.label(value)) if is_text else str(words(field, values))
            yield capfirst(str(field.title)), told


def _left_out(held: int, matched: int) -> tuple[str, ...]:
    if held >= matched:
        return ()
    told = {"held": number(held), "all": number(matched)}
    return (
        _("Objets montrés : %(held)s sur %(all)s. Les autres sont sans position, ou trop nombreux.") % told,
    )
