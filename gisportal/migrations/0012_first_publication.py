"""Write when everybody first sees a layer, by triggers: no way to put a layer online can forget it (ADR 0080).

A layer is public when it is published, open and, of a dataset or a raster, has a version online. The triggers wait for
the end of the transaction: a dataset has its catalogue row before its own.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION gisportal_first_publication(published bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE layers_layer AS layer SET first_published_at = now()
    WHERE layer.id = published AND layer.first_published_at IS NULL
        AND layer.state = 'published' AND layer.visibility = 'open'
        AND NOT EXISTS (
            SELECT FROM datasets_dataset AS dataset WHERE dataset.layer_id = layer.id AND dataset.online_id IS NULL
        )
        AND NOT EXISTS (
            SELECT FROM layers_raster AS raster WHERE raster.layer_id = layer.id AND raster.online_id IS NULL
        )
$$;
CREATE FUNCTION gisportal_layer_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gisportal_first_publication(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION gisportal_version_online() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gisportal_first_publication(NEW.layer_id);
    RETURN NULL;
END $$;
CREATE FUNCTION gisportal_first_publication_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.first_published_at := OLD.first_published_at;
    RETURN NEW;
END $$;
CREATE CONSTRAINT TRIGGER first_publication AFTER INSERT OR UPDATE OF state, visibility ON layers_layer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.first_published_at IS NULL AND NEW.state = 'published' AND NEW.visibility = 'open')
    EXECUTE FUNCTION gisportal_layer_published();
CREATE CONSTRAINT TRIGGER first_publication AFTER INSERT OR UPDATE OF online_id ON datasets_dataset
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.online_id IS NOT NULL)
    EXECUTE FUNCTION gisportal_version_online();
CREATE CONSTRAINT TRIGGER first_publication AFTER INSERT OR UPDATE OF online_id ON layers_raster
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.online_id IS NOT NULL)
    EXECUTE FUNCTION gisportal_version_online();
CREATE TRIGGER first_publication_stays BEFORE UPDATE ON layers_layer FOR EACH ROW
    WHEN (
        OLD.first_published_at IS NOT NULL AND NEW.first_published_at IS DISTINCT FROM OLD.first_published_at
    )
    EXECUTE FUNCTION gisportal_first_publication_stays();
"""
DROP = """
DROP TRIGGER first_publication_stays ON layers_layer;
DROP TRIGGER first_publication ON layers_raster;
DROP TRIGGER first_publication ON datasets_dataset;
DROP TRIGGER first_publication ON layers_layer;
DROP FUNCTION gisportal_first_publication_stays();
DROP FUNCTION gisportal_version_online();
DROP FUNCTION gisportal_layer_published();
DROP FUNCTION gisportal_first_publication(bigint);
"""
# Of layers that are public already, the best that is known: when they were made.
EXISTING = """
UPDATE layers_layer AS layer SET first_published_at = created_at
WHERE state = 'published' AND visibility = 'open'
    AND NOT EXISTS (SELECT FROM datasets_dataset AS d WHERE d.layer_id = layer.id AND d.online_id IS NULL)
    AND NOT EXISTS (SELECT FROM layers_raster AS r WHERE r.layer_id = layer.id AND r.online_id IS NULL)
"""


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [
        ("gisportal", "0011_counters_of_metadata"),
        ("layers", "0026_first_publication"),
        ("datasets", "0013_abandoned_deliveries"),
    ]
    operations = [migrations.RunSQL(EXISTING, migrations.RunSQL.noop), migrations.RunSQL(FUNCTIONS, DROP)]
