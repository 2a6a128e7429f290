"""Pyramids of counts: how many points each cell of the small zooms holds, kept by triggers where it pays.

``layers_tilepyramid`` has a row for each table that keeps one, ``layers_tilecell`` its cells: ``level`` is a zoom of Web
Mercator, a cell an eighth of the side of its tiles, ``i`` and ``j`` count from the north-west corner of the world.
``x`` and ``y`` are sums of EPSG:3857 metres, ``category`` the value of the style's column, empty where there is none.
Both are keyed by the oid of the table, with its name beside: a table that was restored or made again is another one.

``layers_keep_cells(table, column)`` counts a table and creates its triggers, ``layers_drop_cells(table)`` undoes it.
The triggers are of statements, and named to run after that of ``data_version``: writers of a table wait for each other
there, so that they never wait for each other's cells in another order.
"""

from django.db import migrations

TABLES = """
CREATE TABLE layers_tilepyramid (owner oid PRIMARY KEY, name text NOT NULL, category text NOT NULL);
CREATE TABLE layers_tilecell (
    owner oid NOT NULL, level smallint NOT NULL, i integer NOT NULL, j integer NOT NULL, category text NOT NULL,
    n bigint NOT NULL, x double precision NOT NULL, y double precision NOT NULL,
    PRIMARY KEY (owner, level, i, j, category)
) WITH (fillfactor = 80);
CREATE INDEX layers_tilecell_empty ON layers_tilecell (owner) WHERE n = 0;
"""

CELL_STATEMENT = """
CREATE FUNCTION layers_cell_statement(changed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT '
INSERT INTO layers_tilecell AS c (owner, level, i, j, category, n, x, y)
WITH base AS (
    SELECT floor((x + 20037508.342789244) / 40075016.68557849 * 32768)::int AS i,
           floor((20037508.342789244 - y) / 40075016.68557849 * 32768)::int AS j,
           category, sum(sign) AS n, sum(sign * x) AS x, sum(sign * y) AS y
    FROM (' || changed || ') AS changed(sign, x, y, category) WHERE x IS NOT NULL GROUP BY 1, 2, 3
)
SELECT $1, level, i >> (12 - level), j >> (12 - level), category, sum(n), sum(x), sum(y)
FROM base, unnest(ARRAY[3, 6, 9, 12]) AS level
GROUP BY 2, 3, 4, 5 HAVING sum(n) <> 0 OR abs(sum(x)) > 0.001 OR abs(sum(y)) > 0.001
ORDER BY 2, 3, 4, 5
ON CONFLICT (owner, level, i, j, category)
DO UPDATE SET n = c.n + excluded.n, x = c.x + excluded.x, y = c.y + excluded.y'
$$;
"""

ROWS = """
CREATE FUNCTION layers_cell_rows(source text, category text, sign integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT format('SELECT %s, ST_X(geom_3857), ST_Y(geom_3857), %s FROM %s', sign,
              CASE category WHEN '' THEN '''''::text' ELSE format('coalesce(%I::text, '''')', category) END, source)
$$;
"""

COUNT_CELLS = """
CREATE FUNCTION layers_count_cells() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text;
BEGIN
    SELECT category INTO kept FROM layers_tilepyramid WHERE owner = TG_RELID;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM layers_tilecell WHERE owner = TG_RELID;
        RETURN NULL;
    END IF;
    -- Only the function of the trigger itself sees the rows that were written.
    EXECUTE layers_cell_statement(concat_ws(' UNION ALL ',
        CASE WHEN TG_OP <> 'DELETE' THEN layers_cell_rows('written_rows', kept, 1) END,
        CASE WHEN TG_OP <> 'INSERT' THEN layers_cell_rows('replaced_rows', kept, -1) END)) USING TG_RELID;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM layers_tilecell WHERE owner = TG_RELID AND n = 0;
    END IF;
    RETURN NULL;
END $$;
"""

KEEP_CELLS = """
CREATE FUNCTION layers_keep_cells(kept regclass, column_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Writers wait, readers do not.
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', kept);
    DELETE FROM layers_tilecell WHERE owner = kept;
    INSERT INTO layers_tilepyramid AS p (owner, name, category) VALUES (kept, kept::text, column_name)
    ON CONFLICT (owner) DO UPDATE SET name = excluded.name, category = excluded.category;
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS written_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_update AFTER UPDATE ON %s
        REFERENCING NEW TABLE AS written_rows OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_truncate AFTER TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE layers_cell_statement(layers_cell_rows(kept::text, column_name, 1)) USING kept::oid;
END $$;
"""

DROP_CELLS = """
CREATE FUNCTION layers_drop_cells(kept regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    operation text;
BEGIN
    FOREACH operation IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', 'tile_cells_' || operation, kept);
    END LOOP;
    DELETE FROM layers_tilecell WHERE owner = kept;
    DELETE FROM layers_tilepyramid WHERE owner = kept;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0006_rasters")]
    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE layers_tilecell, layers_tilepyramid"),
        migrations.RunSQL(CELL_STATEMENT, "DROP FUNCTION layers_cell_statement(text)"),
        migrations.RunSQL(ROWS, "DROP FUNCTION layers_cell_rows(text, text, integer)"),
        migrations.RunSQL(COUNT_CELLS, "DROP FUNCTION layers_count_cells() CASCADE"),
        migrations.RunSQL(DROP_CELLS, "DROP FUNCTION layers_drop_cells(regclass)"),
        migrations.RunSQL(KEEP_CELLS, "DROP FUNCTION layers_keep_cells(regclass, text)"),
    ]
