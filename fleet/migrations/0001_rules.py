"""The rules of vehicles, in the database: whoever writes a vehicle or a reading, what is computed follows.

See ``docs/fleet.md``; the tables that the functions read hold the official texts, with their dates.
"""

from django.db import migrations

# The latest text wins; within it the Euro norm of the certificate, and without one the first registration.
_CRITAIR = """
CREATE FUNCTION fleet_critair(
    kind text, category text, energy text, registered date, norm text, day date
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    euro integer := nullif(norm, '')::integer;
    found text;
BEGIN
    SELECT r.classe INTO found
    FROM fleet_critairrule AS r
    CROSS JOIN LATERAL (
        SELECT r.norme_min IS NULL AND r.norme_max IS NULL AND r.debut IS NULL AND r.fin IS NULL AS always,
               (r.norme_min IS NOT NULL OR r.norme_max IS NOT NULL)
               AND coalesce(euro BETWEEN coalesce(r.norme_min, 0) AND coalesce(r.norme_max, 99), false) AS by_norm,
               (r.debut IS NOT NULL OR r.fin IS NOT NULL)
               AND registered BETWEEN coalesce(r.debut, '-infinity') AND coalesce(r.fin, 'infinity') AS by_date
    ) AS matched
    WHERE r.en_vigueur <= day
      AND (r.categories = '{}' OR category = ANY (r.categories))
      AND (r.genres = '{}' OR kind = ANY (r.genres))
      AND (r.energies = '{}' OR energy = ANY (r.energies))
      AND (always OR by_norm OR by_date)
    ORDER BY r.en_vigueur DESC, by_norm DESC, always DESC, r.id DESC
    LIMIT 1;
    RETURN coalesce(found, '');
END;
$$
"""
_LABEL = """
CREATE FUNCTION fleet_label(category text, co2 integer, day date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text;
BEGIN
    IF category = 'M1' AND co2 IS NOT NULL THEN
        SELECT l.classe INTO found FROM fleet_energylabel AS l
        WHERE l.en_vigueur = (SELECT max(o.en_vigueur) FROM fleet_energylabel AS o WHERE o.en_vigueur <= day)
          AND (l.au_plus IS NULL OR co2 <= l.au_plus)
        ORDER BY l.au_plus NULLS LAST LIMIT 1;
    END IF;
    RETURN coalesce(found, '');
END;
$$
"""
# The text in force on the day that the vehicle came in says what counts, and how much is asked.
_QUOTA = """
CREATE FUNCTION fleet_quota(
    wanted text, category text, energy text, co2 integer, entered date,
    OUT counted double precision, OUT asked double precision
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    rule record;
BEGIN
    IF category NOT IN ('M1', 'N1') THEN
        RETURN;
    END IF;
    SELECT q.* INTO rule FROM fleet_renewalquota AS q
    WHERE q.nature = wanted AND q.en_vigueur <= entered ORDER BY q.en_vigueur DESC LIMIT 1;
    IF rule.id IS NULL THEN
        RETURN;
    END IF;
    counted := CASE WHEN coalesce(co2 <= rule.co2_max, false) OR energy = ANY (rule.energies) THEN 100 ELSE 0 END;
    asked := rule.part;
END;
$$
"""
_CLASS = """
CREATE FUNCTION fleet_class(
    kind text, category text, energy text, registered date, norm text, co2 integer, entered date, day date,
    OUT critair text, OUT label text, OUT low double precision, OUT low_quota double precision,
    OUT very_low double precision, OUT very_low_quota double precision
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    critair := fleet_critair(kind, category, energy, registered, norm, day);
    label := fleet_label(category, co2, day);
    SELECT q.counted, q.asked INTO low, low_quota FROM fleet_quota('faibles', category, energy, co2, entered) AS q;
    SELECT q.counted, q.asked INTO very_low, very_low_quota
    FROM fleet_quota('tres_faibles', category, energy, co2, entered) AS q;
END;
$$
"""
_APPLY = """
CREATE FUNCTION fleet_apply_rules() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
    changed bigint[];
BEGIN
    SELECT array_agg(v.id) INTO changed FROM fleet_vehicle AS v
    CROSS JOIN LATERAL fleet_class(
        v.genre, v.categorie, v.energie, v.date_premiere_immatriculation, v.norme_euro, v.co2_g_km, v.date_entree, today
    ) AS f
    WHERE (v.critair, v.etiquette_energie, v.part_faibles, v.quota_faibles, v.part_tres_faibles, v.quota_tres_faibles)
        IS DISTINCT FROM (f.critair, f.label, f.low, f.low_quota, f.very_low, f.very_low_quota);
    IF changed IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE fleet_vehicle SET critair = '' WHERE id = ANY (changed);
    RETURN cardinality(changed);
END;
$$
"""
# Without a factor for something that was consumed, nothing is said: a partial sum would read as the whole.
_EMISSIONS = """
CREATE FUNCTION fleet_emissions(vehicle bigint, month date, litres numeric, kwh numeric, kg numeric)
RETURNS double precision LANGUAGE plpgsql STABLE AS $$
DECLARE
    own_energy text;
    found double precision;
BEGIN
    IF litres IS NULL AND kwh IS NULL AND kg IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT v.energie INTO own_energy FROM fleet_vehicle AS v WHERE v.id = vehicle;
    SELECT CASE WHEN count(*) = count(f.facteur) THEN coalesce(sum(used.quantity * f.facteur), 0) END INTO found
    FROM (VALUES ('litres', litres), ('kwh', kwh), ('kg_gaz', kg)) AS used (unit, quantity)
    LEFT JOIN LATERAL (
        SELECT e.facteur FROM fleet_emissionfactor AS e
        WHERE e.unite = used.unit AND e.en_vigueur <= month AND (e.energies = '{}' OR own_energy = ANY (e.energies))
        ORDER BY e.en_vigueur DESC, cardinality(e.energies) = 0, e.id DESC LIMIT 1
    ) AS f ON true
    WHERE used.quantity > 0;
    RETURN found;
END;
$$
"""
# A reading is expected by the tenth of the next month. Usual is the median of three vehicles at least of one kind,
# one category and one energy; of a rechargeable one fuel is compared, and electricity where it burns none.
_REFRESH = """
CREATE FUNCTION fleet_refresh(asked bigint[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    changed integer;
BEGIN
    WITH beside AS (
        SELECT DISTINCT v.genre, v.categorie, v.energie FROM fleet_vehicle AS v WHERE asked IS NULL OR v.id = ANY (asked)
    ), own AS (
        SELECT v.id, v.genre, v.categorie, v.energie, v.etat, v.date_entree,
               (SELECT max(r.mois) FROM fleet_vehiclereading AS r WHERE r.vehicle_id = v.id) AS last_month
        FROM fleet_vehicle AS v JOIN beside USING (genre, categorie, energie)
    ), used AS (
        SELECT own.*, 100 * year.litres / nullif(year.km, 0) AS litres, 100 * year.kwh / nullif(year.km, 0) AS kwh
        FROM own CROSS JOIN LATERAL (
            SELECT sum(r.litres)::float8 AS litres, sum(r.kwh)::float8 AS kwh, sum(r.kilometrage)::float8 AS km
            FROM fleet_vehiclereading AS r
            WHERE r.vehicle_id = own.id AND r.mois > own.last_month - interval '12 months'
        ) AS year
    ), usual AS (
        SELECT u.genre, u.categorie, u.energie,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(nullif(u.litres, 0), u.kwh)) AS middle,
               count(coalesce(nullif(u.litres, 0), u.kwh)) AS vehicles
        FROM used AS u GROUP BY u.genre, u.categorie, u.energie
    ), told AS (
        SELECT used.id,
               CASE WHEN used.etat <> 'reforme' THEN (
                   date_trunc('month', coalesce(used.last_month + interval '1 month', used.date_entree))
                   + interval '1 month 9 days'
               )::date END AS due,
               round(used.litres::numeric, 2)::float8 AS litres, round(used.kwh::numeric, 2)::float8 AS kwh,
               CASE WHEN usual.vehicles >= 3 THEN round(usual.middle::numeric, 2)::float8 END AS middle,
               CASE WHEN usual.vehicles >= 3 THEN round(
                   100 * (coalesce(nullif(used.litres, 0), used.kwh) / nullif(usual.middle, 0) - 1)::numeric, 1
               )::float8 END AS gap
        FROM used JOIN usual USING (genre, categorie, energie)
    )
    UPDATE fleet_vehicle AS v SET
        (prochain_releve, conso_litres, conso_kwh, conso_reference, ecart_conso)
        = (told.due, told.litres, told.kwh, told.middle, told.gap)
    FROM told
    WHERE v.id = told.id
      AND (v.prochain_releve, v.conso_litres, v.conso_kwh, v.conso_reference, v.ecart_conso)
        IS DISTINCT FROM (told.due, told.litres, told.kwh, told.middle, told.gap);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END;
$$
"""


class Migration(migrations.Migration):
    """Functions; the triggers that call them come with the tables. Bodies are read when they run."""

    initial = True
    dependencies = [("layers", "0004_smallest_count")]
    operations = [
        migrations.RunSQL(_CRITAIR, "DROP FUNCTION fleet_critair(text, text, text, date, text, date)"),
        migrations.RunSQL(_LABEL, "DROP FUNCTION fleet_label(text, integer, date)"),
        migrations.RunSQL(_QUOTA, "DROP FUNCTION fleet_quota(text, text, text, integer, date)"),
        migrations.RunSQL(
            _CLASS, "DROP FUNCTION fleet_class(text, text, text, date, text, integer, date, date)"
        ),
        migrations.RunSQL(_APPLY, "DROP FUNCTION fleet_apply_rules()"),
        migrations.RunSQL(
            _EMISSIONS, "DROP FUNCTION fleet_emissions(bigint, date, numeric, numeric, numeric)"
        ),
        migrations.RunSQL(_REFRESH, "DROP FUNCTION fleet_refresh(bigint[])"),
    ]
