"""A map as one HTML file, or as SVG. Their addresses are those of the map with two parameters.

===========  ================================================================================
``vue``      what the map shows first, as its address says it: ``zoom/latitude/longitude``
``interne``  ``1``: with what the reader alone sees; without it, what everybody sees
===========  ================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from explorer.filters.chips import chips
from explorer.layer_panel.queries import LayerResult, MapResult, map_layers
from explorer.legend.presenters import legend_entry
from explorer.map_export.features import MapExportBuffers, file_surroundings, legend_of
from explorer.map_state.parsing import VIEW, Camera, MapQuery, parse_camera, parse_map
from explorer.map_state.queries import named_layers
from interface import wording
from interface.backdrop import backdrop
from interface.map_config import bounds_of
from interface.palette import literal
from interface.requests import Parameters, filled
from interface.standalone.document import StandaloneMap, file_words, standalone_file
from interface.standalone.features import MAX_BYTES, MAX_FEATURES, Feature, FileContent, read_features
from interface.standalone.figures import FigureLayer
from interface.standalone.looks import FileLegendLine, look_of
from interface.standalone.svg import PictureFrame, drawing_of
from interface.territory import CommuneShape, own, visible_communes
from layers import access
from layers.lazy import lazy_module
from layers.parsing import single_values
from layers.parsing.choices import choice
from layers.visitor import Visitor, public_of

if TYPE_CHECKING:
    from interface.standalone import leaflet
else:
    leaflet = lazy_module("interface.standalone.leaflet")

INTERNAL = "interne"
_OWN = (VIEW, INTERNAL)
_SCREEN = (900, 600)  # pixels of a map of which the camera is that of a screen
_TILE = 512  # pixels of the world at zoom 0 (MapLibre)
_LISTED = 200  # features named in the text of a file, a layer
_WIDTH, _LINE, _MARGIN = 1_000.0, 20, 16.0  # pixels of a picture, of a line of its text, around it
_LETTERS, _TITLE_LETTERS = 130, 80  # of a line of its text, of its title
_DRAWING_WIDTH = 700.0  # pixels of the drawing of a page
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MapExportQuery:
    """A map to download: its question, its first view, its reader."""

    map: MapQuery
    view: Camera | None
    is_internal: bool


def parse_map_export(parameters: Parameters) -> MapExportQuery:
    """Read the address of a file or a picture of the map.

    Raises:
        UnknownParameter: a name that is neither the map's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    values = filled(parameters)
    own = single_values({name: values[name] for name in _OWN if name in values}, allowed=_OWN)
    choice(own.get(INTERNAL, "1"), ["1"], parameter=INTERNAL)
    view = parse_camera(own[VIEW]) if VIEW in own else None
    return MapExportQuery(parse_map(parameters, allowed=_OWN), view, INTERNAL in own)


