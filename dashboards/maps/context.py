"""Layers around a map panel: drawn pale, not counted, for who sees them; on the page, on paper and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from dashboards.maps.definitions import MapMode, MapOptions
from dashboards.maps.drawing import MapDrawing
from dashboards.panels.kinds import PanelRequest
from interface.map_config import shape
from interface.palette import mixed_over, palette
from interface.standalone.features import FileContent, PathStyle, Row, read_features
from interface.standalone.looks import FileLegendLine, class_look, look_of, swatch
from layers import access
from layers.access import Scope
from layers.crs import CRS84
from layers.errors import UnknownLayer
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.styles.definitions import Category, NumberInterval
from styles.classes import classes_of

PALE = 0.55
"""The opacity of the layers around, as ``layers.js`` has it."""
MOST, MOST_BYTES = 2_000, 2 * 1024 * 1024
"""Features of the layers around that a file or a sheet has at most, and their bytes."""
_MOST_CLASSES = 6
Box = tuple[float, float, float, float]
Layer = TypeVar("Layer")


@dataclass(frozen=True, slots=True)
class ContextLegend:
    """A layer around in the legend: its title and the lines of its classes, or one line with its title."""

    title: str
    lines: tuple[FileLegendLine, ...]


def context_scopes(request: PanelRequest, options: MapOptions) -> Iterator[Scope]:
    """Yield the layers around that the visitor sees and that have a place."""
    for slug in options.context:
        try:
            scope = access.scope(request.visitor, slug)
        except UnknownLayer:
            continue
        if scope.definition.geometry.is_located and scope.can_read_rows:
            yield scope


def context_words(drawing: MapDrawing) -> str:
    """Name the layers that are drawn around and not counted; empty without any."""
    titles = ", ".join(scope.layer.title for scope in drawing.context)
    return _("Aussi sur la carte, sans être comptés : %s.") % titles if titles else ""


def context_legend(scopes: Iterable[Scope]) -> tuple[ContextLegend, ...]:
    """Return the legend of layers around, in their pale colours; a layer of many classes has one line."""
    return tuple(map(_legend, scopes))


def _legend(scope: Scope) -> ContextLegend:
    title, classes = str(scope.layer.title), classes_of(scope.style).style_classes
    if not 0 < len(classes) <= _MOST_CLASSES:
        return ContextLegend("", (_line(scope, title, None),))
    return ContextLegend(title, tuple(_line(scope, str(each.title), each) for each in classes))


def _line(scope: Scope, title: str, style_class: Category | NumberInterval | None) -> FileLegendLine:
    colour = mixed_over(swatch(class_look(scope, style_class)), palette()["paper"], round(100 * PALE))
    return FileLegendLine(title, colour, shape(scope))


def context_contents(scopes: Iterable[Scope], box: Box) -> Iterator[tuple[Scope, FileContent]]:
    """Yield the features of layers around within a box of degrees, until there are ``MOST``; notes name their layer.

    Raises:
        TooSlow: the database did not answer in time.
    """
    rows, size = MOST, MOST_BYTES
    area = Polygon.from_bbox(box)
    area.srid = CRS84.srid
    for scope in scopes:
        query = select(scope, FeatureQuery(bbox=area))
        content = read_features(query, _pale(look_of(scope)), most=rows, most_bytes=size)
        rows, size = rows - len(content.features), size - content.size
        notes = (
            _("%(title)s : %(text)s") % {"title": scope.layer.title, "text": note} for note in content.notes
        )
        yield scope, FileContent(content.features, tuple(notes), content.size)


def _pale(look: Callable[[Row], PathStyle | None]) -> Callable[[Row], PathStyle | None]:
    """Return a look as pale as that of what is around."""

    def pale(row: Row) -> PathStyle | None:
        style = look(row)
        if style is None:
            return None
        opacities = {name: round(PALE * style.get(name, 1), 2) for name in ("opacity", "fillOpacity")}
        return style | opacities

    return pale


def layered(drawing: MapDrawing, own: Layer, around: Iterable[Layer]) -> list[Layer]:
    """Return what a map draws, from the lowest: surfaces in classes would hide what is around, and lie under it."""
    is_ground = drawing.options.mode is MapMode.CHOROPLETH
    return [own, *around] if is_ground else [*around, own]
