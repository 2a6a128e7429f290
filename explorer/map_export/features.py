"""The legend of a layer in a file of the map, and how a file draws the relations of its question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from explorer.buffers.presenters import fault_words, outline_words
from explorer.buffers.queries import (
    BufferShape,
    NearestLine,
    NearestObject,
    answer_matches,
    outlines,
    pixel_in,
    relations,
)
from explorer.layer_panel.queries import MapResult
from explorer.legend.presenters import LayerLegend
from interface import wording
from interface.map_config import shape
from interface.palette import literal
from interface.standalone.features import Feature, PathStyle, feature
from interface.standalone.looks import FileLegendLine, class_look, swatch
from layers.access import Scope

_PIXELS = 1_000.0  # of the longest side of what is drawn
Box = tuple[float, float, float, float]


def legend_of(entry: LayerLegend) -> list[FileLegendLine]:
    """Return the legend of a layer as on its map: the classes with answers, or the layer itself."""
    scope = entry.scope
    kind = shape(scope)
    lines = [
        FileLegendLine(str(each.style_class.title), swatch(class_look(scope, each.style_class)), kind)
        for each in entry.lines
    ]
    if not lines or entry.has_rest:
        lines.append(FileLegendLine(_("Autres") if lines else "", swatch(class_look(scope, None)), kind))
    return lines


@dataclass(frozen=True, slots=True)
class MapExportBuffers:
    """The features of relations from the lowest, the outlines that are drawn in words, each with its colour, and notes.

    ``notes`` say what is not drawn.
    """

    features: tuple[Feature, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def file_surroundings(view: MapResult, box: Box) -> MapExportBuffers:
    """Return what is drawn of the relations of the layers that are on, in a picture of a box of degrees.

    Raises:
        TooSlow: the database did not answer in time.
    """
    scopes = {result.scope.slug: result.scope for result in view.everything}
    shapes: list[BufferShape] = []
    above: list[Feature] = []
    pixel = pixel_in(box, _PIXELS)
    for scope in (result.scope for result in view.lists):
        if not _is_exported(scope, (other for _one, other in relations(scope, view.query, scopes))):
            continue
        shapes += outlines(scope, view.query, scopes, pixel=pixel)
        matches = answer_matches(scope, view.query, scopes, pixel=pixel)
        above += [*map(_object, matches.objects), *_links(scope, matches.links)]
    return MapExportBuffers(
        features=(*filter(None, map(_outline, shapes)), *above),
        legend=tuple((_words(one), literal(one.other.style.token)) for one in shapes if one.shape),
        notes=tuple(_note(one) for one in shapes if one.fault),
    )


def _is_exported(scope: Scope, other_scopes: Iterable[Scope]) -> bool:
    return scope.can_download and all(other.can_download for other in other_scopes)


def _words(one: BufferShape) -> str:
    return outline_words(one.metres, one.other)


def _note(one: BufferShape) -> str:
    assert one.fault is not None
    return _("%(title)s : %(text)s") % {"title": _words(one), "text": fault_words(one.fault)}


def _outline(one: BufferShape) -> Feature | None:
    if one.shape is None:
        return None
    look = {"color": literal(one.other.style.token), "weight": 1.6, "dashArray": "6 4", "fill": False}
    return feature(one.shape, f"{one.other.slug}@{one.metres:g}", _words(one), [], look)


def _object(one: NearestObject) -> Feature:
    colour = literal(one.token)
    look: PathStyle = {"color": colour, "weight": 2.5, "fillColor": colour, "fillOpacity": 0.25}
    if one.shape["type"] in {"Point", "MultiPoint"}:
        look = {"color": colour, "weight": 2.5, "fill": False, "radius": 8}
    return feature(one.shape, f"{one.other.slug}/{one.pk}", one.title, [], look)


def _links(scope: Scope, links: Sequence[NearestLine]) -> Iterator[Feature]:
    """Yield the lines, then the answers at their ends under their lengths."""
    ink = literal("ink")
    line: PathStyle = {"color": ink, "weight": 2, "dashArray": "1 4", "lineCap": "round"}
    dot: PathStyle = {"radius": 4.5, "fillColor": literal(scope.style.token), "fillOpacity": 1,
                 "color": literal("paper"), "weight": 1.5}  # fmt: skip
    for link in links:
        yield feature(link.shape, f"{link.pk}-", wording.sure_distance(link.metres, link.error), [], line)
    for link in links:
        point: dict[str, Any] = {"type": "Point", "coordinates": link.shape["coordinates"][0]}
        words = wording.sure_distance(link.metres, link.error)
        yield feature(point, f"{link.pk}-end", words, [], dot | {"label": words})
