"""A map as small as a card: the communes in its colours, or some places of its features; a sample, never a list."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db.models import FloatField, Func

from dashboards.maps.drawing import UNCLASSED, MapDrawing
from dashboards.panels.kinds import Miniature, MiniatureDrawing
from dashboards.panels.miniatures import SHADES
from interface.map_config import bounds_of
from interface.territory import CommuneShape
from layers.cache import BoundedCache
from layers.queries import Selection
from layers.sql.limits import time_limit

MAX_POINTS = 120
_MAP_WIDTH = 160
Points = tuple[tuple[float, float], ...]


def sample_points(selection: Selection) -> Points:
    """Return the longitude and the latitude of the first features of a selection; nothing for a table.

    Raises:
        TooSlow: the database did not answer within the time of a tile.
    """
    if not selection.scope.definition.geometry.is_located:
        return ()
    key = (selection.scope.key, selection.version, selection.query.identity)
    return _points.recall(key, partial(_first_points, selection))


def _first_points(selection: Selection) -> Points:
    inside = Func("geom", function="ST_PointOnSurface")
    x, y = (Func(inside, function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = selection.queryset.exclude(geom=None).order_by("pk")[:MAX_POINTS]
    with time_limit("tile"):
        return tuple(rows.values_list(x, y))  # expressions, not annotations: a layer may have fields x and y


_points: BoundedCache[Points] = BoundedCache(200)


def map_miniature(drawing: MapDrawing, communes: Sequence[CommuneShape]) -> Miniature:
    """Draw the communes, in the classes of the map where they carry its measure, else some of its features on them."""
    if not communes:
        return Miniature()
    west, south, east, north = bounds_of(communes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = _MAP_WIDTH / max((east - west) * squeeze, (north - south) * 1.4)
    frame = (west, north, squeeze * scale, scale)
    steps = {} if drawing.joined else {area.key: area.step for area in drawing.areas}
    most = max(len(drawing.classes), 1)
    paths = []
    for commune in communes:
        step = steps.get(commune.code, UNCLASSED)
        shade = 0 if step == UNCLASSED else SHADES - step * SHADES // most
        paths.append(
            (f"town shade-{shade}", "".join(_outline(json.loads(commune.geometry)["coordinates"], frame)))
        )
    if not drawing.has_areas:
        dots = (
            f"M{(x - west) * frame[2]:.0f} {(north - y) * scale:.0f}h0"
            for x, y in sample_points(drawing.selection)
        )
        paths.append(("dots shade-1", "".join(dots)))
    box = f"-1 -1 {(east - west) * squeeze * scale + 2:.0f} {(north - south) * scale + 2:.0f}"
    return Miniature(drawing=MiniatureDrawing(tuple(paths), box, is_stretched=False))


def _outline(coordinates: Any, frame: tuple[float, float, float, float]) -> Iterable[str]:
    """Yield the rings of a surface of surfaces, without the corners that fall on the one before."""
    west, north, across, down = frame
    for surface in coordinates:
        for ring in surface:
            corners = dict.fromkeys(
                (round((x - west) * across), round((north - y) * down)) for x, y, *_rest in ring
            )
            if len(corners) > 2:
                yield "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"
