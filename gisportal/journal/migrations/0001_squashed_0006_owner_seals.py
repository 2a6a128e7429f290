"""The journal in the database: every entry is chained to the one before, and none is changed or removed.

``journal_seal`` runs at the end of the transaction that wrote an entry (a deferred constraint trigger), under an advisory lock
which is thus held for an instant, whatever the transaction did before: writers at the same time make one chain. An entry
that is sealed is refused every UPDATE. DELETE is refused but for entries older than six months that an entry of the event
``purge`` covers (``journal_purge`` writes it, then removes them); TRUNCATE always.

``journal_digest`` is the SHA-256 of a JSON array of the columns: the instant as seconds since 1970, so that no time zone of a
session changes it.

It is sealed and purged as its owner: the application's role may but write and read entries (ADR 0051). The schema is named, so
that a table of the same name in another one, or a temporary one, is never taken for the journal.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

LOCK = 4_153_731  # any number: of this database, and of nobody else in it
AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

FUNCTIONS = f"""
CREATE FUNCTION journal_digest(e journal_journalentry) RETURNS varchar LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        e.previous, e.number, extract(epoch FROM e.at), e.event, e.actor_id, e.actor_name, e.address, e.portal, e.subject,
        e.detail)::text, 'UTF8')), 'hex');
$$;

CREATE FUNCTION journal_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.number := NULL;
    NEW.previous := '';
    NEW.digest := '';
    RETURN NEW;
END $$;

CREATE FUNCTION journal_seal() RETURNS trigger LANGUAGE plpgsql {AS_OWNER} AS $$
DECLARE
    last record;
    sealed journal_journalentry;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT * INTO sealed FROM journal_journalentry WHERE id = NEW.id AND number IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT number, digest INTO last FROM journal_journalentry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;
    sealed.number := coalesce(last.number, 0) + 1;
    sealed.previous := coalesce(last.digest, '');
    UPDATE journal_journalentry
    SET number = sealed.number, previous = sealed.previous, digest = journal_digest(sealed) WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL
        AND (to_jsonb(NEW) - '{{number,previous,digest}}'::text[]) = (to_jsonb(OLD) - '{{number,previous,digest}}'::text[])
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' AND EXISTS (
        SELECT 1 FROM journal_journalentry AS e
        WHERE e.event = 'purge' AND (e.detail->>'through')::bigint >= OLD.number)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the journal is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- Remove what is older than `kept`, from the first entry on without a gap; return how many. The entry that says so keeps the
-- digest of the last one removed: the chain is verified from there.
CREATE FUNCTION journal_purge(kept interval) RETURNS bigint LANGUAGE plpgsql {AS_OWNER} AS $$
DECLARE
    last record;
    removed bigint;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT number, digest, at INTO last FROM journal_journalentry
    WHERE number < coalesce(
        (SELECT min(number) FROM journal_journalentry WHERE at >= now() - greatest(kept, interval '6 months')),
        (SELECT max(number) + 1 FROM journal_journalentry))
    ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT count(*) INTO removed FROM journal_journalentry WHERE number <= last.number;
    INSERT INTO journal_journalentry (event, actor_name, address, portal, subject, detail, previous, digest)
    VALUES ('purge', '', '', '', '', jsonb_build_object(
        'through', last.number, 'digest', last.digest, 'rows', removed, 'until', last.at), '', '');
    DELETE FROM journal_journalentry WHERE number <= last.number;
    RETURN removed;
END $$;

-- The first entry that is not what was sealed, or does not follow the one before; none when the chain is whole.
CREATE FUNCTION journal_first_broken() RETURNS TABLE (number bigint, fault text) LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT e.number, e.previous, e.digest, journal_digest(e) AS computed,
            lag(e.number) OVER (ORDER BY e.number) AS number_before, lag(e.digest) OVER (ORDER BY e.number) AS digest_before
        FROM journal_journalentry AS e WHERE e.number IS NOT NULL
    ), judged AS (
        SELECT chain.number, CASE
            WHEN chain.digest <> computed THEN 'changed'
            WHEN number_before IS NULL THEN CASE
                WHEN chain.number = 1 AND chain.previous = '' THEN NULL
                WHEN EXISTS (
                    SELECT 1 FROM journal_journalentry AS p WHERE p.event = 'purge'
                    AND (p.detail->>'through')::bigint = chain.number - 1 AND p.detail->>'digest' = chain.previous) THEN NULL
                ELSE 'missing before' END
            WHEN chain.number <> number_before + 1 THEN 'missing before'
            WHEN chain.previous <> digest_before THEN 'replaced before'
        END AS fault FROM chain
    )
    SELECT judged.number, judged.fault FROM judged WHERE judged.fault IS NOT NULL ORDER BY judged.number LIMIT 1;
