"""Where the features that answer are: what the map zooms to."""

from __future__ import annotations

from django.contrib.gis.db.models import Extent

from explorer.map_state.filter_expression import LayerQuestion
from layers.queries.territory import Bounds
from layers.sql.limits import time_limit


def extent(question: LayerQuestion) -> Bounds | None:
    """Return west, south, east, north of the features that answer, in degrees; None when there is none."""
    with time_limit("aggregate"):
        found: Bounds | None = question.selection.queryset.aggregate(extent=Extent("geom"))["extent"]
    return found
