"""The version of a row in PostgreSQL, for the ETag of one feature."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Expression, QuerySet, TextField

_STORED = "SELECT ST_AsEWKB(ST_Transform(ST_GeomFromEWKB(%s), 4326))"


class RowVersion(Expression):
    """Which version of a row this is: the transaction that wrote it and where it lies, plain SQL included.

    PostgreSQL writes a changed row elsewhere, so that two changes of one transaction differ too. It needs no column.
    A rewritten table (VACUUM FULL) changes every version: a pending change is then refused and must be sent again.
    """

    output_field = TextField()
    alias = ""

    def resolve_expression(self, query: Any = None, *arguments: Any, **options: Any) -> Self:
        """Take the name under which the query reads the table."""
        resolved = self.copy()
        resolved.alias = query.get_initial_alias()
        return resolved

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Write the column with its table."""
        table = compiler.quote_name_unless_alias(self.alias)
        return f"({table}.xmin::text || {table}.ctid::text)", ()


def for_update(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Lock the rows of a queryset until the end of the transaction, and nothing that they refer to.

    PostgreSQL names the table to lock without its schema: rows of a dataset, which refer to nothing, are locked whole.
    """
    has_schema = "." in rows.model._meta.db_table
    return rows.select_for_update() if has_schema else rows.select_for_update(of=("self",))


def stored(geometry: GEOSGeometry) -> GEOSGeometry:
    """Return the geometry in the CRS of storage, brought there by PostGIS."""
    if geometry.srid == 4326:
        return geometry
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [bytes(geometry.ewkb)])
        row = cursor.fetchone()
    assert row is not None  # a SELECT without FROM has one row
    return GEOSGeometry(memoryview(row[0]))
