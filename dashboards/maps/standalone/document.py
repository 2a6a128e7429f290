"""The file of a map panel: see ``interface.standalone`` for what it keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from dashboards.maps.definitions import MapMode
from dashboards.maps.drawing import MapDrawing
from dashboards.maps.kind import read_drawing
from dashboards.maps.presenters import legend_note
from dashboards.maps.standalone.features import file_content
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.presenters import table_rows
from interface.backdrop import backdrop
from interface.palette import literal
from interface.standalone.document import StandaloneMap, file_words, standalone_file
from interface.standalone.features import FileContent
from interface.standalone.leaflet import DrawnAs, FigureLayer, FigureParts, figure
from interface.territory import CommuneShape, own, visible_communes

_DRAWN_AS = {MapMode.CLUSTERS: DrawnAs.GATHERED, MapMode.HEAT: DrawnAs.DENSITY}


def standalone_map(request: PanelRequest, *, filters: Sequence[str] = ()) -> StandaloneMap:
    """Return the file of a map panel under the rights of its asker; ``filters`` are those of the page, in words.

    Raises:
        Forbidden: the asker may not download the layer whose features the file would hold.
        LayersError: as ``read_drawing``.
    """
    drawing = read_drawing(request)
    communes = own(visible_communes(request.visitor), request.visitor.portal)
    content = file_content(drawing, communes)
    title = request.panel.title or str(request.scope.layer.title)
    parts = _figure(drawing, communes, content)
    body = render_to_string(
        "dashboards/maps/standalone.html",
        {
            "title": title,
            "subtitle": request.panel.subtitle,
            "filters": filters,
            "drawing": drawing,
            "rows": table_rows(drawing.table),
            "note": legend_note(drawing),
            "notes": (*drawing.notes, *content.notes),
            "figure": parts,
            "layer": request.scope.layer,
            "source": request.panel.source,
            "backdrop": _(backdrop().attribution) if backdrop() else "",
            "day": localdate(request.visitor.instant),
        },
    )
    filled = [literal(line.token, line.strength) if line.token else "" for line in drawing.legend]
    drawn_as = [_drawn_as(drawing)]
    made = standalone_file(
        title, body, parts, colours=filled, drawn_as=drawn_as, gathered=literal(drawing.token)
    )
    source = drawing.features_of
    return replace(made, taken=((source, len(content.features)),)) if source is not None else made


def _figure(drawing: MapDrawing, communes: Sequence[CommuneShape], content: FileContent) -> FigureParts:
    layer = FigureLayer(content.features, _drawn_as(drawing), drawing.token)
    is_hidden = drawing.options.mode is MapMode.CHOROPLETH and drawing.joined is None
    return figure([layer], communes, words=file_words(), is_ground_hidden=is_hidden)


def _drawn_as(drawing: MapDrawing) -> DrawnAs:
    return _DRAWN_AS.get(drawing.options.mode, DrawnAs.EACH)
