"""``layers_overlap(one, other)``: whether two lines or surfaces share more than a border (ADR 0056).

Two surfaces overlap when one goes deeper than ``depth_m`` into the other, or when they share half of the smaller one; a
line and a surface when more than ``length_m`` of the line is inside, or all of it. Two lines, and points with anything,
overlap where they share a point. Surfaces are eroded in metres of their own latitude, which a projection would cost
twice, and cut first around the part that they share: a zone may have ten thousand corners, a parcel five.
"""

from django.db import migrations

OVERLAP = """
CREATE FUNCTION layers_overlap(
    one geometry, other geometry, depth_m double precision, length_m double precision
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
    of_one integer := ST_Dimension(one);
    of_other integer := ST_Dimension(other);
    latitude double precision;
    width double precision;
    height double precision;
    first geometry;
    second geometry;
    part geometry;
    around box2d;
BEGIN
    IF of_one = 0 OR of_other = 0 OR of_one + of_other = 2 THEN
        RETURN ST_Intersects(one, other);
    END IF;
    IF of_one = 1 THEN
        RETURN ST_Within(one, other) OR ST_Length(ST_Intersection(one, other)::geography) > length_m;
    END IF;
    IF of_other = 1 THEN
        RETURN ST_Within(other, one) OR ST_Length(ST_Intersection(other, one)::geography) > length_m;
    END IF;
    IF ST_CoveredBy(one, other) OR ST_CoveredBy(other, one) THEN
        RETURN true;
    END IF;
    -- The metres of a degree of longitude and of latitude (WGS 84).
    latitude := radians((greatest(ST_YMin(one), ST_YMin(other)) + least(ST_YMax(one), ST_YMax(other))) / 2);
    width := 111412.84 * cos(latitude) - 93.5 * cos(3 * latitude);
    height := 111132.954 - 559.822 * cos(2 * latitude) + 1.175 * cos(4 * latitude);
    first := ST_Scale(one, width, height);
    second := ST_Scale(other, width, height);
    part := ST_CollectionExtract(ST_Intersection(first, second), 3);
    IF ST_Area(part) < 1e-6 THEN
        RETURN false;
    END IF;
    IF 2 * ST_Area(part) >= least(ST_Area(first), ST_Area(second)) THEN
        RETURN true;
    END IF;
    around := ST_Expand(part, depth_m + 1)::box2d;
    RETURN ST_Intersects(part, ST_Buffer(ST_ClipByBox2D(second, around), -depth_m, 'quad_segs=2'))
        OR ST_Intersects(part, ST_Buffer(ST_ClipByBox2D(first, around), -depth_m, 'quad_segs=2'));
END $$;
"""


class Migration(migrations.Migration):
    """Add the function that joins of two layers compare surfaces and lines with."""

    dependencies = [("layers", "0017_wide_surfaces")]

    operations = [
        migrations.RunSQL(
            OVERLAP, "DROP FUNCTION layers_overlap(geometry, geometry, double precision, double precision)"
        )
    ]
