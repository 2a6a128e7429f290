"""The row of the map in the table of panel kinds."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import Panel
from dashboards.maps.definitions import OPTIONS, MapMode, MapOptions, read_options
from dashboards.maps.drawing import MapDrawing
from dashboards.maps.features import features_drawing
from dashboards.maps.groups import groups_drawing
from dashboards.maps.presenters import map_context
from dashboards.panels.answers import answer
from dashboards.panels.focus import focus
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from interface.territory import COMMUNES_LAYER


def read_drawing(request: PanelRequest) -> MapDrawing:
    """Return what a map shows to its visitor.

    Raises:
        LayersError: what the document asks is not there for this visitor, or cannot be drawn.
    """
    options = read_options(request.panel.options)
    if not _is_of_groups(options):
        return features_drawing(request, options)
    asked, words = focus(request)
    drawing = groups_drawing(asked, options)
    return replace(drawing, notes=(words, *drawing.notes)) if words else drawing


def _is_of_groups(options: MapOptions) -> bool:
    return options.mode is MapMode.CHOROPLETH or (options.mode is MapMode.SYMBOLS and not options.value)


def read(request: PanelRequest) -> PanelAnswer:
    """Answer a map panel: its table says what the map shows."""
    drawing = read_drawing(request)
    return answer(
        request,
        drawing.table,
        matched=drawing.matched,
        value=drawing.total,
        unit=drawing.unit,
        context=map_context(request, drawing),
        is_empty=drawing.matched == 0,
        notes=drawing.notes,
    )


def other_layers(panel: Panel) -> tuple[str, ...]:
    """Return the communes, which lie under every map, and the surfaces that a measure is joined to."""
    joined = read_options(panel.options).join_layer
    return (COMMUNES_LAYER, joined) if joined else (COMMUNES_LAYER,)


MAP = PanelKind(
    name="map",
    title=_("carte"),
    icon="map",
    options=OPTIONS,
    template="dashboards/maps/map.html",
    read=read,
    other_layers=other_layers,
)
