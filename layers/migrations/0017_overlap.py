"""``layers_overlap(one, other)``: whether two lines or surfaces share more than a border (ADR 0056).

Two surfaces overlap when one goes deeper than ``depth_m`` into the other, or when they share half of the smaller one; a
line and a surface when more than ``length_m`` of the line is inside, or all of it. Two lines, and points with anything,
overlap where they share a point. The surface that is eroded is cut first around the other: a zone may have ten thousand
corners, a parcel five.
"""

from django.db import migrations

GOES_DEEP = """
CREATE FUNCTION layers_goes_deep(shape geometry, ground geometry, depth_m double precision) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    height double precision := (depth_m + 1) / 110000;
    width double precision := height / greatest(cos(radians(least(89, greatest(abs(ST_YMin(shape)), abs(ST_YMax(shape)))))), 0.01);
    part geometry := ST_ClipByBox2D(ground, ST_Expand(ST_Envelope(shape), width, height)::box2d);
BEGIN
    RETURN NOT ST_IsEmpty(part) AND ST_Intersects(shape, ST_Buffer(part::geography, -depth_m)::geometry);
END $$;
"""

OVERLAP = """
CREATE FUNCTION layers_overlap(one geometry, other geometry) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
    of_one integer := ST_Dimension(one);
    of_other integer := ST_Dimension(other);
    limits record;
BEGIN
    IF of_one = 0 OR of_other = 0 OR of_one + of_other = 2 THEN
        RETURN ST_Intersects(one, other);
    END IF;
    SELECT depth_m, length_m INTO limits FROM layers_commune_thresholds();
    IF of_one = 1 THEN
        RETURN ST_Within(one, other) OR ST_Length(ST_Intersection(one, other)::geography) > limits.length_m;
    END IF;
    IF of_other = 1 THEN
        RETURN ST_Within(other, one) OR ST_Length(ST_Intersection(other, one)::geography) > limits.length_m;
    END IF;
    RETURN ST_CoveredBy(one, other) OR ST_CoveredBy(other, one)
        OR layers_goes_deep(one, other, limits.depth_m) OR layers_goes_deep(other, one, limits.depth_m)
        OR 2 * ST_Area(ST_Intersection(one, other)) >= least(ST_Area(one), ST_Area(other));
END $$;
"""


class Migration(migrations.Migration):
    """Add the function that joins of two layers compare surfaces and lines with."""

    dependencies = [("layers", "0016_commune_shares")]

    operations = [
        migrations.RunSQL(
            GOES_DEEP,
            "DROP FUNCTION layers_goes_deep(geometry, geometry, double precision)",
        ),
        migrations.RunSQL(OVERLAP, "DROP FUNCTION layers_overlap(geometry, geometry)"),
    ]
