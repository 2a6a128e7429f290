"""Two agents who enter readings of like vehicles at the same moment: neither waits for the other for ever."""

from django.db import migrations

# As in 0001_rules, but for ``free``: a vehicle beside that another write holds is left to that write, which computes
# again what it is compared with. Waiting for it would be a deadlock, and its own figures would be overwritten by older
# ones.
_REFRESH = """
CREATE OR REPLACE FUNCTION fleet_refresh(asked bigint[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    changed integer;
BEGIN
    WITH beside AS (
        SELECT DISTINCT v.genre, v.categorie, v.energie FROM fleet_vehicle AS v WHERE asked IS NULL OR v.id = ANY (asked)
    ), own AS (
        SELECT v.id, v.genre, v.categorie, v.energie, v.etat, v.date_entree,
               (SELECT max(r.mois) FROM fleet_vehiclereading AS r WHERE r.vehicle_id = v.id) AS last_month
        FROM fleet_vehicle AS v JOIN beside USING (genre, categorie, energie)
    ), free AS (
        SELECT v.id FROM fleet_vehicle AS v JOIN beside USING (genre, categorie, energie)
        ORDER BY v.id FOR NO KEY UPDATE OF v SKIP LOCKED
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
      AND (v.id = ANY (asked) OR v.id IN (SELECT free.id FROM free))
      AND (v.prochain_releve, v.conso_litres, v.conso_kwh, v.conso_reference, v.ecart_conso)
        IS DISTINCT FROM (told.due, told.litres, told.kwh, told.middle, told.gap);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END;
$$
"""


class Migration(migrations.Migration):
    """The function that computes what readings tell of vehicles; the one before is not put back."""

    dependencies = [("fleet", "0003_official_rules")]
    operations = [migrations.RunSQL(_REFRESH, migrations.RunSQL.noop)]
