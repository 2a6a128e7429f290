"""Geometries of a file as the portal stores them: plane, in EPSG:4326, checked; PostGIS does it by batches."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

# ST_LineMerge and ST_CollectionHomogenize: a delivery may hold single shapes as collections of one.
_SHAPES = """
SELECT ST_AsEWKB(
           CASE WHEN ST_Dimension(shape) = 1 THEN ST_LineMerge(shape)
                WHEN ST_Dimension(shape) = 2 THEN ST_Multi(shape) ELSE shape END),
       CASE WHEN ST_IsEmpty(shape) THEN '' WHEN ST_IsValid(shape) THEN NULL ELSE ST_IsValidReason(shape) END
FROM unnest(%s::bytea[]) WITH ORDINALITY AS given (wkb, rank)
CROSS JOIN LATERAL ST_Force2D(ST_Transform(ST_SetSRID(ST_GeomFromWKB(wkb), %s::int), 4326)) AS shape
ORDER BY rank
"""


def stored_shapes(shapes: Sequence[bytes], srid: int) -> list[tuple[bytes, str | None]]:
    """Return each geometry as EWKB with what is wrong with it: None when it is valid, an empty text when empty."""
    with connection.cursor() as cursor:
        cursor.execute(_SHAPES, [list(shapes), srid])
        return [(bytes(shape), fault) for shape, fault in cursor.fetchall()]
