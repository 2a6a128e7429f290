"""The communes that a line or a surface goes into, with the share of each (ADR 0056).

``layers_commune_shares(geometry)`` returns ``communes``, those that the geometry goes into, the largest share first, and
``shares``: by INSEE code the square metres, metres or points of the part in each commune that it meets, and under the
empty code those of the part outside all of them. ``layers_place_rows(geometry)`` computes them again around a boundary
that changed. Shares add up to the whole: edges that are cut, and ground that two
boundaries claim or a border that two communes share, are divided in proportion.

A surface goes into a commune when it meets the ground of it that is more than ``depth_m`` from its border
(``layers_communecore``), a line when more than ``length_m`` of it is inside, points when one is; whatever it is, it goes
into the commune that holds the largest part of it. ``layers_commune_thresholds`` is replaced when the settings change.
"""

from typing import Any

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, transaction

THRESHOLDS = """
CREATE FUNCTION layers_commune_thresholds(OUT depth_m double precision, OUT length_m double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 1::double precision, 5::double precision $$;
"""

MEASURE = """
CREATE FUNCTION layers_measure(shape geometry) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE ST_Dimension(shape) WHEN 2 THEN ST_Area(shape::geography) WHEN 1 THEN ST_Length(shape::geography)
    ELSE ST_NumGeometries(shape) END
$$;
"""

CORE = """
CREATE TABLE layers_communecore (code varchar(5) PRIMARY KEY, geom geometry(Geometry, 4326) NOT NULL);
CREATE FUNCTION layers_set_commune_core(commune_code varchar, boundary geometry) RETURNS void LANGUAGE sql AS $$
INSERT INTO layers_communecore (code, geom)
SELECT commune_code, ST_Buffer(boundary::geography, -depth_m)::geometry FROM layers_commune_thresholds()
ON CONFLICT (code) DO UPDATE SET geom = excluded.geom
$$;
"""

SHARES = """
CREATE FUNCTION layers_commune_shares(located geometry, OUT communes varchar[], OUT shares jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    kind integer := ST_Dimension(located);
    met varchar[];
    holder varchar;
    whole double precision;
    outside double precision := 0;
BEGIN
    -- The constraint of the table refuses an invalid surface by its own name.
    IF located IS NULL OR ST_IsEmpty(located) OR kind = 2 AND NOT ST_IsValid(located) THEN
        RETURN;
    END IF;
    whole := layers_measure(located);
    SELECT array_agg(c.code), min(c.code) FILTER (WHERE ST_Covers(c.geom, located)) INTO met, holder
    FROM layers_commune AS c WHERE c.geom && located AND ST_Intersects(c.geom, located);
    IF met IS NULL THEN
        communes := '{}';
        shares := jsonb_build_object('', round(whole::numeric, 6));
        RETURN;
    END IF;
    IF holder IS NOT NULL AND cardinality(met) = 1 THEN
        communes := ARRAY[holder];
        shares := jsonb_build_object(holder, round(whole::numeric, 6));
        RETURN;
    END IF;
    IF holder IS NULL THEN
        SELECT layers_measure(ST_CollectionExtract(ST_Difference(located, ST_Union(c.geom)), kind + 1)) INTO outside
        FROM layers_commune AS c WHERE c.code = ANY(met);
    END IF;
    WITH parts AS (
        SELECT c.code, layers_measure(ST_CollectionExtract(ST_Intersection(c.geom, located), kind + 1)) AS size
        FROM layers_commune AS c WHERE c.code = ANY(met)
    ), ranked AS (
        SELECT p.code, p.size, row_number() OVER (ORDER BY p.size DESC, p.code) AS rank,
            sum(p.size) OVER () + outside AS total
        FROM parts AS p WHERE p.size > 1e-6
    )
    SELECT array_agg(r.code ORDER BY r.rank) FILTER (WHERE r.rank = 1 AND r.size >= outside OR CASE kind
            WHEN 2 THEN ST_Intersects(core.geom, located) WHEN 1 THEN r.size > t.length_m ELSE true END),
        jsonb_object_agg(r.code, round((r.size * whole / r.total)::numeric, 6)) || CASE WHEN outside > 1e-6
            THEN jsonb_build_object('', round((outside * whole / min(r.total))::numeric, 6)) ELSE '{}' END
    INTO communes, shares
    FROM ranked AS r LEFT JOIN layers_communecore AS core USING (code), layers_commune_thresholds() AS t;
    communes := coalesce(communes, '{}');
    shares := coalesce(shares, jsonb_build_object('', round(whole::numeric, 6)));
    IF communes = '{}' AND NOT shares ? '' THEN
        shares := shares || '{"": 0}';
    END IF;
END $$;
"""

