"""What the kernel's tables call in the database: extensions and the two functions of its triggers.

``layers_commune_of(geometry)`` returns the INSEE code of the commune that holds the largest share of a geometry: the
commune containing a point, the longest length of a line, the largest area of a surface; the lowest code on a tie; NULL
outside the territory, and for an invalid surface, so that the constraint of the table refuses it by its own name
rather than GEOS in the middle of a computation. ``layers_bump_version(table)`` adds one to the table's ``data_version``.
"""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

COMMUNE_OF = """
CREATE FUNCTION layers_commune_of(located geometry) RETURNS varchar LANGUAGE plpgsql STABLE AS $$
DECLARE found varchar;
BEGIN
    IF ST_Dimension(located) = 2 AND NOT ST_IsValid(located) THEN
        RETURN NULL;
    END IF;
    SELECT code INTO found FROM layers_commune AS c
    WHERE c.geom && located AND ST_Intersects(c.geom, located)
    ORDER BY CASE ST_Dimension(located)
        WHEN 1 THEN ST_Length(ST_Intersection(c.geom, located))
        WHEN 2 THEN ST_Area(ST_Intersection(c.geom, located))
        ELSE 0 END DESC, c.code
    LIMIT 1;
    RETURN found;
END $$;
"""

BUMP_VERSION = """
CREATE FUNCTION layers_bump_version(written name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_dataversion AS v ("table", version) VALUES (written, 1)
    ON CONFLICT ("table") DO UPDATE SET version = v.version + 1;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        CreateExtension("unaccent"),
        migrations.RunSQL(COMMUNE_OF, "DROP FUNCTION layers_commune_of(geometry)"),
        migrations.RunSQL(BUMP_VERSION, "DROP FUNCTION layers_bump_version(name)"),
    ]
