"""Two writes at once about one indicator are both in what is computed of it; years of a trajectory are years."""

from django.db import migrations, models

_COLUMNS = (
    "annee_reference, valeur_reference, annee_cible, valeur_cible, annee_mesure, valeur_mesure, valeur_attendue, "
    "ecart, ecart_relatif, projection, ecart_projete, etat"
)
# Each indicator is locked before its rows are read: a second write waits for the first, then reads what that one wrote.
# The order keeps two writes about the same indicators from waiting for each other.
_REFRESH = f"""
CREATE OR REPLACE FUNCTION plans_refresh(asked bigint[], this_year integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    current_year integer := coalesce(this_year, extract(year FROM now() AT TIME ZONE 'Europe/Paris')::int);
    changed bigint[];
BEGIN
    PERFORM 1 FROM plans_indicator AS i WHERE asked IS NULL OR i.id = ANY (asked) ORDER BY i.id FOR NO KEY UPDATE;
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
    """The function that applies the rule, with its lock; the one before is a weaker form of it, and is not put back."""

    dependencies = [("plans", "0003_axes_are_a_tree")]
    operations = [
        migrations.RunSQL(_REFRESH, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(("annee__range", (1900, 2200))),
                name="milestone_year_plausible",
                violation_error_message="L’année s’écrit sur quatre chiffres.",
            ),
        ),
    ]
