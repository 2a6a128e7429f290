"""Triggers of tile pyramids and of the search are made by the owner of the tables, whoever asks (ADR 0051).

The application has no privilege to make triggers on the portal's tables: what it wrote would run as whoever writes there
next. These functions make and drop those two families alone; rows are read by the functions around them, as the caller.
"""

from importlib import import_module

from django.db import migrations

_PYRAMIDS = import_module("layers.migrations.0007_tile_pyramids")
_AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

WATCH_CELLS = f"""
CREATE FUNCTION layers_watch_cells(kept regclass) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS written_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_update AFTER UPDATE ON %s
        REFERENCING NEW TABLE AS written_rows OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
    EXECUTE format('CREATE OR REPLACE TRIGGER tile_cells_truncate AFTER TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION layers_count_cells()', kept);
END $$;
CREATE FUNCTION layers_unwatch_cells(kept regclass) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
DECLARE
    operation text;
BEGIN
    FOREACH operation IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', 'tile_cells_' || operation, kept);
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION layers_keep_cells(kept regclass, column_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Writers wait, readers do not.
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', kept);
    DELETE FROM layers_tilecell WHERE owner = kept;
    INSERT INTO layers_tilepyramid AS p (owner, name, category) VALUES (kept, kept::text, column_name)
    ON CONFLICT (owner) DO UPDATE SET name = excluded.name, category = excluded.category;
    PERFORM layers_watch_cells(kept);
    EXECUTE layers_cell_statement(layers_cell_rows(kept::text, column_name, 1)) USING kept::oid;
END $$;
CREATE OR REPLACE FUNCTION layers_drop_cells(kept regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM layers_unwatch_cells(kept);
    DELETE FROM layers_tilecell WHERE owner = kept;
    DELETE FROM layers_tilepyramid WHERE owner = kept;
END $$;
"""
BEFORE = (_PYRAMIDS.KEEP_CELLS + _PYRAMIDS.DROP_CELLS).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + """
DROP FUNCTION layers_watch_cells(regclass);
DROP FUNCTION layers_unwatch_cells(regclass);
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0013_search_terms")]
    operations = [
        migrations.RunSQL(WATCH_CELLS, BEFORE),
        migrations.RunSQL(
            f"ALTER FUNCTION layers_watch_search(regclass) {_AS_OWNER}",
            "ALTER FUNCTION layers_watch_search(regclass) SECURITY INVOKER RESET search_path",
        ),
    ]
