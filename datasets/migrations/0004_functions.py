"""Functions of the deliveries' tables: readers of geometries that answer NULL instead of failing, and triggers.

A text that is not a geometry must be one finding among others and not the end of an import: PostGIS raises, and only
a block with EXCEPTION can go on. ``datasets_shaped`` gives a geometry the one type of its table, or NULL.
"""

from django.db import migrations

FUNCTIONS = {
    "datasets_geometry_of_text(text, integer)": """
CREATE FUNCTION datasets_geometry_of_text(source text, srid integer) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry;
BEGIN
    IF ltrim(source) LIKE '{%' THEN
        RETURN ST_SetSRID(ST_GeomFromGeoJSON(source), srid);
    END IF;
    found := ST_GeomFromEWKT(source);
    RETURN CASE WHEN ST_SRID(found) = 0 THEN ST_SetSRID(found, srid) ELSE found END;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_placed(geometry)": """
CREATE FUNCTION datasets_placed(given geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry := given;
BEGIN
    IF ST_SRID(given) <> 4326 THEN
        found := ST_Transform(given, 4326);
    END IF;
    IF ST_XMin(found) >= -180 AND ST_XMax(found) <= 180 AND ST_YMin(found) >= -90 AND ST_YMax(found) <= 90 THEN
        RETURN found;
    END IF;
    RETURN NULL;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_shaped(geometry, integer, boolean, boolean)": """
CREATE FUNCTION datasets_shaped(placed geometry, dimension integer, is_multi boolean, keeps_z boolean)
RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry := CASE WHEN keeps_z THEN ST_Force3DZ(placed) ELSE ST_Force2D(placed) END;
BEGIN
    IF ST_HasArc(found) THEN
        found := ST_CurveToLine(found);
    END IF;
    IF NOT ST_IsValid(found) THEN
        found := ST_MakeValid(found);
    END IF;
    found := ST_CollectionExtract(found, dimension + 1);
    IF ST_IsEmpty(found) THEN
        RETURN NULL;
    ELSIF is_multi THEN
        RETURN ST_Multi(found);
    ELSIF ST_NumGeometries(found) = 1 THEN
        RETURN ST_GeometryN(found, 1);
    END IF;
    RETURN NULL;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_commune_named(text)": r"""
CREATE FUNCTION datasets_commune_named(named text) RETURNS varchar LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT code FROM layers_commune
    WHERE code = upper(btrim(named))
       OR btrim(regexp_replace(lower(unaccent(nom)), '[^a-z0-9]+', ' ', 'g'))
        = btrim(regexp_replace(lower(unaccent(named)), '[^a-z0-9]+', ' ', 'g'))
    ORDER BY code LIMIT 1
$$
""",
    "datasets_bump_version()": """
CREATE FUNCTION datasets_bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM layers_bump_version(TG_TABLE_NAME);
    RETURN NULL;
END $$
""",
    "datasets_set_commune()": """
CREATE FUNCTION datasets_set_commune() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.commune_id := layers_commune_of(NEW.geom);
    RETURN NEW;
END $$
""",
    "datasets_name_commune()": """
CREATE FUNCTION datasets_name_commune() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.commune_id := datasets_commune_named(to_jsonb(NEW) ->> TG_ARGV[0]);
    RETURN NEW;
END $$
""",
}


class Migration(migrations.Migration):
    dependencies = [("datasets", "0003_upload"), ("layers", "0002_initial")]
    operations = [
        migrations.RunSQL(body, f"DROP FUNCTION {signature}") for signature, body in FUNCTIONS.items()
    ]
