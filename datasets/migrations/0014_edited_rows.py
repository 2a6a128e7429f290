"""Rows of datasets edited in place: functions of the triggers of deliveries, and what is chosen about them.

``datasets_check_online`` refuses a write to a delivery that is not the one online, and locks the pointer: nobody writes to a
version that is being replaced. ``datasets_assign_id`` gives an id to a new row, and its key to the table of keys.
``datasets_add_keys`` makes the new key of a row another name of its id: files with the former key and with the new one
both have this row. ``datasets_record_events`` records rows as ``layers.models.keep_history`` does.
"""

from django.db import migrations, models

_FUNCTIONS = {
    "datasets_check_online()": """
CREATE FUNCTION datasets_check_online() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM datasets_dataset AS d JOIN datasets_delivery AS v ON v.id = d.online_id
    WHERE d.id = TG_ARGV[0]::bigint AND v.number = TG_ARGV[1]::integer FOR SHARE OF d;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'version % of dataset % is not online', TG_ARGV[1], TG_ARGV[0]
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END $$
""",
    "datasets_assign_id()": """
CREATE FUNCTION datasets_assign_id() RETURNS trigger LANGUAGE plpgsql SET timezone TO 'Europe/Paris' AS $$
DECLARE
    keys text := format('datasets.%I', TG_ARGV[0]);
    is_keyed boolean := TG_ARGV[2]::boolean;
    digest text;
    candidate text;
    owner bigint;
    is_used boolean;
    rank integer := 1;
BEGIN
    EXECUTE 'SELECT ' || TG_ARGV[1] INTO digest USING NEW;
    IF NEW.id IS NOT NULL THEN
        EXECUTE format('INSERT INTO %s AS k (key, id) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET id = excluded.id'
            ' WHERE k.id <> excluded.id AND ($3 OR NOT EXISTS (SELECT FROM datasets.%I AS t WHERE t.id = k.id))',
            keys, TG_TABLE_NAME) USING digest, NEW.id, is_keyed;
        RETURN NEW;
    END IF;
    candidate := digest;
    LOOP
        EXECUTE format('INSERT INTO %s (key) VALUES ($1) ON CONFLICT (key) DO NOTHING RETURNING id', keys)
            INTO NEW.id USING candidate;
        IF NEW.id IS NOT NULL THEN
            RETURN NEW;
        END IF;
        EXECUTE format('SELECT id FROM %s WHERE key = $1', keys) INTO owner USING candidate;
        EXECUTE format('SELECT EXISTS (SELECT FROM datasets.%I WHERE id = $1)', TG_TABLE_NAME) INTO is_used USING owner;
        IF NOT is_used THEN
            NEW.id := owner;
            RETURN NEW;
        ELSIF is_keyed THEN
            -- The row that had this key has another one now, or the key is refused by its constraint.
            EXECUTE format('UPDATE %s SET id = DEFAULT, is_alias = false WHERE key = $1 RETURNING id', keys)
                INTO NEW.id USING candidate;
            RETURN NEW;
        END IF;
        rank := rank + 1;
        candidate := digest || ':' || rank;
    END LOOP;
END $$
""",
    "datasets_add_keys()": """
CREATE FUNCTION datasets_add_keys() RETURNS trigger LANGUAGE plpgsql SET timezone TO 'Europe/Paris' AS $$
BEGIN
    EXECUTE format('INSERT INTO datasets.%I AS k (key, id, is_alias) SELECT %s, n.id, true'
        ' FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id WHERE %s <> %s ON CONFLICT (key) DO %s',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[1], TG_ARGV[2],
        CASE WHEN TG_ARGV[3]::boolean THEN 'UPDATE SET id = excluded.id, is_alias = true WHERE k.id <> excluded.id'
            ELSE 'NOTHING' END);
    RETURN NULL;
END $$
""",
    "datasets_record_events()": """
CREATE FUNCTION datasets_record_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names text := TG_ARGV[0];
    read text := TG_ARGV[1];
    source text := CASE TG_OP
        WHEN 'INSERT' THEN 'new_rows AS r'
        WHEN 'DELETE' THEN 'old_rows AS r'
        ELSE format('old_rows AS r JOIN new_rows AS n ON n.id = r.id WHERE ROW(%s) IS DISTINCT FROM ROW(%s)',
            TG_ARGV[1], TG_ARGV[2]) END;
BEGIN
    EXECUTE format('INSERT INTO datasets.%I (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, %s)'
        ' SELECT now(), %L, r.id, $1, %s FROM %s', TG_TABLE_NAME || '_events', names, lower(TG_OP), read, source)
        USING _pgh_attach_context();
    RETURN NULL;
END $$
""",
}


def _leave_as_they_were(apps, schema_editor):
    """Leave the datasets of before to their deliveries: whoever feeds one opens it."""
    apps.get_model("datasets", "Dataset").objects.update(is_edited_in_place=False)


class Migration(migrations.Migration):
    dependencies = [("datasets", "0013_abandoned_deliveries")]
    operations = [
        *(migrations.RunSQL(body, f"DROP FUNCTION {signature} CASCADE") for signature, body in _FUNCTIONS.items()),
        migrations.AddField(
            model_name="dataset",
            name="is_edited_in_place",
            field=models.BooleanField(
                default=True,
                help_text="Qui en a le droit ajoute, modifie et supprime ses lignes une à une, sans nouveau fichier.",
                verbose_name="les lignes se modifient sur place",
            ),
        ),
        migrations.RunPython(_leave_as_they_were, migrations.RunPython.noop),
        migrations.AddField(
            model_name="delivery",
            name="is_recorded",
            field=models.BooleanField(default=False, editable=False, verbose_name="historique des lignes"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="edit_choices",
            field=models.JSONField(default=dict, editable=False, verbose_name="choix sur les lignes modifiées"),
        ),
    ]
