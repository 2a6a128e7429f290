"""The rows around a point, in a list or in a table: the nearest first, as who stands there reads them.

The distance told is measured on the spheroid. A list takes the nearest rows by the GiST index of ``geom_3857`` (KNN); a
table goes by pages through all of them, which that index cannot, and measures each row within the distance asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from explorer.sheet.neighbours import MetresBetween, Nearness, WebMercator
from layers.definitions import ID, Field, FieldType
from layers.queries import Selection
from layers.queries.paging import RowOrder
from layers.sql.spatial import Geography, shape_value

# No field has such a name: Django refuses one that ends with an underscore (fields.E001).
METRES = "metres_"
# How far a row of a table is. No field of a layer is called so; the ORM reads no name that ends with an underscore.
DISTANCE = Field("_distance", FieldType.NUMBER, _("distance"), path="_metres", unit="m")


def first_rows(selection: Selection) -> list[dict[str, Any]]:
    """Return the rows that a list shows: the nearest of the place asked with their ``METRES``, else by the order asked.

    The fields are those of ``Selection.page``.
    """
    near = selection.query.near
    if near is None:
        return selection.page().rows
    return nearest_rows(selection, near.point, selection.query.limit)


def nearest_rows(selection: Selection, point: GEOSGeometry, count: int) -> list[dict[str, Any]]:
    """Return the ``count`` rows of a selection that are nearest to a point (EPSG:4326), with their ``METRES``.

    Rows without position are not among them. The fields are those of ``Selection.page``.
    """
    place = shape_value(point)
    rows = selection.rows.filter(geom_3857__isnull=False).annotate(
        **{METRES: MetresBetween(Geography(F("geom")), Geography(place))}
    )
    ordered = rows.order_by(Nearness(F("geom_3857"), WebMercator(place)), "pk")[:count]
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    found = [
        {name: row[source] for name, source in sources.items()} | {METRES: row[METRES]}
        for row in ordered.values(*sources.values(), METRES)
    ]
    return sorted(found, key=lambda row: (row[METRES], row[ID.name]))


def measured(selection: Selection) -> Selection:
    """Return the same rows with how far each is from the place asked, as the field ``DISTANCE``.

    Raises:
        ValueError: no place is asked.
    """
    if selection.query.near is None:
        raise ValueError("no place is asked")
    place = Geography(shape_value(selection.query.near.point))
    metres = {DISTANCE.source: MetresBetween(Geography(F("geom")), place)}
    return replace(
        selection, queryset=selection.queryset.annotate(**metres), fields=(*selection.fields, DISTANCE)
    )


def by_distance(selection: Selection, distance: Field, *, is_descending: bool) -> Selection:
    """Return rows in the order of a distance that they have, ``DISTANCE`` or that of a match, then of their id."""
    return replace(selection, order=RowOrder.of([(distance, is_descending)]))
