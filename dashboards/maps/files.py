"""A map outside its page: one HTML file without requests, and its SVG on paper."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from dashboards.maps.context import context_contents, context_legend, layered
from dashboards.maps.definitions import MapMode, initial_box
from dashboards.maps.drawing import (
    UNCATEGORISED,
    UNCLASSED,
    MapArea,
    MapCategory,
    MapDrawing,
    radius,
    strengths,
)
from dashboards.maps.presenters import legend_note
from dashboards.panels.kinds import PanelDrawing, PanelRequest
from dashboards.panels.presenters import table_rows
from interface.backdrop import backdrop
from interface.map_config import bounds_of, shape
from interface.palette import literal, palette
from interface.standalone.document import StandaloneMap, file_words, standalone_file
from interface.standalone.features import Feature, FileContent, feature, read_features
from interface.standalone.figures import FigureLayer, FigureParts, PointRendering
from interface.standalone.svg import HIGHEST, PictureFrame, drawing_of
from interface.territory import CommuneShape, own, visible_communes
from layers.access import Scope
from layers.errors import Forbidden
from layers.lazy import lazy_module
from layers.parsing import FeatureQuery, SortKey
from layers.queries import select
from layers.visitor import Visitor

if TYPE_CHECKING:
    from interface.standalone import leaflet
else:
    leaflet = lazy_module("interface.standalone.leaflet")

_RENDERINGS = {MapMode.CLUSTERS: PointRendering.GATHERED, MapMode.HEAT: PointRendering.DENSITY}


def standalone_map(
    request: PanelRequest, drawing: MapDrawing, *, filters: Sequence[str] = (), source: str = ""
) -> StandaloneMap:
    """Return the file of a map panel under the rights of who requests it; ``filters`` are those of the page, in words.

    Raises:
        Forbidden: the visitor may not download the layer whose features the file would hold.
        LayersError: as ``read_drawing``.
    """
    communes = own(visible_communes(request.visitor), request.visitor.portal)
    content = file_content(drawing, communes)
    around = _file_context(drawing, communes)
    notes = [*drawing.notes, *content.notes, *(note for _scope, each in around for note in each.notes)]
    notes += _not_in_file(drawing)
    legend = context_legend(scope for scope, _content in around)
    title = request.panel.title or str(request.scope.layer.title)
    parts = _figure(drawing, communes, content, [each.features for _scope, each in around], request.visitor)
    body = render_to_string(
        "dashboards/maps/standalone.html",
        {
            "title": title,
            "subtitle": request.panel.subtitle,
            "filters": filters,
            "drawing": drawing,
            "around": legend,
            "rows": table_rows(drawing.table),
            "note": legend_note(drawing),
            "notes": notes,
            "figure": parts,
            "layer": request.scope.layer,
            "source": request.panel.source or source,
            "backdrop": _(backdrop().attribution) if backdrop() else "",
            "day": localdate(request.visitor.instant),
        },
    )
    filled = [literal(line.token, line.strength) if line.token else "" for line in drawing.legend]
    renderings = [_rendering(drawing)]
    made = standalone_file(
        title, body, parts, colours=filled, renderings=renderings, gathered=literal(drawing.token)
    )
    source_scope = drawing.features_of
    own_export = [(source_scope, len(content.features))] if source_scope is not None else []
    exported = (*own_export, *((scope, len(each.features)) for scope, each in around))
    return replace(made, exported=exported)


def _file_context(drawing: MapDrawing, communes: Sequence[CommuneShape]) -> list[tuple[Scope, FileContent]]:
    """Return the layers around whose features the visitor may download, with those within the territory."""
    scopes = (scope for scope in drawing.context if scope.can_download)
    return list(context_contents(scopes, bounds_of(communes)))


def _not_in_file(drawing: MapDrawing) -> Iterable[str]:
    """Yield a note a layer around that is left out."""
    for scope in drawing.context:
        if not scope.can_download:
            yield _("« %s » n’est pas dans le fichier : votre droit ne permet pas de la télécharger.") % (
                scope.layer.title
            )


def _figure(
    drawing: MapDrawing,
    communes: Sequence[CommuneShape],
    content: FileContent,
    around: Sequence[Sequence[Feature]],
    visitor: Visitor,
) -> FigureParts:
    own_layer = FigureLayer(content.features, _rendering(drawing), drawing.token)
    layers = layered(drawing, own_layer, map(FigureLayer, around))
    is_hidden = drawing.options.mode is MapMode.CHOROPLETH and drawing.joined is None
    box = _box(drawing, visitor.portal)
    return leaflet.figure(layers, communes, words=file_words(), is_ground_hidden=is_hidden, box=box)


def _box(drawing: MapDrawing, portal: str) -> tuple[float, float, float, float] | None:
    """Return the box that its maker gave to a map; None where it frames communes."""
    return initial_box(drawing.options, is_lit=bool(drawing.selection.query.communes or portal))


def _rendering(drawing: MapDrawing) -> PointRendering:
    return _RENDERINGS.get(drawing.options.mode, PointRendering.EACH)


_POINT_RADIUS = 6


def file_content(drawing: MapDrawing, communes: Iterable[CommuneShape]) -> FileContent:
    """Return what the file of a map holds.

    Raises:
        Forbidden: the visitor may not download the layer whose features it would hold.
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
    if drawing.options.mode is MapMode.SYMBOLS and drawing.has_areas:
        return FileContent(tuple(_circles(drawing)))
    if drawing.joined is not None:
        return _surfaces(drawing, drawing.joined)
    if drawing.has_areas:
        return FileContent(tuple(_coloured_communes(drawing, communes)))
    return _rows(drawing)


