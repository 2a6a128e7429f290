"""The kernel's tables, and what they call in the database.

``layers_commune_of(geometry)`` returns the INSEE code of the commune that holds the largest share of a geometry: the
commune containing a point, the longest length of a line, the largest area of a surface; the lowest code on a tie; NULL
outside the territory, and for an invalid surface, so that the constraint of the table refuses it by its own name
rather than GEOS in the middle of a computation. ``layers_bump_version(table)`` adds one to the table's ``data_version``, and
keeps when: a deletion changes the data too, and leaves no ``updated_at``.

Pyramids of counts
------------------
``layers_tilepyramid`` has a row for each table that keeps one, ``layers_tilecell`` its cells: ``level`` is a zoom of Web
Mercator, a cell an eighth of the side of its tiles, ``i`` and ``j`` count from the north-west corner of the world.
``x`` and ``y`` are sums of EPSG:3857 metres, ``category`` the value of the style's column, empty where there is none.
Both are keyed by the oid of the table, with its name beside: a table that was restored or made again is another one.

``layers_keep_cells(table, column)`` counts a table and creates its triggers, ``layers_drop_cells(table)`` undoes it.
The triggers are of statements, and named to run after that of ``data_version``: writers of a table wait for each other
there, so that they never wait for each other's cells in another order.

The index of the search
-----------------------
``layers_searchlayer`` has a row for each row of the catalogue: its words, and ``also`` the synonyms of its definition.
``layers_searchindex`` has one for each indexed part of a layer: ``part`` is empty for the texts that whoever sees the
layer reads, else the name of a protected field, whose entries hold these texts and its own. ``owner`` is the table,
with its ``name`` beside: a table that was restored or made again is another one. ``is_located`` tells that its rows are
somewhere. ``layers_searchentry`` has a row a feature and a part. Of ``words``, A are those of the title, B its stems, C
the other words, D their stems. ``layers_searchword`` has each word of a part, and those of the catalogue under the id
of the layer made negative. What the public reads lies in tables of its own: its searches touch no other row.

A part is ``is_fresh`` when its entries are those of the table. The statement that writes a thousand rows at most brings
them up to date; a longer one, another visibility or another protected field leaves the part to be built again
(``layers.services.search_index``), and the layer is asked directly meanwhile. ``writes`` counts the statements that came
while it was being built. The trigger is named to run after that of ``data_version``, where writers of a table wait for
each other.

``layers_searchword`` has a word once for each part that holds it, hundreds of times for the words of a town. Trigrams
of ``layers_searchterm`` find what resembles a word, and the index ``layers_searchword_held`` says who holds it. A term
has no key, so that two statements that write the same new word do not wait for each other: it may be there twice, or
stay when nothing holds it any more, and nobody is told. The worker brings them up to date when it builds a layer.

Triggers
--------
The application has no privilege to make triggers on the portal's tables (ADR 0051): what it wrote would run as whoever writes
there next. ``layers_watch_cells``, ``layers_unwatch_cells`` and ``layers_watch_search`` make and drop those of the pyramids and
of the search as the owner of the tables; rows are read by the functions around them, as the caller.
"""

from django.contrib.postgres.operations import CreateExtension
import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

_AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

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
    INSERT INTO layers_dataversion AS v ("table", version, changed_at) VALUES (written, 1, clock_timestamp())
    ON CONFLICT ("table") DO UPDATE
    SET version = v.version + 1, changed_at = greatest(v.changed_at, excluded.changed_at);
END $$;
"""

PYRAMID_TABLES = """
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

CELL_ROWS = """
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
CREATE FUNCTION layers_keep_cells(kept regclass, column_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Writers wait, readers do not.
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', kept);
    DELETE FROM layers_tilecell WHERE owner = kept;
    INSERT INTO layers_tilepyramid AS p (owner, name, category) VALUES (kept, kept::text, column_name)
    ON CONFLICT (owner) DO UPDATE SET name = excluded.name, category = excluded.category;
    PERFORM layers_watch_cells(kept);
    EXECUTE layers_cell_statement(layers_cell_rows(kept::text, column_name, 1)) USING kept::oid;
END $$;
CREATE FUNCTION layers_drop_cells(kept regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM layers_unwatch_cells(kept);
    DELETE FROM layers_tilecell WHERE owner = kept;
    DELETE FROM layers_tilepyramid WHERE owner = kept;
END $$;
"""

