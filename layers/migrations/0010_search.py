"""The index of the search: words of every layer and of every feature, written by the statements that change them.

``layers_searchlayer`` has a row for each row of the catalogue: its words, and ``also`` the synonyms of its definition. ``layers_searchindex`` has one for each indexed part of a
layer: ``part`` is empty for the texts that whoever sees the layer reads, else the name of a protected field, whose
entries hold these texts and its own. ``owner`` is the table, with its ``name`` beside: a table that was restored or made
again is another one. ``is_located`` tells that its rows are somewhere. ``layers_searchentry`` has a row a feature and a part. Of ``words``, A are those of the title, B its
stems, C the other words, D their stems. ``layers_searchword`` has each word of a part, and those of the catalogue under
the id of the layer made negative. What the public reads lies in tables of its own: its searches touch no other row.

A part is ``is_fresh`` when its entries are those of the table. The statement that writes a thousand rows at most brings
them up to date; a longer one, another visibility or another protected field leaves the part to be built again
(``layers.services.search_index``), and the layer is asked directly meanwhile. ``writes`` counts the statements that came
while it was being built. The trigger is named to run after that of ``data_version``, where writers of a table wait for
each other.
"""

from django.db import migrations

# Who owns the database adds it (PostgreSQL trusts it), and leaves it: it may be somebody else's.
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"

TABLES = """
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
CREATE INDEX layers_searchword_word ON layers_searchword USING gin (word gin_trgm_ops);
"""
DROP_TABLES = "DROP TABLE layers_searchlayer, layers_searchindex, layers_searchentry, layers_searchword"

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
CREATE FUNCTION layers_watch_search(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
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
DROP_INDEX_ROWS = """
DROP FUNCTION layers_watch_search(regclass);
DROP FUNCTION layers_index_search() CASCADE;
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
SELECT layers_search_layer(id) FROM layers_layer;
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


class Migration(migrations.Migration):
    dependencies = [("layers", "0011_synonyms")]
    operations = [
        migrations.RunSQL(EXTENSION, migrations.RunSQL.noop),
        migrations.RunSQL(TABLES, DROP_TABLES),
        migrations.RunSQL(WORDS, DROP_WORDS),
        migrations.RunSQL(LINKS, "DROP FUNCTION layers_search_links(text)"),
        migrations.RunSQL(QUERY, "DROP FUNCTION layers_search_query(text[], text)"),
        migrations.RunSQL(STATEMENT, "DROP FUNCTION layers_search_statement(layers_searchindex, text)"),
        migrations.RunSQL(INDEX_ROWS, DROP_INDEX_ROWS),
        migrations.RunSQL(CATALOGUE, DROP_CATALOGUE),
    ]
