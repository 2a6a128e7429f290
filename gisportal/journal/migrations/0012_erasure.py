"""Names leave the entries of a person that is erased, and the chain still verifies (ADR 0067).

``journal_erase`` writes an entry of the event ``erasure`` with the number and the digest of each entry that it changes, then
takes the name off: ``actor_name`` becomes empty, and the name in ``detail`` becomes the number of the account. Digests stay: an
entry that an erasure covers is no longer compared with its own content, but with the digest that the erasure has.
"""

from django.db import migrations

LOCK = 4_153_731  # that of the seal
AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

FUNCTIONS = f"""
CREATE FUNCTION journal_is_erased(e journal_journalentry) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM journal_journalentry AS p
        WHERE p.event = 'erasure' AND p.number > e.number AND p.detail->'entries'->>(e.number::text) = e.digest);
$$;

CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL
        AND (to_jsonb(NEW) - '{{number,previous,digest}}'::text[]) = (to_jsonb(OLD) - '{{number,previous,digest}}'::text[])
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.number IS NOT NULL AND NEW.actor_name IN ('', OLD.actor_name) AND journal_is_erased(OLD)
        AND (to_jsonb(NEW) - '{{actor_name,detail}}'::text[]) = (to_jsonb(OLD) - '{{actor_name,detail}}'::text[])
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

-- Take the name of an account off its entries; return how many. `former` is replaced as a whole text of `detail` alone.
CREATE FUNCTION journal_erase(account bigint, former text, erased text) RETURNS bigint LANGUAGE plpgsql {AS_OWNER} AS $$
DECLARE
    numbers bigint[];
    covered jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT array_agg(number), jsonb_object_agg(number::text, digest) INTO numbers, covered FROM journal_journalentry
    WHERE number IS NOT NULL AND event <> 'erasure' AND (
        (actor_id = account AND actor_name <> '') OR strpos(detail::text, to_jsonb(former)::text) > 0);
    IF numbers IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO journal_journalentry (event, actor_name, address, portal, subject, detail, previous, digest)
    VALUES ('erasure', '', '', '', 'account ' || account, jsonb_build_object('entries', covered), '', '');
    UPDATE journal_journalentry SET
        actor_name = CASE WHEN actor_id = account THEN '' ELSE actor_name END,
        detail = replace(detail::text, to_jsonb(former)::text, to_jsonb(erased)::text)::jsonb
    WHERE number = ANY (numbers);
    RETURN array_length(numbers, 1);
END $$;

CREATE OR REPLACE FUNCTION journal_first_broken() RETURNS TABLE (number bigint, fault text) LANGUAGE sql STABLE AS $$
    WITH chain AS (
        SELECT e.number, e.previous, e.digest, journal_digest(e) AS computed, e,
            lag(e.number) OVER (ORDER BY e.number) AS number_before, lag(e.digest) OVER (ORDER BY e.number) AS digest_before
        FROM journal_journalentry AS e WHERE e.number IS NOT NULL
    ), judged AS (
        SELECT chain.number, CASE
            WHEN chain.digest <> computed AND NOT journal_is_erased(chain.e) THEN 'changed'
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
"""


class Migration(migrations.Migration):
    """Create the functions."""

    dependencies = [("journal", "0011_directory_calls")]
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