DROP_WATCH_CELLS = """
DROP FUNCTION layers_drop_cells(regclass);
DROP FUNCTION layers_keep_cells(regclass, text);
DROP FUNCTION layers_unwatch_cells(regclass);
DROP FUNCTION layers_watch_cells(regclass);
"""

# Who owns the database adds it (PostgreSQL trusts it), and leaves it: it may be somebody else's.
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"

SEARCH_TABLES = """
CREATE TABLE layers_searchlayer (
    layer_id bigint PRIMARY KEY, title text NOT NULL, also text NOT NULL, words tsvector NOT NULL
);
CREATE TABLE layers_searchindex (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, layer_id bigint NOT NULL, part text NOT NULL,
    signature text NOT NULL, owner oid NOT NULL, name text NOT NULL, key_column text NOT NULL,
    commune_column text NOT NULL, title_column text NOT NULL, columns text[] NOT NULL,
    is_open boolean NOT NULL, is_located boolean NOT NULL, is_fresh boolean NOT NULL DEFAULT false, writes bigint NOT NULL DEFAULT 0
);
CREATE INDEX layers_searchindex_owner ON layers_searchindex (owner);
CREATE INDEX layers_searchindex_layer ON layers_searchindex (layer_id);
CREATE TABLE layers_searchentry (
    index_id integer NOT NULL, is_open boolean NOT NULL, id bigint NOT NULL, commune text, title text NOT NULL,
    words tsvector NOT NULL, PRIMARY KEY (index_id, id, is_open)
) PARTITION BY LIST (is_open);
CREATE TABLE layers_searchentry_open PARTITION OF layers_searchentry FOR VALUES IN (true);
CREATE TABLE layers_searchentry_internal PARTITION OF layers_searchentry FOR VALUES IN (false);
CREATE INDEX layers_searchentry_words ON layers_searchentry USING gin (words);
CREATE INDEX layers_searchentry_title ON layers_searchentry (title text_pattern_ops);
CREATE TABLE layers_searchword (
    index_id bigint NOT NULL, is_open boolean NOT NULL, word text NOT NULL, PRIMARY KEY (index_id, word, is_open)
) PARTITION BY LIST (is_open);
CREATE TABLE layers_searchword_open PARTITION OF layers_searchword FOR VALUES IN (true);
CREATE TABLE layers_searchword_internal PARTITION OF layers_searchword FOR VALUES IN (false);
CREATE INDEX layers_searchword_held ON layers_searchword (word text_pattern_ops, index_id);
CREATE TABLE layers_searchterm (is_open boolean NOT NULL, word text NOT NULL) PARTITION BY LIST (is_open);
CREATE TABLE layers_searchterm_open PARTITION OF layers_searchterm FOR VALUES IN (true);
CREATE TABLE layers_searchterm_internal PARTITION OF layers_searchterm FOR VALUES IN (false);
CREATE INDEX layers_searchterm_word ON layers_searchterm (word text_pattern_ops);
CREATE INDEX layers_searchterm_like ON layers_searchterm USING gin (word gin_trgm_ops);
"""

DROP_SEARCH_TABLES = """
DROP TABLE layers_searchlayer, layers_searchindex, layers_searchentry, layers_searchword, layers_searchterm
"""

# The title is cut for its index, and the texts of a feature for the largest vector.
WORDS = """
CREATE FUNCTION layers_search_title(told text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT left(unaccent(lower(told COLLATE "und-x-icu")), 200)
$$;
CREATE FUNCTION layers_search_text(told text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT regexp_replace(unaccent(lower(left(told, 100000) COLLATE "und-x-icu")), '[^[:alnum:]]+', ' ', 'g')
$$;
CREATE FUNCTION layers_search_words(title text, body text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT setweight(to_tsvector('simple', t), 'A') || setweight(to_tsvector('french', t), 'B')
       || setweight(to_tsvector('simple', b), 'C') || to_tsvector('french', b)
FROM (SELECT layers_search_text(title) AS t, layers_search_text(body) AS b OFFSET 0) AS texts
$$;
"""

DROP_WORDS = """
DROP FUNCTION layers_search_words(text, text);
DROP FUNCTION layers_search_text(text);
DROP FUNCTION layers_search_title(text);
"""

