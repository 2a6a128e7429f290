"""Words of the search, each once: what resembles a word that nobody wrote is looked for among them.

``layers_searchword`` has a word once for each part that holds it, hundreds of times for the words of a town. Trigrams of
``layers_searchterm`` find what resembles a word, and the new index of ``layers_searchword`` tells who holds it. A term
has no key, so that two statements that write the same new word do not wait for each other: it may be there twice, or
stay when nothing holds it any more, and nobody is told. The worker brings them up to date when it builds a layer.
"""

from django.db import migrations

TERMS = """
CREATE TABLE layers_searchterm (is_open boolean NOT NULL, word text NOT NULL) PARTITION BY LIST (is_open);
CREATE TABLE layers_searchterm_open PARTITION OF layers_searchterm FOR VALUES IN (true);
CREATE TABLE layers_searchterm_internal PARTITION OF layers_searchterm FOR VALUES IN (false);
INSERT INTO layers_searchterm (is_open, word) SELECT DISTINCT is_open, word FROM layers_searchword;
CREATE INDEX layers_searchterm_word ON layers_searchterm (word text_pattern_ops);
CREATE INDEX layers_searchterm_like ON layers_searchterm USING gin (word gin_trgm_ops);
DROP INDEX layers_searchword_word;
CREATE INDEX layers_searchword_held ON layers_searchword (word text_pattern_ops, index_id);
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
DROP INDEX layers_searchword_held;
CREATE INDEX layers_searchword_word ON layers_searchword USING gin (word gin_trgm_ops);
DROP TABLE layers_searchterm;
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0012_nouns")]
    operations = [migrations.RunSQL(TERMS, DROP_TERMS)]
