"""The rule of plans, in the database: whoever writes a measure, the states follow. See ``docs/plans.md``."""

from django.db import migrations

_PLACE = """
CREATE FUNCTION plans_place(position_id bigint, OUT plan varchar, OUT axe varchar, OUT sous_axe varchar)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    WITH RECURSIVE way AS (
        SELECT a.id, a.parent_id, a.plan_id, a.code, a.titre, 0 AS height FROM plans_axis AS a WHERE a.id = position_id
        UNION ALL
        SELECT a.id, a.parent_id, a.plan_id, a.code, a.titre, way.height + 1
        FROM plans_axis AS a JOIN way ON a.id = way.parent_id WHERE way.height < 20
    )
    SELECT max(way.plan_id) FILTER (WHERE way.height = 0),
           max(way.code || '. ' || way.titre) FILTER (WHERE way.parent_id IS NULL),
           coalesce(max(way.code || ' ' || way.titre) FILTER (WHERE way.height = 0 AND way.parent_id IS NOT NULL), '')
    INTO plan, axe, sous_axe FROM way;
    axe := coalesce(axe, '');
END;
$$
"""
# What is expected in a year: the straight lines between the points of the trajectory, level before the first and
# after the last.
_EXPECTED = """
CREATE FUNCTION plans_expected(indicator bigint, year integer) RETURNS double precision
LANGUAGE plpgsql STABLE AS $$
DECLARE
    before record;
    after record;
BEGIN
    SELECT m.annee, m.valeur INTO before FROM plans_milestone AS m
    WHERE m.indicator_id = indicator AND m.annee <= year ORDER BY m.annee DESC LIMIT 1;
    SELECT m.annee, m.valeur INTO after FROM plans_milestone AS m
    WHERE m.indicator_id = indicator AND m.annee >= year ORDER BY m.annee LIMIT 1;
    IF before.annee IS NULL OR before.annee = after.annee THEN
        RETURN after.valeur;
    ELSIF after.annee IS NULL THEN
        RETURN before.valeur;
    END IF;
    RETURN before.valeur + (after.valeur - before.valeur) * (year - before.annee) / (after.annee - before.annee);
END;
$$
"""
_STATE = """
CREATE FUNCTION plans_state(
    direction text, measured double precision, expected double precision, target double precision,
    tolerance double precision, drift double precision
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN (measured - target) * side >= 0 THEN 'atteint'
        WHEN (measured - expected) * side >= -abs(expected) * tolerance / 100 THEN 'en_bonne_voie'
        WHEN (measured - expected) * side >= -abs(expected) * drift / 100 THEN 'en_retard'
        ELSE 'hors_trajectoire'
    END
    FROM (SELECT CASE direction WHEN 'hausse' THEN 1 ELSE -1 END AS side) AS wanted
$$
"""
# A measure counts when it comes after the reference and not after this year; the last one counts for as many years as
# the plan says. What was never measured is not due before a period of the indicator, and a year to publish it, passed.
_STANDING = """
CREATE FUNCTION plans_standing(asked bigint[], this_year integer) RETURNS TABLE (
    id bigint, annee_reference integer, valeur_reference double precision, annee_cible integer,
    valeur_cible double precision, annee_mesure integer, valeur_mesure double precision,
    valeur_attendue double precision, ecart double precision, ecart_relatif double precision,
    projection double precision, ecart_projete double precision, etat text
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
WITH own AS (
    SELECT i.id, i.sens, p.tolerance::float8 AS tolerance, p.derive::float8 AS drift, p.anciennete AS age,
           CASE i.frequence WHEN 'triennale' THEN 3 WHEN 'biennale' THEN 2 ELSE 1 END AS period,
           start.annee::int AS start_year, start.valeur AS start_value,
           final.annee::int AS end_year, final.valeur AS end_value,
           last.annee::int AS last_year, last.valeur AS last_value, pace.slope,
           least(lowest.measured, lowest.planned) >= 0 AS is_positive
    FROM plans_indicator AS i
    JOIN plans_plan AS p ON p.code = i.plan_id
    LEFT JOIN plans_milestone AS start ON start.indicator_id = i.id AND start.nature = 'reference'
    LEFT JOIN plans_milestone AS final ON final.indicator_id = i.id AND final.nature = 'finale'
    LEFT JOIN LATERAL (
        SELECT m.annee, m.valeur FROM plans_measure AS m
        WHERE m.indicator_id = i.id AND m.commune_id IS NULL AND m.source = '' AND m.annee <= this_year
          AND (start.annee IS NULL OR m.annee > start.annee)
        ORDER BY m.annee DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        SELECT regr_slope(r.valeur, r.annee) AS slope FROM (
            SELECT m.valeur, m.annee, row_number() OVER (ORDER BY m.annee DESC) AS rank FROM plans_measure AS m
            WHERE m.indicator_id = i.id AND m.commune_id IS NULL AND m.source = '' AND m.annee <= last.annee
        ) AS r WHERE r.rank <= 2 OR r.annee >= last.annee - 5
    ) AS pace ON true
    LEFT JOIN LATERAL (
        SELECT (SELECT min(m.valeur) FROM plans_measure AS m WHERE m.indicator_id = i.id) AS measured,
               (SELECT min(m.valeur) FROM plans_milestone AS m WHERE m.indicator_id = i.id) AS planned
    ) AS lowest ON true
    WHERE asked IS NULL OR i.id = ANY (asked)
), held AS (
    SELECT own.*, CASE WHEN last_year IS NOT NULL THEN plans_expected(own.id, last_year) END AS expected,
           CASE WHEN last_year < end_year THEN
               CASE WHEN is_positive THEN greatest(last_value + slope * (end_year - last_year), 0)
                    ELSE last_value + slope * (end_year - last_year) END
           END AS projected
    FROM own
)
SELECT held.id, start_year, start_value, end_year, end_value, last_year, last_value, expected,
       last_value - expected, 100 * (last_value - expected) / nullif(abs(expected), 0), projected,
       projected - end_value,
       CASE
           WHEN last_year IS NULL AND this_year <= start_year + period + 1 THEN 'pas_encore_du'
           WHEN last_year IS NULL OR expected IS NULL THEN 'sans_donnee'
           WHEN last_year < this_year - greatest(age, period)
               AND NOT coalesce((last_value - end_value) * CASE sens WHEN 'hausse' THEN 1 ELSE -1 END >= 0, false)
               THEN 'sans_donnee'
           ELSE plans_state(sens, last_value, expected, end_value, tolerance, drift)
       END
FROM held;
END;
$$
"""
_COLUMNS = (
    "annee_reference, valeur_reference, annee_cible, valeur_cible, annee_mesure, valeur_mesure, valeur_attendue, "
    "ecart, ecart_relatif, projection, ecart_projete, etat"
)
_REFRESH = f"""
CREATE FUNCTION plans_refresh(asked bigint[], this_year integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    current_year integer := coalesce(this_year, extract(year FROM now() AT TIME ZONE 'Europe/Paris')::int);
    changed bigint[];
BEGIN
    SELECT array_agg(s.id) INTO changed FROM plans_standing(asked, current_year) AS s
    JOIN plans_indicator AS i USING (id)
    WHERE ({", ".join(f"s.{name.strip()}" for name in _COLUMNS.split(","))})
        IS DISTINCT FROM ({", ".join(f"i.{name.strip()}" for name in _COLUMNS.split(","))});
    IF changed IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE plans_indicator AS i SET ({_COLUMNS}) = ({", ".join(f"s.{name.strip()}" for name in _COLUMNS.split(","))})
    FROM plans_standing(changed, current_year) AS s WHERE i.id = s.id;
    RETURN cardinality(changed);
END;
$$
"""


class Migration(migrations.Migration):
    """Functions of the rule; the triggers that call them come with the tables. Bodies are read when they run."""

    initial = True
    dependencies = [("layers", "0004_smallest_count")]
    operations = [
        migrations.RunSQL(_PLACE, "DROP FUNCTION plans_place(bigint)"),
        migrations.RunSQL(_EXPECTED, "DROP FUNCTION plans_expected(bigint, integer)"),
        migrations.RunSQL(
            _STATE, "DROP FUNCTION plans_state(text, float8, float8, float8, float8, float8)"
        ),
        migrations.RunSQL(_STANDING, "DROP FUNCTION plans_standing(bigint[], integer)"),
        migrations.RunSQL(_REFRESH, "DROP FUNCTION plans_refresh(bigint[], integer)"),
    ]
