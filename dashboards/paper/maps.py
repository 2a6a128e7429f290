"""The map of a panel as a drawing: the communes, the backdrop and what the panel shows over them, in SVG."""

from __future__ import annotations

from dashboards.maps.definitions import MapMode
from dashboards.maps.drawing import MapDrawing
from dashboards.maps.standalone.features import map_content
from interface.map_config import bounds_of
from interface.standalone.svg import PictureFrame, drawing_of
from interface.territory import own, visible_communes
from layers.visitor import Visitor


def map_svg(drawing: MapDrawing, visitor: Visitor, *, width: float) -> tuple[str, tuple[str, ...]]:
    """Return the map of a panel, and what it leaves out in words; an empty drawing where no commune is seen.

    Raises:
        TooSlow: the database did not answer in time.
    """
    communes = own(visible_communes(visitor), visitor.portal)
    if not communes:
        return "", ()
    frame = PictureFrame(bounds_of(communes), width)
    content = map_content(drawing, communes)
    is_hidden = drawing.is_of_places and drawing.joined is None and drawing.options.mode is MapMode.CHOROPLETH
    parts = drawing_of(content.features, communes, frame, is_ground_hidden=is_hidden)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {frame.height}">'
    return f"{head}{parts}</svg>", content.notes