@dataclass(frozen=True, slots=True)
class ExportedLayer:
    """A layer of a file: its features, and its legend. ``first`` is the number of its first colour."""

    result: LayerResult
    content: FileContent
    legend: tuple[FileLegendLine, ...]
    first: int

    @property
    def lines(self) -> list[tuple[int, FileLegendLine]]:
        """The lines of its legend with the numbers of their colours."""
        return list(enumerate(self.legend, start=self.first))

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The features that the text of the file names."""
        return [feature["properties"] for feature in self.content.features[:_LISTED]]

    @property
    def unlisted(self) -> int:
        """How many it draws and does not name."""
        return max(0, len(self.content.features) - _LISTED)


@dataclass(frozen=True, slots=True)
class MapExport:
    """The content of a map file: layers from the highest, omissions in words, the box to show first.

    ``around`` are the relations of its question, drawn over all layers.
    """

    view: MapResult
    layers: tuple[ExportedLayer, ...]
    around: MapExportBuffers
    notes: tuple[str, ...]
    communes: Sequence[CommuneShape]
    box: Box
    is_internal: bool
    visitor: Visitor

    @property
    def title(self) -> str:
        """The names of its layers."""
        names = ", ".join(str(exported.result.scope.layer.title) for exported in self.layers)
        return _("Carte : %s") % names if names else _("Carte du territoire")

    @property
    def conditions(self) -> list[str]:
        """Its question, in words."""
        return [f"{chip.subject} {chip.words}" for chip in chips(self.view)]

    @property
    def lit(self) -> Sequence[str]:
        """The filtered communes."""
        return self.view.query.features.communes

    @property
    def features(self) -> list[Feature]:
        """What is drawn, from the lowest."""
        features = [feature for exported in reversed(self.layers) for feature in exported.content.features]
        return [*features, *self.around.features]

    @property
    def colours(self) -> list[str]:
        """The colours of its legend, in order."""
        return [line.colour for exported in self.layers for line in exported.legend]


def map_content(visitor: Visitor, query: MapExportQuery, *, is_file: bool = True) -> MapExport:
    """Read the features that answer a map: the public ones, or the visitor's when requested.

    Layers that the visitor may not download are in no file, only on the page that shows them.

    Raises:
        UnknownProperty: it asks a field that is not read.
        InvalidParameter: a value that cannot be read, naming its parameter.
        TooSlow: the database did not answer in time.
    """
    visitor = visitor if query.is_internal else public_of(visitor)
    named = {*named_layers(query.map)}
    scopes = [scope for scope in access.visible(visitor) if query.map.is_default or scope.slug in named]
    view = map_layers(scopes, query.map, access.visible_rasters(visitor))
    communes = own(visible_communes(visitor), visitor.portal)
    layers, notes = _layers(view.lists, view.query, is_file=is_file)
    if view.rasters_on:
        titles = ", ".join(str(result.scope.layer.title) for result in view.rasters_on)
        notes.append(_("Les rasters ne sont pas dans le fichier : %s.") % titles)
    if view.missing:
        notes.append(_("Une partie de cette carte n’existe pas, ou n’est pas ouverte : elle n’est pas ici."))
    box = _box(query.view) if query.view else bounds_of(_requested_communes(communes, view.query))
    around = file_surroundings(view, box)
    is_internal = any(not exported.result.scope.is_open for exported in layers)
    return MapExport(view, layers, around, (*notes, *around.notes), communes, box, is_internal, visitor)


def _requested_communes(communes: Sequence[CommuneShape], query: MapQuery) -> Sequence[CommuneShape]:
    """Return the filtered communes of a map, all of them without one of this portal."""
    return [one for one in communes if one.code in query.features.communes] or communes


def _layers(
    lists: Sequence[LayerResult], query: MapQuery, *, is_file: bool
) -> tuple[tuple[ExportedLayer, ...], list[str]]:
    """Read the layers that the visitor may download, the highest first, until the file is full; note the omissions."""
    exported: list[ExportedLayer] = []
    notes: list[str] = []
    rows, size, colours = MAX_FEATURES, MAX_BYTES, 0
    for result in lists:
        scope = result.scope
        title = str(scope.layer.title)
        if is_file and not scope.can_download:
            notes.append(
                _("« %s » n’est pas dans le fichier : votre droit ne permet pas de la télécharger.") % title
            )
            continue
        content = read_features(result.question.selection, look_of(scope), most=rows, most_bytes=size)
        notes += [_("%(title)s : %(text)s") % {"title": title, "text": note} for note in content.notes]
        legend = tuple(legend_of(legend_entry(result, query)))
        exported.append(ExportedLayer(result, content, legend, colours))
        rows, size = rows - len(content.features), size - content.size
        colours += len(legend)
    return tuple(exported), notes


def _box(camera: Camera) -> Box:
    """Return what a screen shows from a camera: west, south, east and north in degrees."""
    wide, high = (pixels / (_TILE * 2**camera.zoom) * 360 for pixels in _SCREEN)
    squeeze = math.cos(math.radians(camera.latitude))
    west, east = camera.longitude - wide / 2, camera.longitude + wide / 2
    return west, camera.latitude - high * squeeze / 2, east, camera.latitude + high * squeeze / 2


def map_file(content: MapExport) -> StandaloneMap:
    """Return a map as one file; see ``interface.standalone``."""
    layers = [FigureLayer(exported.content.features) for exported in reversed(content.layers)]
    layers.append(FigureLayer(content.around.features))
    parts = leaflet.figure(layers, content.communes, words=file_words(), box=content.box)
    body = render_to_string(
        "explorer/map_export/standalone.html",
        {
            "content": content,
            "figure": parts,
            "backdrop": _(backdrop().attribution) if backdrop() else "",
            "day": localdate(content.visitor.instant),
        },
    )
    made = standalone_file(content.title, body, parts, colours=content.colours)
    exported = tuple((layer.result.scope, len(layer.content.features)) for layer in content.layers)
    return replace(made, exported=exported)


def map_picture(content: MapExport) -> str:
    """Return a map as an SVG without script or style: its title over it, its legend and its sources under it."""
    frame = PictureFrame(content.box, _WIDTH, highest=_WIDTH)
    above, top = _above(content)
    below, height = _below(content, top + frame.height + _LINE + _MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" width="{_WIDTH:.0f}" '
        f'height="{height:.0f}" font-family="system-ui, sans-serif"><title>{escape(content.title)}</title>'
        f'<rect width="100%" height="100%" fill="{literal("paper")}"/>{above}'
        f'<svg y="{top:.0f}" width="{frame.width:.0f}" height="{frame.height}">'
        f"{drawing_of(content.features, content.communes, frame, lit=content.lit)}</svg>{below}</svg>"
    )


def _above(content: MapExport) -> tuple[str, float]:
    """Return the title of a picture and its question, and where they end."""
    parts, top = [], _MARGIN
    for line in wrap(content.title, _TITLE_LETTERS):
        top += _LINE + 4
        parts.append(_text(_MARGIN, top, line, size=20, weight=650))
    for line in wrap(" · ".join(content.conditions), _LETTERS):
        top += _LINE
        parts.append(_text(_MARGIN, top, line))
    return "".join(parts), top + _MARGIN


def map_drawing(content: MapExport) -> str:
    """Return a map as an SVG without texts, for a page that has them."""
    frame = PictureFrame(content.box, _DRAWING_WIDTH, highest=_DRAWING_WIDTH)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}">'
        f"<title>{escape(content.title)}</title>"
        f'<rect width="100%" height="100%" fill="{literal("paper")}"/>'
        f"{drawing_of(content.features, content.communes, frame, lit=content.lit)}</svg>"
    )


def _below(content: MapExport, top: float) -> tuple[str, float]:
    """Return the legend and the sources of a picture, and where they end."""
    parts: list[str] = []
    for exported in content.layers:
        parts.append(_text(_MARGIN, top, _counted(exported), weight=650))
        top += _LINE
        for line in exported.legend:
            parts.append(
                f'<rect x="{_MARGIN}" y="{top - 12:.0f}" width="14" height="14" '
                f'rx="{7 if line.shape == "point" else 2}" fill="{line.colour}"/>'
                + _text(_MARGIN + 24, top, line.title or str(exported.result.scope.definition.singular))
            )
            top += _LINE
    for words, colour in content.around.legend:
        parts.append(
            f'<path d="M{_MARGIN} {top - 5:.0f}h14" stroke="{colour}" stroke-width="2" stroke-dasharray="4 2"/>'
            + _text(_MARGIN + 24, top, words)
        )
        top += _LINE
    text = [part for line in (*content.notes, *_sources(content)) for part in wrap(line, _LETTERS)]
    for words in text:
        parts.append(_text(_MARGIN, top, words, size=12))
        top += _LINE
    return "".join(parts), top


def _counted(exported: ExportedLayer) -> str:
    result = exported.result
    return f"{result.scope.layer.title} ({wording.number(result.matched)})"


def _sources(content: MapExport) -> list[str]:
    texts = [_source(exported) for exported in content.layers]
    if backdrop():
        texts.append(_(backdrop().attribution))
    texts.append(_("Carte du %s") % wording.day(localdate(content.visitor.instant)))
    return texts


def _source(exported: ExportedLayer) -> str:
    layer = exported.result.scope.layer
    return _("Source de « %(title)s » : %(source)s") % {"title": layer.title, "source": layer.source or "–"}


def _text(x: float, y: float, words: str, *, size: int = 14, weight: int = 400) -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{literal("ink")}"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {look}>{escape(words)}</text>'
