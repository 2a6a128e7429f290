"""The rule of plans, in the database: whoever writes a measure, the states follow. See ``docs/plans.md``.

The functions come before the tables, whose triggers call them: their bodies are read when they run.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

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
# Each indicator is locked before its rows are read: a second write waits for the first, then reads what that one wrote.
# The order keeps two writes about the same indicators from waiting for each other.
_REFRESH = f"""
CREATE FUNCTION plans_refresh(asked bigint[], this_year integer DEFAULT NULL) RETURNS integer
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

    replaces = [('plans', '0001_rule'), ('plans', '0002_initial'), ('plans', '0003_axes_are_a_tree'), ('plans', '0004_one_refresh_at_a_time'), ('plans', '0005_spent_is_unknown')]

    initial = True

    dependencies = [
        ('layers', '0004_smallest_count'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(_PLACE, "DROP FUNCTION plans_place(bigint)"),
        migrations.RunSQL(_EXPECTED, "DROP FUNCTION plans_expected(bigint, integer)"),
        migrations.RunSQL(_STATE, "DROP FUNCTION plans_state(text, float8, float8, float8, float8, float8)"),
        migrations.RunSQL(_STANDING, "DROP FUNCTION plans_standing(bigint[], integer)"),
        migrations.RunSQL(_REFRESH, "DROP FUNCTION plans_refresh(bigint[], integer)"),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name='code')),
                ('titre', models.CharField(max_length=160, verbose_name='titre')),
                ('nature', models.CharField(choices=[('pcaet', 'Plan climat-air-énergie territorial'), ('plpdma', 'Programme local de prévention des déchets'), ('autre', 'Autre plan')], default='autre', max_length=10, verbose_name='nature')),
                ('debut', models.PositiveSmallIntegerField(verbose_name='première année')),
                ('fin', models.PositiveSmallIntegerField(verbose_name='dernière année')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('tolerance', models.DecimalField(decimal_places=1, default=2, help_text='En pourcents de la valeur attendue.', max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(50)], verbose_name='écart toléré')),
                ('derive', models.DecimalField(decimal_places=1, default=10, help_text='En pourcents de la valeur attendue.', max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='écart qui sort de la trajectoire')),
                ('anciennete', models.PositiveSmallIntegerField(default=2, help_text='En années\xa0: une mesure plus ancienne n’est plus une donnée.', validators=[django.core.validators.MaxValueValidator(10)], verbose_name='ancienneté admise')),
            ],
            options={
                'verbose_name': 'plan',
                'verbose_name_plural': 'plans',
                'ordering': ['code'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('debut__lte', models.F('fin'))), name='plan_years_ordered', violation_error_message='La première année dépasse la dernière.'), models.CheckConstraint(condition=models.Q(('tolerance__gte', 0), ('tolerance__lte', models.F('derive'))), name='plan_thresholds_ordered', violation_error_message='L’écart toléré dépasse celui qui sort de la trajectoire.'), models.CheckConstraint(condition=models.Q(('nature__in', ['pcaet', 'plpdma', 'autre'])), name='plan_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('code', models.CharField(max_length=12, verbose_name='code')),
                ('titre', models.CharField(max_length=160, verbose_name='titre')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='plans.axis', verbose_name='axe au-dessus')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'axe',
                'verbose_name_plural': 'axes',
                'ordering': ['plan', 'rang', 'code'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('plan', 'code'), name='axis_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('axe', models.CharField(blank=True, editable=False, max_length=180, verbose_name='axe')),
                ('sous_axe', models.CharField(blank=True, editable=False, max_length=180, verbose_name='sous-axe')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('etat', models.CharField(choices=[('a_discuter', 'À discuter'), ('a_venir', 'À venir'), ('en_cours', 'En cours'), ('en_retard', 'En retard'), ('en_pause', 'En pause'), ('bloque', 'Bloquée'), ('realise', 'Réalisée'), ('abandonne', 'Abandonnée')], default='a_venir', max_length=10, verbose_name='état')),
                ('priorite', models.CharField(blank=True, choices=[('eleve', 'Élevée'), ('moyen', 'Moyenne'), ('bas', 'Basse')], max_length=5, verbose_name='priorité')),
                ('pilote', models.CharField(max_length=120, verbose_name='pilote')),
                ('elu_referent', models.CharField(blank=True, max_length=120, verbose_name='élu référent')),
                ('partenaires', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='partenaires')),
                ('debut', models.DateField(blank=True, null=True, verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='échéance')),
                ('avancement', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='avancement')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='plans.axis', verbose_name='axe du plan')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'action',
                'verbose_name_plural': 'actions',
                'ordering': ['plan', 'position__rang', 'code'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('plan', 'code'), name='action_code_once'), models.CheckConstraint(condition=models.Q(('debut__isnull', True), ('fin__isnull', True), ('debut__lte', models.F('fin')), _connector='OR'), name='action_dates_ordered', violation_error_message='Le début suit l’échéance.'), models.CheckConstraint(condition=models.Q(('avancement__isnull', True), ('avancement__lte', 100), _connector='OR'), name='action_progress_percent', violation_error_message='L’avancement va de 0 à 100.'), models.CheckConstraint(condition=models.Q(('etat__in', ['a_discuter', 'a_venir', 'en_cours', 'en_retard', 'en_pause', 'bloque', 'realise', 'abandonne'])), name='action_state_known'), models.CheckConstraint(condition=models.Q(('priorite__in', ['', 'eleve', 'moyen', 'bas'])), name='action_priority_known')],
            },
        ),
        migrations.CreateModel(
            name='ActionNote',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('date', models.DateField(verbose_name='date')),
                ('auteur', models.CharField(blank=True, max_length=120, verbose_name='auteur')),
                ('texte', models.TextField(verbose_name='texte')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='plans.action', verbose_name='action')),
            ],
            options={
                'verbose_name': 'commentaire',
                'verbose_name_plural': 'commentaires',
                'ordering': ['-date', '-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActionNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('date', models.DateField(verbose_name='date')),
                ('auteur', models.CharField(blank=True, max_length=120, verbose_name='auteur')),
                ('texte', models.TextField(verbose_name='texte')),
                ('action', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.action', verbose_name='action')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.actionnote')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActionStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('faite', models.BooleanField(default=False, verbose_name='faite')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='plans.action', verbose_name='action')),
            ],
            options={
                'verbose_name': 'étape',
                'verbose_name_plural': 'étapes',
                'ordering': ['rang', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActionStepEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('faite', models.BooleanField(default=False, verbose_name='faite')),
                ('action', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.action', verbose_name='action')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.actionstep')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('nature', models.CharField(choices=[('investissement', 'Investissement'), ('fonctionnement', 'Fonctionnement')], default='investissement', max_length=14, verbose_name='nature')),
                ('financeur', models.CharField(blank=True, max_length=120, verbose_name='financeur')),
                ('prevu', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='prévu')),
                ('depense', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='dépensé')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budget_lines', to='plans.action', verbose_name='action')),
            ],
            options={
                'verbose_name': 'ligne de budget',
                'verbose_name_plural': 'budget',
                'ordering': ['annee', 'nature', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('nature__in', ['investissement', 'fonctionnement'])), name='budget_kind_known'), models.CheckConstraint(condition=models.Q(('depense__gte', 0), ('prevu__gte', 0)), name='budget_positive', violation_error_message='Un budget n’est pas négatif.')],
            },
        ),
        migrations.CreateModel(
            name='BudgetLineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('nature', models.CharField(choices=[('investissement', 'Investissement'), ('fonctionnement', 'Fonctionnement')], default='investissement', max_length=14, verbose_name='nature')),
                ('financeur', models.CharField(blank=True, max_length=120, verbose_name='financeur')),
                ('prevu', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='prévu')),
                ('depense', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='dépensé')),
                ('action', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.action', verbose_name='action')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.budgetline')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('titre', models.CharField(max_length=160, verbose_name='titre')),
                ('axe', models.CharField(blank=True, editable=False, max_length=180, verbose_name='axe')),
                ('sous_axe', models.CharField(blank=True, editable=False, max_length=180, verbose_name='sous-axe')),
                ('secteur', models.CharField(blank=True, choices=[('residentiel', 'Résidentiel'), ('tertiaire', 'Tertiaire'), ('transport_routier', 'Transport routier'), ('autres_transports', 'Autres transports'), ('agriculture', 'Agriculture'), ('dechets', 'Déchets'), ('industrie', 'Industrie hors branche énergie'), ('energie', 'Industrie branche énergie')], max_length=20, verbose_name='secteur')),
                ('polluant', models.CharField(blank=True, choices=[('nox', 'NOx'), ('pm10', 'PM10'), ('pm25', 'PM2,5'), ('covnm', 'COVNM'), ('so2', 'SO2'), ('nh3', 'NH3')], max_length=6, verbose_name='polluant')),
                ('unite', models.CharField(max_length=40, verbose_name='unité')),
                ('decimales', models.PositiveSmallIntegerField(default=0, verbose_name='décimales')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('frequence', models.CharField(choices=[('annuelle', 'Chaque année'), ('biennale', 'Tous les deux ans'), ('triennale', 'Tous les trois ans')], default='annuelle', max_length=10, verbose_name='fréquence')),
                ('sens', models.CharField(choices=[('hausse', 'À la hausse'), ('baisse', 'À la baisse')], max_length=6, verbose_name='sens souhaité')),
                ('perimetre', models.CharField(blank=True, max_length=160, verbose_name='périmètre')),
                ('methode', models.TextField(blank=True, verbose_name='méthode')),
                ('commentaire', models.TextField(blank=True, verbose_name='commentaire')),
                ('pilote', models.CharField(blank=True, max_length=120, verbose_name='pilote')),
                ('annee_reference', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='année de référence')),
                ('valeur_reference', models.FloatField(editable=False, null=True, verbose_name='valeur de référence')),
                ('annee_cible', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='année de la cible')),
                ('valeur_cible', models.FloatField(editable=False, null=True, verbose_name='cible')),
                ('annee_mesure', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='année de la dernière mesure')),
                ('valeur_mesure', models.FloatField(editable=False, null=True, verbose_name='dernière mesure')),
                ('valeur_attendue', models.FloatField(editable=False, null=True, verbose_name='valeur attendue')),
                ('ecart', models.FloatField(editable=False, null=True, verbose_name='écart')),
                ('ecart_relatif', models.FloatField(editable=False, null=True, verbose_name='écart relatif')),
                ('projection', models.FloatField(editable=False, null=True, verbose_name='valeur projetée')),
                ('ecart_projete', models.FloatField(editable=False, null=True, verbose_name='écart projeté')),
                ('etat', models.CharField(choices=[('atteint', 'Atteint'), ('en_bonne_voie', 'En bonne voie'), ('en_retard', 'En retard'), ('hors_trajectoire', 'Hors trajectoire'), ('sans_donnee', 'Sans donnée'), ('pas_encore_du', 'Pas encore attendu')], default='sans_donnee', editable=False, max_length=16, verbose_name='état')),
                ('parent', models.ForeignKey(blank=True, help_text='L’indicateur que celui-ci détaille, par secteur par exemple.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='plans.indicator', to_field='code', verbose_name='indicateur d’ensemble')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='plans.axis', verbose_name='axe du plan')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'indicateur',
                'verbose_name_plural': 'indicateurs',
                'ordering': ['plan', 'position__rang', 'code'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('sens__in', ['hausse', 'baisse'])), name='indicator_direction_known'), models.CheckConstraint(condition=models.Q(('frequence__in', ['annuelle', 'biennale', 'triennale'])), name='indicator_cadence_known'), models.CheckConstraint(condition=models.Q(('secteur__in', ['', 'residentiel', 'tertiaire', 'transport_routier', 'autres_transports', 'agriculture', 'dechets', 'industrie', 'energie'])), name='indicator_sector_known'), models.CheckConstraint(condition=models.Q(('polluant__in', ['', 'nox', 'pm10', 'pm25', 'covnm', 'so2', 'nh3'])), name='indicator_pollutant_known'), models.CheckConstraint(condition=models.Q(('decimales__lte', 6)), name='indicator_decimals_few')],
            },
        ),
        migrations.CreateModel(
            name='LinkedIndicator',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='plans.action', verbose_name='action')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='plans.indicator', to_field='code', verbose_name='indicateur')),
            ],
            options={
                'verbose_name': 'indicateur lié',
                'verbose_name_plural': 'indicateurs liés',
                'ordering': ['action', 'indicator'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('action', 'indicator'), name='linked_indicator_once')],
            },
        ),
        migrations.CreateModel(
            name='LinkedIndicatorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('action', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.action', verbose_name='action')),
                ('indicator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.indicator', to_field='code', verbose_name='indicateur')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.linkedindicator')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('valeur', models.FloatField(verbose_name='valeur')),
                ('source', models.CharField(blank=True, help_text='Vide\xa0: la source de l’indicateur.', max_length=120, verbose_name='autre source')),
                ('provisoire', models.BooleanField(default=False, verbose_name='provisoire')),
                ('commentaire', models.TextField(blank=True, verbose_name='commentaire')),
                ('commune', models.ForeignKey(blank=True, help_text='Vide\xa0: tout le territoire.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='plans.indicator', verbose_name='indicateur')),
            ],
            options={
                'verbose_name': 'mesure',
                'verbose_name_plural': 'mesures',
                'ordering': ['indicator', 'annee', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('indicator', 'annee', 'commune', 'source'), name='measure_once', nulls_distinct=False, violation_error_message='Cette année a déjà une mesure.'), models.CheckConstraint(condition=models.Q(('annee__range', (1900, 2200))), name='measure_year_plausible', violation_error_message='L’année s’écrit sur quatre chiffres.')],
            },
        ),
        migrations.CreateModel(
            name='MeasureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('valeur', models.FloatField(verbose_name='valeur')),
                ('source', models.CharField(blank=True, help_text='Vide\xa0: la source de l’indicateur.', max_length=120, verbose_name='autre source')),
                ('provisoire', models.BooleanField(default=False, verbose_name='provisoire')),
                ('commentaire', models.TextField(blank=True, verbose_name='commentaire')),
                ('commune', models.ForeignKey(blank=True, db_constraint=False, help_text='Vide\xa0: tout le territoire.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
                ('indicator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.indicator', verbose_name='indicateur')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.measure')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('valeur', models.FloatField(verbose_name='valeur')),
                ('nature', models.CharField(choices=[('reference', 'Référence'), ('intermediaire', 'Objectif intermédiaire'), ('finale', 'Objectif final')], default='intermediaire', max_length=14, verbose_name='nature')),
                ('commentaire', models.CharField(blank=True, max_length=300, verbose_name='commentaire')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='plans.indicator', verbose_name='indicateur')),
            ],
            options={
                'verbose_name': 'point de la trajectoire',
                'verbose_name_plural': 'points de la trajectoire',
                'ordering': ['indicator', 'annee'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('indicator', 'annee'), name='milestone_year_once', violation_error_message='Cette année est déjà un point de la trajectoire.'), models.UniqueConstraint(condition=models.Q(('nature', 'intermediaire'), _negated=True), fields=('indicator', 'nature'), name='milestone_one_reference_one_target', violation_error_message='Un indicateur a une référence et un objectif final.'), models.CheckConstraint(condition=models.Q(('nature__in', ['reference', 'intermediaire', 'finale'])), name='milestone_kind_known'), models.CheckConstraint(condition=models.Q(('annee__range', (1900, 2200))), name='milestone_year_plausible', violation_error_message='L’année s’écrit sur quatre chiffres.')],
            },
        ),
        migrations.CreateModel(
            name='MilestoneEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('annee', models.PositiveSmallIntegerField(verbose_name='année')),
                ('valeur', models.FloatField(verbose_name='valeur')),
                ('nature', models.CharField(choices=[('reference', 'Référence'), ('intermediaire', 'Objectif intermédiaire'), ('finale', 'Objectif final')], default='intermediaire', max_length=14, verbose_name='nature')),
                ('commentaire', models.CharField(blank=True, max_length=300, verbose_name='commentaire')),
                ('indicator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.indicator', verbose_name='indicateur')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.milestone')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IndicatorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=60, verbose_name='code')),
                ('titre', models.CharField(max_length=160, verbose_name='titre')),
                ('secteur', models.CharField(blank=True, choices=[('residentiel', 'Résidentiel'), ('tertiaire', 'Tertiaire'), ('transport_routier', 'Transport routier'), ('autres_transports', 'Autres transports'), ('agriculture', 'Agriculture'), ('dechets', 'Déchets'), ('industrie', 'Industrie hors branche énergie'), ('energie', 'Industrie branche énergie')], max_length=20, verbose_name='secteur')),
                ('polluant', models.CharField(blank=True, choices=[('nox', 'NOx'), ('pm10', 'PM10'), ('pm25', 'PM2,5'), ('covnm', 'COVNM'), ('so2', 'SO2'), ('nh3', 'NH3')], max_length=6, verbose_name='polluant')),
                ('unite', models.CharField(max_length=40, verbose_name='unité')),
                ('decimales', models.PositiveSmallIntegerField(default=0, verbose_name='décimales')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('frequence', models.CharField(choices=[('annuelle', 'Chaque année'), ('biennale', 'Tous les deux ans'), ('triennale', 'Tous les trois ans')], default='annuelle', max_length=10, verbose_name='fréquence')),
                ('sens', models.CharField(choices=[('hausse', 'À la hausse'), ('baisse', 'À la baisse')], max_length=6, verbose_name='sens souhaité')),
                ('perimetre', models.CharField(blank=True, max_length=160, verbose_name='périmètre')),
                ('methode', models.TextField(blank=True, verbose_name='méthode')),
                ('commentaire', models.TextField(blank=True, verbose_name='commentaire')),
                ('pilote', models.CharField(blank=True, max_length=120, verbose_name='pilote')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, help_text='L’indicateur que celui-ci détaille, par secteur par exemple.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.indicator', to_field='code', verbose_name='indicateur d’ensemble')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.indicator')),
                ('position', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.axis', verbose_name='axe du plan')),
                ('plan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('etat', models.CharField(choices=[('a_discuter', 'À discuter'), ('a_venir', 'À venir'), ('en_cours', 'En cours'), ('en_retard', 'En retard'), ('en_pause', 'En pause'), ('bloque', 'Bloquée'), ('realise', 'Réalisée'), ('abandonne', 'Abandonnée')], default='a_venir', max_length=10, verbose_name='état')),
                ('priorite', models.CharField(blank=True, choices=[('eleve', 'Élevée'), ('moyen', 'Moyenne'), ('bas', 'Basse')], max_length=5, verbose_name='priorité')),
                ('pilote', models.CharField(max_length=120, verbose_name='pilote')),
                ('elu_referent', models.CharField(blank=True, max_length=120, verbose_name='élu référent')),
                ('partenaires', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='partenaires')),
                ('debut', models.DateField(blank=True, null=True, verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='échéance')),
                ('avancement', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='avancement')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='plans.action')),
                ('position', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.axis', verbose_name='axe du plan')),
                ('plan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plan',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='2fd33e19d206df7a1ff3220e719a84f8b28023f3', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_d332d', table='plans_plan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plan',
            trigger=pgtrigger.compiler.Trigger(name='refresh_plan', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT id FROM plans_indicator WHERE plan_id = NEW.code)); RETURN NULL;', hash='37509139096878a7c81411827416b70d19154b0e', operation='UPDATE OF "tolerance", "derive", "anciennete"', pgid='pgtrigger_refresh_plan_710da', table='plans_plan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionnote',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='373c2fd45a8442aca5e937b808fd4138f782fc29', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_dd199', table='plans_actionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionnote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionnoteevent" ("action_id", "auteur", "date", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "texte") SELECT new_values."action_id", new_values."auteur", new_values."date", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."texte" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f086d8599d652e7e6e5a2fc620657df7803d24a6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5f214', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_actionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionnote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionnoteevent" ("action_id", "auteur", "date", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "texte") SELECT old_values."action_id", old_values."auteur", old_values."date", old_values."id", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."texte" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='22c3dd10d70d235c33b203a3a67b9aa94b4c3b1d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c4bc7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_actionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionnote',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionnoteevent" ("action_id", "auteur", "date", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "texte") SELECT old_values."action_id", old_values."auteur", old_values."date", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."texte" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='5e5f2cf74578b34d3f5e1016b53d3246b598fab5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_b864b', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_actionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionstep',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='890e49df106eee26e3ead38038b8e4bd9b95acb6', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_23802', table='plans_actionstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionstep',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionstepevent" ("action_id", "faite", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rang", "titre") SELECT new_values."action_id", new_values."faite", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."rang", new_values."titre" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='955622ad8fd9c17c3d97c84bd274f7b6a19a8b9a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_e8efe', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_actionstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionstep',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionstepevent" ("action_id", "faite", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rang", "titre") SELECT old_values."action_id", old_values."faite", old_values."id", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."rang", old_values."titre" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0184ee65d48f573ae23575d910c769f8db6a7397', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_28dde', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_actionstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='actionstep',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionstepevent" ("action_id", "faite", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rang", "titre") SELECT old_values."action_id", old_values."faite", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."rang", old_values."titre" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='ef0e94cb8fe5d942241edd399f1cbaedf8ee611a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_c3b47', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_actionstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='e32f20e981e94a3cde7da5ff5eea3a9cc43257d9', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_b679d', table='plans_budgetline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_budgetlineevent" ("action_id", "annee", "depense", "financeur", "id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prevu") SELECT new_values."action_id", new_values."annee", new_values."depense", new_values."financeur", new_values."id", new_values."nature", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."prevu" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='faec25d626b8e878d47b2a6d790793b567eada8e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_13983', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_budgetline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_budgetlineevent" ("action_id", "annee", "depense", "financeur", "id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prevu") SELECT old_values."action_id", old_values."annee", old_values."depense", old_values."financeur", old_values."id", old_values."nature", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."prevu" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d197d0e1450369e94bef3c23b1ed5aad7174e2af', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e2de5', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_budgetline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_budgetlineevent" ("action_id", "annee", "depense", "financeur", "id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prevu") SELECT old_values."action_id", old_values."annee", old_values."depense", old_values."financeur", old_values."id", old_values."nature", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."prevu" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d590564119b5c40ca71aafd5aef859140f5b76fe', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d11b1', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_budgetline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='linkedindicator',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='f150914fc5e24cebbf603841051ede385516e085', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_c5d20', table='plans_linkedindicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='linkedindicator',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_linkedindicatorevent" ("action_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."action_id", new_values."id", new_values."indicator_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='9f0c4f72f89a157955057f9d8b25b96488e22b78', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_09bb2', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_linkedindicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='linkedindicator',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_linkedindicatorevent" ("action_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."action_id", old_values."id", old_values."indicator_id", _pgh_attached_context.value, NOW(), \'update\', old_values."id" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='92a996a5c81118af53af53ed710d26bb05b34bd2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_9d4e4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_linkedindicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='linkedindicator',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_linkedindicatorevent" ("action_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."action_id", old_values."id", old_values."indicator_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='fb716c3bf22ea9e2a11def26b9d4d5f3517034b1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_717c7', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_linkedindicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='039645f04c63ca12e5a6fd6afb17aeb3626acc18', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_75ee7', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='refresh_inserted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM new_rows)); RETURN NULL;', hash='ca98ee22460eb1243f312274deb8b285ec78f208', level='STATEMENT', operation='INSERT', pgid='pgtrigger_refresh_inserted_14f53', referencing='REFERENCING NEW TABLE AS new_rows ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='refresh_updated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM old_rows UNION SELECT indicator_id FROM new_rows)); RETURN NULL;', hash='0e401ce054a5f74795376426879fe48883d976f9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_refresh_updated_a3c15', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='refresh_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM old_rows)); RETURN NULL;', hash='ead1b00f53ea76c3bcc9800ed76118a72957e726', level='STATEMENT', operation='DELETE', pgid='pgtrigger_refresh_deleted_1f48a', referencing='REFERENCING OLD TABLE AS old_rows ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='refresh_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(NULL); RETURN NULL;', hash='fbf250091fccde4973937f5230816ea471bd3d2d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refresh_truncated_3a835', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_measureevent" ("annee", "commentaire", "commune_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisoire", "source", "valeur") SELECT new_values."annee", new_values."commentaire", new_values."commune_id", new_values."id", new_values."indicator_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."provisoire", new_values."source", new_values."valeur" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='394d07b30ae5857cab897869856f513d86caf81f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c1c4c', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_measureevent" ("annee", "commentaire", "commune_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisoire", "source", "valeur") SELECT old_values."annee", old_values."commentaire", old_values."commune_id", old_values."id", old_values."indicator_id", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."provisoire", old_values."source", old_values."valeur" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='416eeaa5eafcebdd32a00b5dfc9b7a53e934dda3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_013d3', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_measureevent" ("annee", "commentaire", "commune_id", "id", "indicator_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provisoire", "source", "valeur") SELECT old_values."annee", old_values."commentaire", old_values."commune_id", old_values."id", old_values."indicator_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."provisoire", old_values."source", old_values."valeur" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a44de77c39e086c178ceb0a7f5ca628b0b23db93', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_2d882', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='fe9e24bc177ec09819011233c4ac1cb8a61186e4', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_70f46', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='refresh_inserted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM new_rows)); RETURN NULL;', hash='4c670280f99f7b238c91ba2d5f40404a31b224d6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_refresh_inserted_76196', referencing='REFERENCING NEW TABLE AS new_rows ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='refresh_updated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM old_rows UNION SELECT indicator_id FROM new_rows)); RETURN NULL;', hash='f979330227e2316e413eff9f2959fe083e6b8f37', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_refresh_updated_7e14b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='refresh_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY(SELECT indicator_id FROM old_rows)); RETURN NULL;', hash='cf9b856122b5b2d1c200c50e927312b28fe5c3ea', level='STATEMENT', operation='DELETE', pgid='pgtrigger_refresh_deleted_edd4b', referencing='REFERENCING OLD TABLE AS old_rows ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='refresh_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(NULL); RETURN NULL;', hash='c8d6ff7a60bdfdcc158e19d405eec366f012695c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refresh_truncated_0a902', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_milestoneevent" ("annee", "commentaire", "id", "indicator_id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valeur") SELECT new_values."annee", new_values."commentaire", new_values."id", new_values."indicator_id", new_values."nature", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."valeur" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c3bde8e818329d85f25c191f5d367a3aa3efe17d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_326f0', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_milestoneevent" ("annee", "commentaire", "id", "indicator_id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valeur") SELECT old_values."annee", old_values."commentaire", old_values."id", old_values."indicator_id", old_values."nature", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."valeur" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0e4993873fff0fd2e4301118b52f2c7d6c9383a5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_6f608', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_milestoneevent" ("annee", "commentaire", "id", "indicator_id", "nature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valeur") SELECT old_values."annee", old_values."commentaire", old_values."id", old_values."indicator_id", old_values."nature", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."valeur" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0e6d6a10d96e958fc8da06944f2ece73d5f95c5a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_536cd', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='5d23eb7e6a2751d380472e6e2435257c8bc7512b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_5a470', table='plans_indicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='place', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE found record;', func="\nSELECT * INTO found FROM plans_place(NEW.position_id);\nIF found.plan IS DISTINCT FROM NEW.plan_id THEN\n    RAISE EXCEPTION 'axis % is not of plan %', NEW.position_id, NEW.plan_id USING ERRCODE = 'check_violation';\nEND IF;\nNEW.axe := found.axe; NEW.sous_axe := found.sous_axe; RETURN NEW;\n", hash='5a4017cd86133e418a4d06e1eeb5b9c11dce4ac8', operation='INSERT OR UPDATE OF "plan_id", "position_id", "axe", "sous_axe"', pgid='pgtrigger_place_5ce01', table='plans_indicator', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='refresh_rule', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM plans_refresh(ARRAY[NEW.id]); RETURN NULL;', hash='5148d2a31ac193931ffcfa2921377d4acea90719', operation='UPDATE OF "sens", "frequence", "plan_id"', pgid='pgtrigger_refresh_rule_8a1fb', table='plans_indicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_indicatorevent" ("code", "commentaire", "decimales", "frequence", "id", "methode", "parent_id", "perimetre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "polluant", "position_id", "secteur", "sens", "source", "titre", "unite") SELECT new_values."code", new_values."commentaire", new_values."decimales", new_values."frequence", new_values."id", new_values."methode", new_values."parent_id", new_values."perimetre", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."pilote", new_values."plan_id", new_values."polluant", new_values."position_id", new_values."secteur", new_values."sens", new_values."source", new_values."titre", new_values."unite" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='125461c895c3555d601f708c42ca2be81a8b5be1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_438a6', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_indicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_indicatorevent" ("code", "commentaire", "decimales", "frequence", "id", "methode", "parent_id", "perimetre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "polluant", "position_id", "secteur", "sens", "source", "titre", "unite") SELECT old_values."code", old_values."commentaire", old_values."decimales", old_values."frequence", old_values."id", old_values."methode", old_values."parent_id", old_values."perimetre", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."pilote", old_values."plan_id", old_values."polluant", old_values."position_id", old_values."secteur", old_values."sens", old_values."source", old_values."titre", old_values."unite" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."commentaire" IS DISTINCT FROM (new_values."commentaire") OR old_values."decimales" IS DISTINCT FROM (new_values."decimales") OR old_values."frequence" IS DISTINCT FROM (new_values."frequence") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."methode" IS DISTINCT FROM (new_values."methode") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."perimetre" IS DISTINCT FROM (new_values."perimetre") OR old_values."pilote" IS DISTINCT FROM (new_values."pilote") OR old_values."plan_id" IS DISTINCT FROM (new_values."plan_id") OR old_values."polluant" IS DISTINCT FROM (new_values."polluant") OR old_values."position_id" IS DISTINCT FROM (new_values."position_id") OR old_values."secteur" IS DISTINCT FROM (new_values."secteur") OR old_values."sens" IS DISTINCT FROM (new_values."sens") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."titre" IS DISTINCT FROM (new_values."titre") OR old_values."unite" IS DISTINCT FROM (new_values."unite")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b6bcb4bc4d78810d46709abca3ae20d095936c85', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_6974b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_indicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicator',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_indicatorevent" ("code", "commentaire", "decimales", "frequence", "id", "methode", "parent_id", "perimetre", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "polluant", "position_id", "secteur", "sens", "source", "titre", "unite") SELECT old_values."code", old_values."commentaire", old_values."decimales", old_values."frequence", old_values."id", old_values."methode", old_values."parent_id", old_values."perimetre", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."pilote", old_values."plan_id", old_values."polluant", old_values."position_id", old_values."secteur", old_values."sens", old_values."source", old_values."titre", old_values."unite" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='43f87fa21329856d612519e8f16283e5e2e0a037', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_eda16', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_indicator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='axis',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='0eb6a7ce5358ba65f525d1f3e8331b84244bba6f', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_bc555', table='plans_axis', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='axis',
            trigger=pgtrigger.compiler.Trigger(name='relabel', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nUPDATE plans_indicator SET axe = '' WHERE plan_id = NEW.plan_id;\nUPDATE plans_action SET axe = '' WHERE plan_id = NEW.plan_id;\nRETURN NULL;\n", hash='df367e8cce6a3b6b564e2476b89ed270a8c10838', operation='UPDATE OF "code", "titre", "parent_id"', pgid='pgtrigger_relabel_62974', table='plans_axis', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='action',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='d38bfb3ca3f1cd857ad230f918ee78f75ae9ea0c', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_12f62', table='plans_action', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='action',
            trigger=pgtrigger.compiler.Trigger(name='place', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE found record;', func="\nSELECT * INTO found FROM plans_place(NEW.position_id);\nIF found.plan IS DISTINCT FROM NEW.plan_id THEN\n    RAISE EXCEPTION 'axis % is not of plan %', NEW.position_id, NEW.plan_id USING ERRCODE = 'check_violation';\nEND IF;\nNEW.axe := found.axe; NEW.sous_axe := found.sous_axe; RETURN NEW;\n", hash='72815214f15a21a746970cd941a2825d83b7d2d6', operation='INSERT OR UPDATE OF "plan_id", "position_id", "axe", "sous_axe"', pgid='pgtrigger_place_81a11', table='plans_action', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='action',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionevent" ("avancement", "code", "debut", "description", "elu_referent", "etat", "fin", "id", "partenaires", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "position_id", "priorite", "titre") SELECT new_values."avancement", new_values."code", new_values."debut", new_values."description", new_values."elu_referent", new_values."etat", new_values."fin", new_values."id", new_values."partenaires", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."pilote", new_values."plan_id", new_values."position_id", new_values."priorite", new_values."titre" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8df9ad66f518f5870acb471495a44e590b0f1b17', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c2072', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_action', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='action',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionevent" ("avancement", "code", "debut", "description", "elu_referent", "etat", "fin", "id", "partenaires", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "position_id", "priorite", "titre") SELECT old_values."avancement", old_values."code", old_values."debut", old_values."description", old_values."elu_referent", old_values."etat", old_values."fin", old_values."id", old_values."partenaires", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."pilote", old_values."plan_id", old_values."position_id", old_values."priorite", old_values."titre" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."avancement" IS DISTINCT FROM (new_values."avancement") OR old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."debut" IS DISTINCT FROM (new_values."debut") OR old_values."description" IS DISTINCT FROM (new_values."description") OR old_values."elu_referent" IS DISTINCT FROM (new_values."elu_referent") OR old_values."etat" IS DISTINCT FROM (new_values."etat") OR old_values."fin" IS DISTINCT FROM (new_values."fin") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."partenaires" IS DISTINCT FROM (new_values."partenaires") OR old_values."pilote" IS DISTINCT FROM (new_values."pilote") OR old_values."plan_id" IS DISTINCT FROM (new_values."plan_id") OR old_values."position_id" IS DISTINCT FROM (new_values."position_id") OR old_values."priorite" IS DISTINCT FROM (new_values."priorite") OR old_values."titre" IS DISTINCT FROM (new_values."titre")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='87ad2cd328ea7b66402c0bed740107c3121d9603', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c6d25', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_action', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='action',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "plans_actionevent" ("avancement", "code", "debut", "description", "elu_referent", "etat", "fin", "id", "partenaires", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pilote", "plan_id", "position_id", "priorite", "titre") SELECT old_values."avancement", old_values."code", old_values."debut", old_values."description", old_values."elu_referent", old_values."etat", old_values."fin", old_values."id", old_values."partenaires", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."pilote", old_values."plan_id", old_values."position_id", old_values."priorite", old_values."titre" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='5efeb0806e94a36e0e5893075cfb9905089d42fa', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_b325f', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_action', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='axis',
            trigger=pgtrigger.compiler.Trigger(name='tree', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF TG_OP = 'UPDATE' AND NEW.plan_id IS DISTINCT FROM OLD.plan_id THEN\n    RAISE EXCEPTION 'axis % stays in its plan', NEW.code USING ERRCODE = 'check_violation';\nELSIF NEW.parent_id IS NULL THEN\n    RETURN NEW;\nELSIF NEW.plan_id IS DISTINCT FROM (SELECT plan_id FROM plans_axis WHERE id = NEW.parent_id) THEN\n    RAISE EXCEPTION 'axis % is under an axis of another plan', NEW.code USING ERRCODE = 'check_violation';\nELSIF EXISTS (\n    WITH RECURSIVE way AS (\n        SELECT id, parent_id FROM plans_axis WHERE id = NEW.parent_id\n        UNION SELECT a.id, a.parent_id FROM plans_axis AS a JOIN way ON a.id = way.parent_id\n    ) SELECT FROM way WHERE id = NEW.id\n) THEN\n    RAISE EXCEPTION 'axis % would be under itself', NEW.code USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;\n", hash='84e3325cef54a6789e3f1ec287e512ce3cf4a873', operation='INSERT OR UPDATE OF "plan_id", "parent_id"', pgid='pgtrigger_tree_093c1', table='plans_axis', when='BEFORE')),
        ),
    ]