$$;

CREATE TRIGGER journal_begin BEFORE INSERT ON journal_journalentry FOR EACH ROW EXECUTE FUNCTION journal_begin();
CREATE CONSTRAINT TRIGGER journal_seal AFTER INSERT ON journal_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_seal();
CREATE TRIGGER journal_refuse BEFORE UPDATE OR DELETE ON journal_journalentry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_refuse_truncate BEFORE TRUNCATE ON journal_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""

REMOVED = """
DROP TRIGGER journal_refuse_truncate ON journal_journalentry;
DROP TRIGGER journal_refuse ON journal_journalentry;
DROP TRIGGER journal_seal ON journal_journalentry;
DROP TRIGGER journal_begin ON journal_journalentry;
DROP FUNCTION journal_first_broken();
DROP FUNCTION journal_purge(interval);
DROP FUNCTION journal_refuse();
DROP FUNCTION journal_seal();
DROP FUNCTION journal_begin();
DROP FUNCTION journal_digest(journal_journalentry);
"""


class Migration(migrations.Migration):

    replaces = [('journal', '0001_initial'), ('journal', '0002_append_only'), ('journal', '0003_dashboards'), ('journal', '0004_reports'), ('journal', '0005_styles'), ('journal', '0006_owner_seals')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True, verbose_name='instant')),
                ('event', models.CharField(choices=[('sign-in', 'Connexion'), ('sign-in-failed', 'Échec de connexion'), ('sign-out', 'Déconnexion'), ('lock-out', 'Blocage des essais'), ('password-changed', 'Mot de passe modifié'), ('password-reset', 'Mot de passe réinitialisé'), ('factor-added', 'Second facteur ajouté'), ('factor-removed', 'Second facteur retiré'), ('token-created', 'Jeton créé'), ('token-revoked', 'Jeton révoqué'), ('session-ended', 'Session fermée à distance'), ('account', 'Compte modifié'), ('membership', 'Groupes d’un compte'), ('permissions', 'Permissions'), ('group', 'Groupe modifié'), ('grant', 'Droit sur une couche'), ('protected-field', 'Champ protégé'), ('layer', 'Diffusion d’une couche'), ('style', 'Style d’une couche'), ('dashboard', 'Diffusion d’un tableau de bord'), ('report', 'Signalement suivi'), ('export', 'Export d’une couche interne'), ('administration', 'Action d’administration'), ('purge', 'Purge du journal')], max_length=20, verbose_name='événement')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='compte')),
                ('actor_name', models.CharField(blank=True, default='', max_length=150, verbose_name='auteur')),
                ('address', models.CharField(blank=True, default='', max_length=45, verbose_name='adresse')),
                ('portal', models.CharField(blank=True, default='', max_length=5, verbose_name='commune du portail')),
                ('subject', models.CharField(blank=True, default='', max_length=200, verbose_name='concerne')),
                ('detail', models.JSONField(default=dict, verbose_name='détail')),
                ('number', models.BigIntegerField(editable=False, null=True, unique=True, verbose_name='numéro')),
                ('previous', models.CharField(default='', editable=False, max_length=64, verbose_name='empreinte précédente')),
                ('digest', models.CharField(default='', editable=False, max_length=64, verbose_name='empreinte')),
            ],
            options={
                'verbose_name': 'entrée du journal',
                'verbose_name_plural': 'journal',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['event', '-at'], name='journal_by_event'), models.Index(fields=['actor_id', '-at'], name='journal_by_account')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, REMOVED),
    ]