def _facts(drawing: MapDrawing, area: MapArea | None) -> list[tuple[str, str]]:
    """Return the measure of a place, as the first of its facts."""
    label = area.text if area and area.text else _("rien, ou aucune valeur")
    return [(capfirst(drawing.title), label)]


def _area_style(drawing: MapDrawing, area: MapArea | None) -> dict[str, Any]:
    tokens = palette()
    style = {"color": tokens["line-2"], "weight": 1, "fillOpacity": 1, "fillColor": tokens["paper"]}
    if area is not None and area.step != UNCLASSED:
        style["fillColor"] = literal(drawing.token, strengths(len(drawing.classes))[area.step])
    return style


def _coloured_communes(drawing: MapDrawing, communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    areas = {area.key: area for area in drawing.areas}
    for commune in communes:
        if area := areas.get(commune.code):
            style = _area_style(drawing, area)
            yield feature(
                json.loads(commune.geometry), commune.code, area.title, _facts(drawing, area), style
            )


def _circles(drawing: MapDrawing) -> Iterable[Feature]:
    """Yield a circle a place, the largest first so that the others lie over it."""
    placed = [(area, area.value) for area in drawing.areas if area.position and area.value is not None]
    for area, value in sorted(placed, key=lambda pair: -abs(pair[1])):
        geometry = {"type": "Point", "coordinates": area.position}
        style = _circle_style(drawing, value)
        yield feature(geometry, area.key, area.title, _facts(drawing, area), style)


def _circle_style(drawing: MapDrawing, value: float) -> dict[str, Any]:
    tokens, is_negative = palette(), value < 0
    return {
        "radius": max(2.0, round(radius(value, drawing), 1)),
        "color": tokens["ink" if is_negative else "paper"],
        "weight": 1.5,
        "fillColor": literal(drawing.token),
        "fillOpacity": 0 if is_negative else 0.7,
    }


def _surfaces(drawing: MapDrawing, joined: Scope) -> FileContent:
    """Read the joined surfaces; those without a place of the map are left out."""
    areas = {pk: area for area in drawing.areas for pk in area.ids}
    selection = select(joined, FeatureQuery())

    def style(row: Mapping[str, Any]) -> dict[str, Any]:
        return _area_style(drawing, areas.get(row["id"]))

    return read_features(selection, style, lambda row: _facts(drawing, areas.get(row["id"])))


def _rows(drawing: MapDrawing) -> FileContent:
    """Read the features themselves."""
    sized = drawing.options.value
    sort = (SortKey(sized, is_descending=True),) if sized else ()
    query = replace(drawing.selection.query, properties=None, sort=sort)
    selection = select(drawing.scope, query)
    paint = _painter(drawing)

    def facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
        value = row.get(sized)
        return [(capfirst(drawing.title), drawing.words(value))] if isinstance(value, int | float) else []

    return read_features(selection, paint, facts, without=sized)


def _painter(drawing: MapDrawing) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what gives the style of a row: by its value, or by its category as the page draws it."""
    scope, field = drawing.scope, drawing.scope.style.field
    categories = {each.value: each for each in drawing.categories}
    rest = MapCategory("", "", UNCATEGORISED if categories else drawing.token)

    def paint(row: Mapping[str, Any]) -> dict[str, Any]:
        if drawing.options.value:
            value = row.get(drawing.options.value)
            return _circle_style(drawing, float(value) if isinstance(value, int | float) else 0.0)
        category = categories.get(str(row.get(field)), rest)
        style = _row_style(
            shape(scope),
            literal(category.token, category.strength),
            is_faint=drawing.options.mode is MapMode.HEAT,
        )
        return style | {"corners": category.corners} if category.corners else style

    return paint


def _row_style(kind: str, filled: str, *, is_faint: bool) -> dict[str, Any]:
    if kind == "point":
        edge = {"weight": 0, "fillOpacity": 0.25} if is_faint else {"weight": 1.5, "fillOpacity": 1}
        return {"radius": _POINT_RADIUS, "color": palette()["paper"], "fillColor": filled, **edge}
    return {"color": filled, "weight": 3 if kind == "line" else 1, "fillColor": filled, "fillOpacity": 0.5}


def map_picture(
    drawing: MapDrawing, visitor: Visitor, *, width: float, height: float = HIGHEST
) -> PanelDrawing:
    """Return the map of a panel, and what it leaves out in words; an empty drawing where no commune is seen.

    Raises:
        TooSlow: the database did not answer in time.
    """
    communes = own(visible_communes(visitor), visitor.portal)
    if not communes:
        return PanelDrawing("")
    frame = PictureFrame(_box(drawing, visitor.portal) or bounds_of(communes), width, highest=height)
    content = map_content(drawing, communes)
    is_hidden = drawing.has_areas and drawing.joined is None and drawing.options.mode is MapMode.CHOROPLETH
    around = [each for _scope, each in context_contents(drawing.context, frame.box)]
    features = chain(*layered(drawing, content.features, [each.features for each in around]))
    parts = drawing_of([*features], communes, frame, is_ground_hidden=is_hidden)
    notes = (*content.notes, *(note for each in around for note in each.notes))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {frame.height}">'
    return PanelDrawing(f"{head}{parts}</svg>", notes)