PLACE_ROWS = """
CREATE FUNCTION layers_place_rows(changed geometry) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    is_written boolean;
BEGIN
    FOR name IN
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND a.attname IN ('commune_shares', '_commune_shares') AND NOT a.attisdropped
            AND n.nspname IN ('public', 'datasets') ORDER BY c.oid
    LOOP
        -- A statement without rows would count as a write.
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE geom && $1)', name) INTO is_written USING changed;
        IF is_written THEN
            EXECUTE format('UPDATE %s SET commune_id = commune_id WHERE geom && $1', name) USING changed;
        END IF;
    END LOOP;
END $$;
"""

FILL_CORES = "SELECT layers_set_commune_core(code, geom) FROM layers_commune"

# Rows of a statement: a server that is stopped between two of them goes on where it was.
BATCH = 5_000
_COMPUTE = """
WITH batch AS (SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s),
placed AS (
    UPDATE {table} AS t SET commune_id = t.commune_id FROM batch
    WHERE t.id = batch.id AND t.{column} IS NULL AND t.geom IS NOT NULL
)
SELECT max(id) FROM batch
"""


def compute_shares(
    schema_editor: Any, table: str, *, column: str = "commune_shares", role: str = ""
) -> None:
    """Compute the communes of the rows of a table (quoted) that have none yet, by its trigger, in batches.

    ``column`` holds their shares; ``role`` is that of the owner of the table's triggers, when it is not the owner of this one (ADR 0051).
    """
    last: int | None = -(2**63)
    while last is not None:
        with transaction.atomic(schema_editor.connection.alias), schema_editor.connection.cursor() as cursor:
            if role:
                cursor.execute(f'SET LOCAL ROLE "{role}"')
            cursor.execute(_COMPUTE.format(table=table, column=column), [last, BATCH])
            last = cursor.fetchone()[0]


class Migration(migrations.Migration):
    dependencies = [("layers", "0015_suppression_seed")]
    operations = [
        migrations.RunSQL(
            THRESHOLDS + MEASURE + CORE + SHARES + PLACE_ROWS,
            "DROP FUNCTION layers_place_rows(geometry); DROP FUNCTION layers_commune_shares(geometry); DROP FUNCTION layers_set_commune_core(varchar, geometry);"
            "DROP TABLE layers_communecore; DROP FUNCTION layers_measure(geometry);"
            "DROP FUNCTION layers_commune_thresholds()",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commune",
            trigger=pgtrigger.compiler.Trigger(name='commune_core', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' AND NEW.geom IS NOT DISTINCT FROM OLD.geom AND NEW.code = OLD.code THEN RETURN NULL; END IF; IF TG_OP <> 'INSERT' THEN DELETE FROM layers_communecore WHERE code = OLD.code; END IF; IF TG_OP <> 'DELETE' THEN PERFORM layers_set_commune_core(NEW.code, NEW.geom); END IF; IF TG_OP <> 'INSERT' THEN PERFORM layers_place_rows(OLD.geom); END IF; IF TG_OP <> 'DELETE' THEN PERFORM layers_place_rows(NEW.geom); END IF; RETURN NULL;", hash='92df9e89ab44c5390cee33d76b85f93edaf1c612', operation='INSERT OR UPDATE OF "code", "geom" OR DELETE', pgid='pgtrigger_commune_core_8583f', table='layers_commune', when='AFTER')),
        ),
        migrations.RunSQL(FILL_CORES, migrations.RunSQL.noop),
    ]
