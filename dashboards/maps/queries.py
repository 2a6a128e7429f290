"""Some places of the features of a map, for a picture as small as a card: a sample, never a list."""

from __future__ import annotations

from functools import partial

from django.db.models import FloatField, Func

from layers.cache import BoundedCache
from layers.queries import Selection
from layers.sql.limits import time_limit

MOST_PLACES = 120
Places = tuple[tuple[float, float], ...]


def some_places(selection: Selection) -> Places:
    """Return the longitude and the latitude of the first features of a selection; nothing for a table.

    Raises:
        TooSlow: the database did not answer within the time of a tile.
    """
    if not selection.scope.definition.geometry.is_located:
        return ()
    key = (selection.scope.key, selection.version, selection.query.identity)
    return _places.recall(key, partial(_first_places, selection))


def _first_places(selection: Selection) -> Places:
    inside = Func("geom", function="ST_PointOnSurface")
    x, y = (Func(inside, function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = selection.queryset.exclude(geom=None).order_by("pk")[:MOST_PLACES]
    with time_limit("tile"):
        return tuple(rows.annotate(x=x, y=y).values_list("x", "y"))


_places: BoundedCache[Places] = BoundedCache(200)
