"""The rows of a list around a point: the nearest first, as who stands there reads them.

The GiST index of ``geom_3857`` gives the nearest rows (KNN); the distance told is measured on the spheroid.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F

from explorer.queries.neighbours import MetresBetween, Nearness, WebMercator
from layers.definitions import ID
from layers.queries import Selection
from layers.sql.spatial import Geography, shape_value

# No field has such a name: Django refuses one that ends with an underscore (fields.E001).
METRES = "metres_"


def first_rows(selection: Selection) -> list[dict[str, Any]]:
    """Return the rows that a list shows: the nearest of the place asked with their ``METRES``, else by the order asked.

    The fields are those of ``Selection.rows``.
    """
    near = selection.query.near
    if near is None:
        return selection.rows()[0]
    place = shape_value(near.point)
    rows = selection.queryset.annotate(**{METRES: MetresBetween(Geography(F("geom")), Geography(place))})
    ordered = rows.order_by(Nearness(F("geom_3857"), WebMercator(place)), "pk")[: selection.query.limit]
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    found = [
        {name: row[source] for name, source in sources.items()} | {METRES: row[METRES]}
        for row in ordered.values(*sources.values(), METRES)
    ]
    return sorted(found, key=lambda row: (row[METRES], row[ID.name]))
