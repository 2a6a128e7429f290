"""Surfaces half as wide as the Earth have no area: an edge that joins opposite points is no way on the spheroid.

They go into communes as others do (ADR 0056), without a share.
"""

from django.db import migrations

_MEASURE = """
CREATE OR REPLACE FUNCTION layers_measure(shape geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE ST_Dimension(shape) WHEN 2 THEN {area} WHEN 1 THEN ST_Length(shape::geography)
    ELSE ST_NumGeometries(shape) END
$$
"""
_AREA = "ST_Area(shape::geography)"
_IS_WIDE = "ST_XMax(shape) - ST_XMin(shape) >= 180 OR ST_YMax(shape) - ST_YMin(shape) >= 180"


class Migration(migrations.Migration):
    dependencies = [("layers", "0016_commune_shares")]
    operations = [
        migrations.RunSQL(
            _MEASURE.format(area=f"CASE WHEN {_IS_WIDE} THEN NULL ELSE {_AREA} END"), _MEASURE.format(area=_AREA)
        ),
    ]