# PostgreSQL's list of French words that only link others lacks one.
LINKS = """
CREATE FUNCTION layers_search_links(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT word = 'les' OR ts_lexize('french_stem', word) = '{}'
$$;
"""

# Of each word, its beginning or its stem, or one of the lexemes that follow it after bars. Words that only link others
# count for nothing, unless there is no other. Words hold letters and digits alone: there is nothing to quote.
QUERY = """
CREATE FUNCTION layers_search_query(asked text[], weights text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    told text[];
    stem text;
    alternative tsquery;
    found tsquery;
    links boolean;
    several text;
BEGIN
    SELECT bool_and(layers_search_links(split_part(word, '|', 1))) INTO links FROM unnest(asked) AS word;
    FOREACH several IN ARRAY asked LOOP
        told := string_to_array(several, '|');
        IF NOT links AND layers_search_links(told[1]) THEN
            CONTINUE;
        END IF;
        alternative := format('%s:*%s', told[1], weights)::tsquery;
        FOREACH stem IN ARRAY coalesce(ts_lexize('french_stem', told[1]), '{}') || told[2:] LOOP
            alternative := alternative || format('%s:%s', stem, weights)::tsquery;
        END LOOP;
        found := CASE WHEN found IS NULL THEN alternative ELSE found && alternative END;
    END LOOP;
    RETURN found;
END $$;
"""

# What the rows of a source say to a part: their entries, and the words of these that are no codes.
STATEMENT = """
CREATE FUNCTION layers_search_statement(kept layers_searchindex, source text) RETURNS text LANGUAGE sql STABLE AS $$
SELECT format('
WITH told AS (
    SELECT %I AS key, %s AS commune, %s AS title, concat_ws('' '', %s) AS body FROM %s
), entries AS (
    INSERT INTO layers_searchentry (index_id, is_open, id, commune, title, words)
    SELECT %s, %L::boolean, key, commune, layers_search_title(title), layers_search_words(title, body)
    FROM told WHERE title <> '''' OR body <> '''' RETURNING index_id, is_open, words
)
INSERT INTO layers_searchword (index_id, is_open, word)
SELECT DISTINCT index_id, is_open, word
FROM entries, unnest(tsvector_to_array(ts_filter(words, ''{a,c}''))) AS word
WHERE word ~ ''^[[:alpha:]]{4,40}$'' ORDER BY word ON CONFLICT DO NOTHING',
    kept.key_column,
    CASE kept.commune_column WHEN '' THEN 'NULL' ELSE format('coalesce(%I::text, '''')', kept.commune_column) END,
    CASE kept.title_column WHEN '' THEN '''''::text' ELSE format('coalesce(%I::text, '''')', kept.title_column) END,
    coalesce((SELECT string_agg(format('%I', name), ', ') FROM unnest(kept.columns) AS name), ''''''), source,
    kept.id, kept.is_open)
$$;
"""

INDEX_ROWS = """
CREATE FUNCTION layers_index_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept layers_searchindex;
    is_long boolean := TG_OP = 'TRUNCATE';
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT count(*) > 1000 INTO is_long FROM (SELECT FROM replaced_rows LIMIT 1001) AS few;
    ELSIF NOT is_long THEN
        SELECT count(*) > 1000 INTO is_long FROM (SELECT FROM written_rows LIMIT 1001) AS few;
    END IF;
    FOR kept IN SELECT * FROM layers_searchindex WHERE owner = TG_RELID ORDER BY id LOOP
        IF is_long OR NOT kept.is_fresh THEN
            UPDATE layers_searchindex SET is_fresh = false, writes = writes + 1 WHERE id = kept.id;
            CONTINUE;
        END IF;
        -- Only the function of the trigger itself sees the rows that were written.
        IF TG_OP <> 'INSERT' THEN
            EXECUTE format('DELETE FROM layers_searchentry WHERE index_id = $1 AND id IN (SELECT %I FROM replaced_rows)',
                           kept.key_column) USING kept.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            EXECUTE layers_search_statement(kept, 'written_rows');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

WATCH_SEARCH = f"""
CREATE FUNCTION layers_watch_search(watched regclass) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    -- A trigger is made once the writers before it have ended.
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = watched AND tgname = 'search_insert') THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TRIGGER search_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS written_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_index_search()', watched);
    EXECUTE format('CREATE TRIGGER search_update AFTER UPDATE ON %s
        REFERENCING NEW TABLE AS written_rows OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_index_search()', watched);
    EXECUTE format('CREATE TRIGGER search_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS replaced_rows
        FOR EACH STATEMENT EXECUTE FUNCTION layers_index_search()', watched);
    EXECUTE format('CREATE TRIGGER search_truncate AFTER TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION layers_index_search()', watched);
END $$;
"""

CATALOGUE = """
CREATE FUNCTION layers_search_layer(described bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known text;
BEGIN
    DELETE FROM layers_searchword WHERE index_id = -described;
    DELETE FROM layers_searchlayer WHERE layer_id = described RETURNING also INTO known;
    INSERT INTO layers_searchlayer (layer_id, title, also, words)
    SELECT l.id, layers_search_title(l.title), coalesce(known, ''), layers_search_words(l.title, concat_ws(' ',
        l.slug, l.abstract, t.title, array_to_string(l.keywords, ' '), l.synonyms -> '', known))
    FROM layers_layer AS l JOIN layers_theme AS t ON t.id = l.theme_id WHERE l.id = described;
    INSERT INTO layers_searchword (index_id, is_open, word)
    SELECT DISTINCT -described, l.visibility = 'open' AND l.state = 'published', word
    FROM layers_searchlayer AS s JOIN layers_layer AS l ON l.id = s.layer_id,
         unnest(tsvector_to_array(ts_filter(s.words, '{a,c}'))) AS word
    WHERE s.layer_id = described AND word ~ '^[[:alpha:]]{4,40}$';
END $$;
CREATE FUNCTION layers_index_layer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM layers_searchindex WHERE layer_id = OLD.id;
        PERFORM layers_search_layer(OLD.id);
    ELSE
        UPDATE layers_searchindex SET is_fresh = false, writes = writes + 1
        WHERE layer_id = NEW.id AND is_open <> (NEW.visibility = 'open' AND NEW.state = 'published');
        PERFORM layers_search_layer(NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION layers_index_theme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM layers_search_layer(id) FROM layers_layer WHERE theme_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION layers_index_protection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE layers_searchindex SET is_fresh = false, writes = writes + 1
    WHERE layer_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.layer_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.layer_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER search_layer
AFTER INSERT OR DELETE OR UPDATE OF slug, title, abstract, keywords, synonyms, theme_id, visibility, state ON layers_layer
FOR EACH ROW EXECUTE FUNCTION layers_index_layer();
CREATE TRIGGER search_theme AFTER UPDATE OF title ON layers_theme
FOR EACH ROW EXECUTE FUNCTION layers_index_theme();
CREATE TRIGGER search_protection AFTER INSERT OR UPDATE OR DELETE ON layers_protectedfield
FOR EACH ROW EXECUTE FUNCTION layers_index_protection();
"""

DROP_CATALOGUE = """
DROP TRIGGER search_protection ON layers_protectedfield;
DROP TRIGGER search_theme ON layers_theme;
DROP TRIGGER search_layer ON layers_layer;
DROP FUNCTION layers_index_protection();
DROP FUNCTION layers_index_theme();
DROP FUNCTION layers_index_layer();
DROP FUNCTION layers_search_layer(bigint);
"""

TERMS = """
CREATE FUNCTION layers_index_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO layers_searchterm (is_open, word)
    SELECT DISTINCT is_open, word FROM written_words AS written WHERE NOT EXISTS (
        SELECT FROM layers_searchterm AS known WHERE known.is_open = written.is_open AND known.word = written.word
    );
    RETURN NULL;
END $$;
CREATE TRIGGER search_terms AFTER INSERT ON layers_searchword REFERENCING NEW TABLE AS written_words
FOR EACH STATEMENT EXECUTE FUNCTION layers_index_terms();
"""

DROP_TERMS = """
DROP TRIGGER search_terms ON layers_searchword;
DROP FUNCTION layers_index_terms();
"""


class Migration(migrations.Migration):

    replaces = [('layers', '0001_sql'), ('layers', '0002_initial'), ('layers', '0003_last_write'), ('layers', '0004_smallest_count'), ('layers', '0005_open_statistics'), ('layers', '0006_rasters'), ('layers', '0007_tile_pyramids'), ('layers', '0008_raster_statistics'), ('layers', '0009_style_versions'), ('layers', '0011_synonyms'), ('layers', '0010_search'), ('layers', '0012_nouns'), ('layers', '0013_search_terms'), ('layers', '0014_owner_triggers'), ('layers', '0015_suppression_seed')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateExtension("postgis"),
        CreateExtension("unaccent"),
        migrations.RunSQL(EXTENSION, migrations.RunSQL.noop),
        migrations.RunSQL(COMMUNE_OF, "DROP FUNCTION layers_commune_of(geometry)"),
        migrations.RunSQL(BUMP_VERSION, "DROP FUNCTION layers_bump_version(name)"),
        migrations.CreateModel(
            name='DataVersion',
            fields=[
                ('table', models.CharField(max_length=63, primary_key=True, serialize=False, verbose_name='table')),
                ('version', models.BigIntegerField(default=0, verbose_name='version')),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='dernière écriture')),
            ],
            options={
                'verbose_name': 'version des données',
                'verbose_name_plural': 'versions des données',
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='identifiant')),
                ('title', models.CharField(max_length=80, verbose_name='titre')),
                ('token', models.CharField(default='t-territory', max_length=30, verbose_name='couleur')),
                ('icon', models.CharField(default='map', max_length=40, verbose_name='pictogramme')),
                ('rank', models.PositiveSmallIntegerField(default=100, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'thème',
                'verbose_name_plural': 'thèmes',
                'ordering': ['rank', 'title'],
            },
        ),
        migrations.CreateModel(
            name='Layer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=63, unique=True, verbose_name='identifiant')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('abstract', models.TextField(blank=True, verbose_name='résumé')),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='mots-clés')),
                ('licence', models.CharField(choices=[('etalab-2.0', 'Licence Ouverte 2.0'), ('ODbL-1.0', 'ODbL 1.0'), ('internal', 'Usage interne')], default='etalab-2.0', max_length=20, verbose_name='licence')),
                ('frequency', models.CharField(choices=[('CONT', 'En continu'), ('DAILY', 'Quotidienne'), ('WEEKLY', 'Hebdomadaire'), ('MONTHLY', 'Mensuelle'), ('QUARTERLY', 'Trimestrielle'), ('ANNUAL', 'Annuelle'), ('AS_NEEDED', 'Selon les besoins'), ('UNKNOWN', 'Inconnue')], default='UNKNOWN', max_length=20, verbose_name='fréquence')),
                ('contact', models.EmailField(blank=True, max_length=254, verbose_name='contact')),
                ('source', models.CharField(blank=True, max_length=400, verbose_name='source')),
                ('is_sample', models.BooleanField(default=False, help_text='Affiché sur la couche et sur chaque fiche.', verbose_name='données d’exemple')),
                ('state', models.CharField(choices=[('draft', 'Brouillon'), ('published', 'Publiée'), ('archived', 'Archivée')], default='published', max_length=10, verbose_name='état')),
                ('visibility', models.CharField(choices=[('open', 'Ouverte'), ('statistics', 'Interne, statistiques ouvertes'), ('internal', 'Interne')], default='internal', max_length=10, verbose_name='visibilité')),
                ('style', models.JSONField(blank=True, default=dict, help_text='Remplace le style de la définition.', verbose_name='style')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créée le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('producer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='producteur')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='layers', to='layers.theme', verbose_name='thème')),
                ('smallest_count', models.PositiveSmallIntegerField(default=0, help_text='Les statistiques masquent les groupes qui comptent moins d’objets, et ceux qui les feraient déduire. 0\xa0: aucun.', validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='plus petit effectif publié')),
                ('synonyms', models.JSONField(blank=True, default=dict, help_text='D’autres mots pour la couche, ses champs et leurs valeurs, que la recherche et les questions comprennent.', verbose_name='aussi appelé')),
                ('noun', models.CharField(blank=True, help_text='Sans article, comme dans une phrase\xa0: station de vélos.', max_length=80, verbose_name='un objet s’appelle')),
                ('noun_plural', models.CharField(blank=True, help_text='Vide\xa0: d’après le singulier.', max_length=80, verbose_name='plusieurs s’appellent')),
                ('noun_gender', models.CharField(choices=[('m', 'masculin\xa0: un'), ('f', 'féminin\xa0: une')], default='m', max_length=1, verbose_name='genre du nom')),
                ('suppression_seed', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='graine du secret statistique')),
            ],
            options={
                'verbose_name': 'couche',
                'verbose_name_plural': 'couches',
                'ordering': ['theme__rank', 'title'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'archived'])), name='layer_state_known'), models.CheckConstraint(condition=models.Q(('smallest_count__lte', 1000)), name='layer_smallest_count_bounded'), models.CheckConstraint(condition=models.Q(('visibility__in', ['open', 'statistics', 'internal'])), name='layer_visibility_known'), models.CheckConstraint(condition=models.Q(models.Q(('visibility', 'statistics'), _negated=True), ('smallest_count__gte', 2), _connector='OR'), name='layer_statistics_suppressed', violation_error_message='Des statistiques ouvertes d’une couche interne taisent les petits effectifs\xa0: donnez le plus petit effectif publié, 2 au moins.')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rows', models.TextField(blank=True, help_text="Filtre CQL2, par exemple commune = '92048'. Vide\xa0: toutes les lignes.", verbose_name='lignes')),
                ('can_download', models.BooleanField(default=True, verbose_name='peut télécharger')),
                ('can_edit', models.BooleanField(default=False, verbose_name='peut modifier')),
                ('can_approve', models.BooleanField(default=False, verbose_name='peut approuver')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='à partir du')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='jusqu’au')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layer_grants', to='auth.group', verbose_name='groupe')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='layers.layer', verbose_name='couche')),
            ],
            options={
                'verbose_name': 'droit',
                'verbose_name_plural': 'droits',
                'ordering': ['layer', 'group'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='grant_period_ordered', violation_error_message='La fin du droit doit suivre son début.')],
            },
        ),
        migrations.CreateModel(
            name='ProtectedField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=63, verbose_name='champ ou relation')),
                ('groups', models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='groupes lecteurs')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='protected', to='layers.layer', verbose_name='couche')),
            ],
            options={
                'verbose_name': 'champ protégé',
                'verbose_name_plural': 'champs protégés',
                'ordering': ['layer', 'name'],
                'constraints': [models.UniqueConstraint(fields=('layer', 'name'), name='protected_field_once')],
            },
        ),
        migrations.CreateModel(
            name='Commune',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('code', models.CharField(help_text='92048', max_length=5, unique=True, validators=[django.core.validators.RegexValidator('^([013-9]\\d|2[AB1-9])\\d{3}$')], verbose_name='code INSEE')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='nom de portail')),
                ('siren', models.CharField(max_length=9, verbose_name='SIREN')),
                ('codes_postaux', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), default=list, size=None, verbose_name='codes postaux')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population municipale')),
                ('population_totale', models.PositiveIntegerField(blank=True, null=True, verbose_name='population totale')),
                ('population_annee', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année de la population')),
                ('geom', django.contrib.gis.db.models.fields.MultiPolygonField(spatial_index=False, srid=4326, verbose_name='limite')),
            ],
            options={
                'verbose_name': 'commune',
                'verbose_name_plural': 'communes',
                'ordering': ['nom'],
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='commune_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='commune_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='commune_geom_valid'), models.CheckConstraint(condition=models.Q(('code__regex', '^([013-9]\\d|2[AB1-9])\\d{3}$')), name='commune_code_format'), models.CheckConstraint(condition=models.Q(('siren__regex', '^\\d{9}$')), name='commune_siren_format')],
            },
        ),
        migrations.CreateModel(
            name='StyleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('document', models.JSONField(default=dict, verbose_name='document')),
                ('state', models.CharField(choices=[('draft', 'Brouillon'), ('published', 'Publiée'), ('replaced', 'Remplacée')], default='draft', max_length=10, verbose_name='état')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='révision')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créée le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('base', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='layers.styleversion', verbose_name='version de départ')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='style_versions', to='layers.layer', verbose_name='couche')),
            ],
            options={
                'verbose_name': 'version de style',
                'verbose_name_plural': 'versions de styles',
                'ordering': ['layer', '-number'],
                'constraints': [models.UniqueConstraint(fields=('layer', 'number'), name='style_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('layer',), name='style_version_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('layer',), name='style_version_one_published'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'replaced'])), name='style_version_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Raster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('measure', 'Mesure'), ('classes', 'Classes'), ('image', 'Image')], default='measure', max_length=10, verbose_name='nature')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unité')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='décimales')),
                ('is_additive', models.BooleanField(default=False, help_text='Des nombres par maille (habitants), dont la somme a un sens.', verbose_name='valeurs à additionner')),
                ('layer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='raster', to='layers.layer', verbose_name='couche')),
            ],
            options={
                'verbose_name': 'raster',
                'verbose_name_plural': 'rasters',
                'ordering': ['layer'],
            },
        ),
        migrations.CreateModel(
            name='RasterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('path', models.CharField(max_length=80, unique=True, verbose_name='emplacement')),
                ('original_name', models.CharField(max_length=255, verbose_name='nom du fichier')),
                ('sha256', models.CharField(max_length=64, verbose_name='empreinte du fichier donné')),
                ('size', models.PositiveBigIntegerField(verbose_name='octets')),
                ('srid', models.PositiveIntegerField(verbose_name='système de coordonnées')),
                ('width', models.PositiveIntegerField(verbose_name='colonnes')),
                ('height', models.PositiveIntegerField(verbose_name='rangées')),
                ('transform', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=6, verbose_name='grille')),
                ('bounds', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=4, verbose_name='emprise')),
                ('overviews', models.PositiveSmallIntegerField(default=0, help_text='Chacune a la moitié des rangées et des colonnes de la précédente.', verbose_name='réductions')),
                ('bands', models.JSONField(default=list, verbose_name='canaux')),
                ('min_zoom', models.PositiveSmallIntegerField(verbose_name='zoom le plus petit')),
                ('max_zoom', models.PositiveSmallIntegerField(verbose_name='zoom le plus grand')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='livrée le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='mise en ligne le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='livrée par')),
                ('raster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='layers.raster', verbose_name='raster')),
                ('by_commune', models.JSONField(default=dict, editable=False, verbose_name='statistiques par commune')),
            ],
            options={
                'verbose_name': 'version d’un raster',
                'verbose_name_plural': 'versions de rasters',
                'ordering': ['raster', '-number'],
                'constraints': [models.UniqueConstraint(fields=('raster', 'number'), name='raster_version_number_once'), models.CheckConstraint(condition=models.Q(('height__gt', 0), ('width__gt', 0)), name='raster_version_has_cells')],
            },
        ),
        migrations.AddField(
            model_name='raster',
            name='online',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.rasterversion', verbose_name='version en ligne'),
        ),
        migrations.AddConstraint(
            model_name='raster',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['measure', 'classes', 'image'])), name='raster_kind_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commune',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='b3a86d8ce7c0bd7d430a1d715f8f846beb17598d', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_2ba45', table='layers_commune', when='AFTER')),
        ),
        migrations.RunSQL(PYRAMID_TABLES, "DROP TABLE layers_tilecell, layers_tilepyramid"),
        migrations.RunSQL(CELL_STATEMENT, "DROP FUNCTION layers_cell_statement(text)"),
        migrations.RunSQL(CELL_ROWS, "DROP FUNCTION layers_cell_rows(text, text, integer)"),
        migrations.RunSQL(COUNT_CELLS, "DROP FUNCTION layers_count_cells() CASCADE"),
        migrations.RunSQL(WATCH_CELLS, DROP_WATCH_CELLS),
        migrations.RunSQL(SEARCH_TABLES, DROP_SEARCH_TABLES),
        migrations.RunSQL(WORDS, DROP_WORDS),
        migrations.RunSQL(LINKS, "DROP FUNCTION layers_search_links(text)"),
        migrations.RunSQL(QUERY, "DROP FUNCTION layers_search_query(text[], text)"),
        migrations.RunSQL(STATEMENT, "DROP FUNCTION layers_search_statement(layers_searchindex, text)"),
        migrations.RunSQL(INDEX_ROWS, "DROP FUNCTION layers_index_search() CASCADE"),
        migrations.RunSQL(WATCH_SEARCH, "DROP FUNCTION layers_watch_search(regclass)"),
        migrations.RunSQL(CATALOGUE, DROP_CATALOGUE),
        migrations.RunSQL(TERMS, DROP_TERMS),
    ]
