"""The rules of vehicles, in the database: whoever writes a vehicle or a reading, what is computed follows.

See ``docs/fleet.md``. The functions come before the tables, whose triggers call them: their bodies are read when they run. The
tables that they read hold the official texts, with their dates; an administrator adds the rows of texts to come.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

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
# A vehicle beside that another write holds (not in ``free``) is left to that write, which computes again what it is compared
# with. Waiting for it would be a deadlock, and its own figures would be overwritten by older ones.
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

_CRITAIR_SOURCE = (
    "Arrêté du 21 juin 2016 (nomenclature des véhicules, articles L318-1 et R318-2 du code de la route), annexe I"
)
_CRITAIR_DAY = dt.date(2016, 6, 24)
_ELECTRIC = ["EL", "H2", "HE", "HH", "AC"]
_GAS_OR_RECHARGEABLE = ["EE", "GL", "FL", "GP", "EG", "GN", "EN"]
_DIESEL, _PETROL = ["GO", "GH"], ["ES", "EH", "FE"]
_FUELLED = _DIESEL + _PETROL
_MOPEDS = ["CL"]
_OTHER_LIGHT = ["MTL", "QM"]
_HEAVY = ["M2", "M3", "N2", "N3"]
# (categories, kinds, energies, Euro norms from and to, first registration from and to, class)
_CRITAIR_RULES: tuple[tuple[Any, ...], ...] = (
    ([], [], _ELECTRIC, None, None, None, None, "E"),
    ([], [], _GAS_OR_RECHARGEABLE, None, None, None, None, "1"),
    (["L"], _OTHER_LIGHT, _FUELLED, 4, 5, "2017-01-01", None, "1"),
    (["L"], _MOPEDS, _FUELLED, 4, 5, "2018-01-01", None, "1"),
    (["L"], _OTHER_LIGHT, _FUELLED, 3, 3, "2007-01-01", "2016-12-31", "2"),
    (["L"], _MOPEDS, _FUELLED, 3, 3, "2007-01-01", "2017-12-31", "2"),
    (["L"], [], _FUELLED, 2, 2, "2004-07-01", "2006-12-31", "3"),
    (["L"], [], _FUELLED, None, None, "2000-06-01", "2004-06-30", "4"),
    (["L"], [], _FUELLED, None, None, None, "2000-05-31", "NC"),
    (["M1"], [], _DIESEL, 5, 7, "2011-01-01", None, "2"),
    (["M1"], [], _DIESEL, 4, 4, "2006-01-01", "2010-12-31", "3"),
    (["M1"], [], _DIESEL, 3, 3, "2001-01-01", "2005-12-31", "4"),
    (["M1"], [], _DIESEL, 2, 2, "1997-01-01", "2000-12-31", "5"),
    (["M1"], [], _DIESEL, None, 1, None, "1996-12-31", "NC"),
    (["M1"], [], _PETROL, 5, 7, "2011-01-01", None, "1"),
    (["M1"], [], _PETROL, 4, 4, "2006-01-01", "2010-12-31", "2"),
    (["M1"], [], _PETROL, 2, 3, "1997-01-01", "2005-12-31", "3"),
    (["M1"], [], _PETROL, None, 1, None, "1996-12-31", "NC"),
    (["N1"], [], _DIESEL, 5, 7, "2011-01-01", None, "2"),
    (["N1"], [], _DIESEL, 4, 4, "2006-01-01", "2010-12-31", "3"),
    (["N1"], [], _DIESEL, 3, 3, "2001-01-01", "2005-12-31", "4"),
    (["N1"], [], _DIESEL, 2, 2, "1997-10-01", "2000-12-31", "5"),
    (["N1"], [], _DIESEL, None, 1, None, "1997-09-30", "NC"),
    (["N1"], [], _PETROL, 5, 7, "2011-01-01", None, "1"),
    (["N1"], [], _PETROL, 4, 4, "2006-01-01", "2010-12-31", "2"),
    (["N1"], [], _PETROL, 2, 3, "1997-10-01", "2005-12-31", "3"),
    (["N1"], [], _PETROL, None, 1, None, "1997-09-30", "NC"),
    (_HEAVY, [], _DIESEL, 6, 7, "2014-01-01", None, "2"),
    (_HEAVY, [], _DIESEL, 5, 5, "2009-10-01", "2013-12-31", "3"),
    (_HEAVY, [], _DIESEL, 4, 4, "2006-10-01", "2009-09-30", "4"),
    (_HEAVY, [], _DIESEL, 3, 3, "2001-10-01", "2006-09-30", "5"),
    (_HEAVY, [], _DIESEL, None, 2, None, "2001-09-30", "NC"),
    (_HEAVY, [], _PETROL, 6, 7, "2014-01-01", None, "1"),
    (_HEAVY, [], _PETROL, 5, 5, "2009-10-01", "2013-12-31", "2"),
    (_HEAVY, [], _PETROL, 3, 4, "2001-10-01", "2009-09-30", "3"),
    (_HEAVY, [], _PETROL, None, 2, None, "2001-09-30", "NC"),
)
_LABEL_SOURCE = "Arrêté du 10 novembre 2005 (étiquette énergie et CO₂ des voitures particulières)"
_LABELS = (("A", 100), ("B", 120), ("C", 140), ("D", 160), ("E", 200), ("F", 250), ("G", None))
_CHECK = " À vérifier à la source."
_DEFINITION = "code de l’environnement, D224-15-11"
# (kind, from, least share, most CO₂, text)
_QUOTAS: tuple[tuple[Any, ...], ...] = (
    ("faibles", "2017-01-13", 20, 60, f"L224-7 (loi du 17 août 2015) ; {_DEFINITION}, 60 g/km."),
    ("faibles", "2021-07-01", 30, 60, f"L224-7 (loi du 24 décembre 2019) ; {_DEFINITION}, 60 g/km."),
    ("faibles", "2021-11-19", 30, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION} (décret 2021-1494), 50 g/km."),
    ("faibles", "2025-01-01", 40, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION}."),
    ("faibles", "2030-01-01", 70, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION}."),
    ("tres_faibles", "2017-01-13", None, None, "Code de l’environnement, D224-15-12 : définition, sans part exigée."),
    ("tres_faibles", "2026-01-01", 37.4, None, "L224-8 (ordonnance 2021-1490) ; code de l’environnement, D224-15-12."),
)  # fmt: skip
_ARRETE_2017 = "Arrêté du 26 avril 2017 (gaz à effet de serre des prestations de transport), annexe, amont compris"
_BASE_2023 = "Base Carbone (ADEME), facteurs 2023 arrondis, amont compris. À vérifier à la source."
_GAS = (
    "Base Carbone (ADEME) : gaz naturel comprimé, amont compris, 2,96 kg par kg, cité par mobiogaz.fr. "
    "Le biométhane a 0,61. À vérifier à la source."
)
_HYDROGEN = (
    "ADEME : 11 kg par kg d’hydrogène de vaporeformage, le procédé à prendre par défaut (Base Carbone), "
    "sans transport ni distribution. À vérifier à la source."
)
_FACTORS: tuple[tuple[Any, ...], ...] = (
    ("2017-06-01", ["GO", "GH", "GL"], "litres", 3.17, _ARRETE_2017),
    ("2017-06-01", ["ES", "EH", "EE"], "litres", 2.79, _ARRETE_2017),
    ("2017-06-01", ["FE", "FL"], "litres", 1.46, _ARRETE_2017),
    ("2017-06-01", [], "kwh", 0.048, _ARRETE_2017),
    ("2023-01-01", ["GO", "GH", "GL"], "litres", 3.10, _BASE_2023),
    ("2023-01-01", ["ES", "EH", "EE"], "litres", 2.70, _BASE_2023),
    ("2023-01-01", ["FE", "FL"], "litres", 1.11, _BASE_2023),
    ("2023-01-01", ["GP", "EG"], "litres", 1.86, _BASE_2023),
    ("2023-01-01", [], "kwh", 0.052, _BASE_2023),
    ("2023-01-01", ["GN", "EN"], "kg_gaz", 2.96, _GAS),
    ("2023-01-01", ["H2", "HE", "HH"], "kg_gaz", 11.0, _HYDROGEN),
)


def load_rules(apps: Any, _editor: Any) -> None:
    """Write the tables; they are empty before."""
    apps.get_model("fleet", "CritAirRule").objects.bulk_create(
        apps.get_model("fleet", "CritAirRule")(
            en_vigueur=_CRITAIR_DAY,
            source=_CRITAIR_SOURCE,
            categories=categories,
            genres=kinds,
            energies=energies,
            norme_min=least,
            norme_max=most,
            debut=start,
            fin=end,
            classe=grade,
        )
        for categories, kinds, energies, least, most, start, end, grade in _CRITAIR_RULES
    )
    apps.get_model("fleet", "EnergyLabel").objects.bulk_create(
        apps.get_model("fleet", "EnergyLabel")(
            en_vigueur="2005-11-10", source=_LABEL_SOURCE, classe=grade, au_plus=most
        )
        for grade, most in _LABELS
    )
    apps.get_model("fleet", "RenewalQuota").objects.bulk_create(
        apps.get_model("fleet", "RenewalQuota")(
            nature=kind, en_vigueur=start, part=part, co2_max=most, energies=_ELECTRIC, source=source + _CHECK
        )
        for kind, start, part, most, source in _QUOTAS
    )
    apps.get_model("fleet", "EmissionFactor").objects.bulk_create(
        apps.get_model("fleet", "EmissionFactor")(
            en_vigueur=start, energies=energies, unite=unit, facteur=factor, source=source
        )
        for start, energies, unit, factor, source in _FACTORS
    )


class Migration(migrations.Migration):

    replaces = [('fleet', '0001_rules'), ('fleet', '0002_initial'), ('fleet', '0003_official_rules'), ('fleet', '0004_readings_at_the_same_time'), ('fleet', '0005_gas_factors')]

    initial = True

    dependencies = [
        ('layers', '0004_smallest_count'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(_CRITAIR, "DROP FUNCTION fleet_critair(text, text, text, date, text, date)"),
        migrations.RunSQL(_LABEL, "DROP FUNCTION fleet_label(text, integer, date)"),
        migrations.RunSQL(_QUOTA, "DROP FUNCTION fleet_quota(text, text, text, integer, date)"),
        migrations.RunSQL(_CLASS, "DROP FUNCTION fleet_class(text, text, text, date, text, integer, date, date)"),
        migrations.RunSQL(_APPLY, "DROP FUNCTION fleet_apply_rules()"),
        migrations.RunSQL(_EMISSIONS, "DROP FUNCTION fleet_emissions(bigint, date, numeric, numeric, numeric)"),
        migrations.RunSQL(_REFRESH, "DROP FUNCTION fleet_refresh(bigint[])"),
        migrations.CreateModel(
            name='EmissionFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('en_vigueur', models.DateField(verbose_name='en vigueur depuis')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('energies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ES', 'Essence'), ('GO', 'Gazole'), ('EL', 'Électricité'), ('EH', 'Essence et électricité, non rechargeable'), ('GH', 'Gazole et électricité, non rechargeable'), ('EE', 'Essence et électricité, rechargeable'), ('GL', 'Gazole et électricité, rechargeable'), ('FE', 'Superéthanol'), ('FL', 'Superéthanol et électricité, rechargeable'), ('GP', 'GPL'), ('EG', 'Essence et GPL'), ('GN', 'Gaz naturel'), ('EN', 'Essence et gaz naturel'), ('H2', 'Hydrogène'), ('HE', 'Hydrogène et électricité, rechargeable'), ('HH', 'Hydrogène et électricité, non rechargeable'), ('AC', 'Air comprimé')], max_length=4), blank=True, default=list, help_text='Vide\xa0: toutes.', size=None, verbose_name='énergies')),
                ('unite', models.CharField(choices=[('litres', 'Litres'), ('kwh', 'Kilowattheures'), ('kg_gaz', 'Kilogrammes de gaz')], max_length=6, verbose_name='unité')),
                ('facteur', models.DecimalField(decimal_places=4, max_digits=7, verbose_name='kg de CO₂ par unité')),
            ],
            options={
                'verbose_name': 'facteur d’émission',
                'verbose_name_plural': 'facteurs d’émission',
                'ordering': ['-en_vigueur', 'unite', 'energies'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('unite__in', ['litres', 'kwh', 'kg_gaz'])), name='emission_factor_unit_known'), models.CheckConstraint(condition=models.Q(('facteur__gte', 0)), name='emission_factor_positive')],
            },
        ),
        migrations.CreateModel(
            name='EnergyLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('en_vigueur', models.DateField(verbose_name='en vigueur depuis')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('classe', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D'), ('E', 'E'), ('F', 'F'), ('G', 'G')], max_length=1, verbose_name='classe')),
                ('au_plus', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='CO₂ au plus (g/km)')),
            ],
            options={
                'verbose_name': 'classe de l’étiquette énergie',
                'verbose_name_plural': 'classes de l’étiquette énergie',
                'ordering': ['-en_vigueur', 'classe'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('en_vigueur', 'classe'), name='energy_label_once'), models.CheckConstraint(condition=models.Q(('classe__in', ['A', 'B', 'C', 'D', 'E', 'F', 'G'])), name='energy_label_known')],
            },
        ),
        migrations.CreateModel(
            name='RenewalQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('en_vigueur', models.DateField(verbose_name='en vigueur depuis')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('nature', models.CharField(choices=[('faibles', 'À faibles émissions'), ('tres_faibles', 'À très faibles émissions')], max_length=12, verbose_name='nature')),
                ('part', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='part minimale (%)')),
                ('co2_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='CO₂ au plus (g/km)')),
                ('energies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ES', 'Essence'), ('GO', 'Gazole'), ('EL', 'Électricité'), ('EH', 'Essence et électricité, non rechargeable'), ('GH', 'Gazole et électricité, non rechargeable'), ('EE', 'Essence et électricité, rechargeable'), ('GL', 'Gazole et électricité, rechargeable'), ('FE', 'Superéthanol'), ('FL', 'Superéthanol et électricité, rechargeable'), ('GP', 'GPL'), ('EG', 'Essence et GPL'), ('GN', 'Gaz naturel'), ('EN', 'Essence et gaz naturel'), ('H2', 'Hydrogène'), ('HE', 'Hydrogène et électricité, rechargeable'), ('HH', 'Hydrogène et électricité, non rechargeable'), ('AC', 'Air comprimé')], max_length=4), blank=True, default=list, help_text='Vide\xa0: toutes.', size=None, verbose_name='énergies')),
            ],
            options={
                'verbose_name': 'part légale au renouvellement',
                'verbose_name_plural': 'parts légales au renouvellement',
                'ordering': ['nature', '-en_vigueur'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('nature', 'en_vigueur'), name='renewal_quota_once'), models.CheckConstraint(condition=models.Q(('nature__in', ['faibles', 'tres_faibles'])), name='renewal_quota_known'), models.CheckConstraint(condition=models.Q(('part__isnull', True), ('part__range', (0, 100)), _connector='OR'), name='renewal_quota_percent')],
            },
        ),
        migrations.CreateModel(
            name='Vehicle',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('numero', models.CharField(max_length=20, unique=True, verbose_name='numéro d’inventaire')),
                ('immatriculation', models.CharField(blank=True, max_length=12, verbose_name='immatriculation')),
                ('genre', models.CharField(choices=[('VP', 'Voiture particulière'), ('CTTE', 'Camionnette'), ('CAM', 'Camion'), ('VASP', 'Véhicule spécialisé'), ('TCP', 'Transport en commun'), ('MTL', 'Motocyclette légère'), ('CL', 'Cyclomoteur'), ('QM', 'Quadricycle à moteur')], max_length=4, verbose_name='genre')),
                ('categorie', models.CharField(choices=[('M1', 'M1, personnes, 8 places au plus'), ('M2', 'M2, personnes, 5 t au plus'), ('M3', 'M3, personnes, plus de 5 t'), ('N1', 'N1, marchandises, 3,5 t au plus'), ('N2', 'N2, marchandises, de 3,5 à 12 t'), ('N3', 'N3, marchandises, plus de 12 t'), ('L', 'L, deux ou trois roues et quadricycles')], max_length=2, verbose_name='catégorie')),
                ('energie', models.CharField(choices=[('ES', 'Essence'), ('GO', 'Gazole'), ('EL', 'Électricité'), ('EH', 'Essence et électricité, non rechargeable'), ('GH', 'Gazole et électricité, non rechargeable'), ('EE', 'Essence et électricité, rechargeable'), ('GL', 'Gazole et électricité, rechargeable'), ('FE', 'Superéthanol'), ('FL', 'Superéthanol et électricité, rechargeable'), ('GP', 'GPL'), ('EG', 'Essence et GPL'), ('GN', 'Gaz naturel'), ('EN', 'Essence et gaz naturel'), ('H2', 'Hydrogène'), ('HE', 'Hydrogène et électricité, rechargeable'), ('HH', 'Hydrogène et électricité, non rechargeable'), ('AC', 'Air comprimé')], max_length=2, verbose_name='énergie')),
                ('marque', models.CharField(blank=True, max_length=60, verbose_name='marque')),
                ('modele', models.CharField(blank=True, max_length=60, verbose_name='modèle')),
                ('date_premiere_immatriculation', models.DateField(verbose_name='première immatriculation')),
                ('annee_immatriculation', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='année de première immatriculation')),
                ('norme_euro', models.CharField(blank=True, choices=[('1', 'Euro 1'), ('2', 'Euro 2'), ('3', 'Euro 3'), ('4', 'Euro 4'), ('5', 'Euro 5'), ('6', 'Euro 6'), ('7', 'Euro 7')], max_length=1, verbose_name='norme Euro')),
                ('co2_g_km', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='CO₂')),
                ('direction', models.CharField(max_length=120, verbose_name='direction')),
                ('site', models.CharField(blank=True, max_length=120, verbose_name='site')),
                ('etat', models.CharField(choices=[('en_service', 'En service'), ('en_atelier', 'En atelier'), ('a_reformer', 'À réformer'), ('reforme', 'Réformé')], default='en_service', max_length=10, verbose_name='état')),
                ('date_entree', models.DateField(verbose_name='entrée dans le parc')),
                ('date_sortie', models.DateField(blank=True, null=True, verbose_name='sortie du parc')),
                ('mode', models.CharField(blank=True, choices=[('achat', 'Achat'), ('location', 'Location')], max_length=8, verbose_name='mode d’acquisition')),
                ('remplace', models.CharField(blank=True, help_text='Numéro d’inventaire du véhicule remplacé.', max_length=20, verbose_name='remplace')),
                ('critair', models.CharField(blank=True, choices=[('E', 'Crit’Air E'), ('1', 'Crit’Air 1'), ('2', 'Crit’Air 2'), ('3', 'Crit’Air 3'), ('4', 'Crit’Air 4'), ('5', 'Crit’Air 5'), ('NC', 'Non classé')], editable=False, max_length=2, verbose_name='classe Crit’Air')),
                ('etiquette_energie', models.CharField(blank=True, choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D'), ('E', 'E'), ('F', 'F'), ('G', 'G')], editable=False, max_length=1, verbose_name='étiquette énergie')),
                ('part_faibles', models.FloatField(editable=False, help_text='100 ou 0\xa0: leur moyenne est une part\xa0; vide\xa0: hors du quota.', null=True, verbose_name='à faibles émissions')),
                ('quota_faibles', models.FloatField(editable=False, null=True, verbose_name='part légale à faibles émissions')),
                ('part_tres_faibles', models.FloatField(editable=False, help_text='100 ou 0\xa0: leur moyenne est une part\xa0; vide\xa0: hors du quota.', null=True, verbose_name='à très faibles émissions')),
                ('quota_tres_faibles', models.FloatField(editable=False, null=True, verbose_name='part légale à très faibles émissions')),
                ('prochain_releve', models.DateField(editable=False, null=True, verbose_name='prochain relevé attendu')),
                ('conso_litres', models.FloatField(editable=False, help_text='Des douze derniers mois relevés.', null=True, verbose_name='consommation de carburant')),
                ('conso_kwh', models.FloatField(editable=False, help_text='Des douze derniers mois relevés.', null=True, verbose_name='consommation d’électricité')),
                ('conso_reference', models.FloatField(editable=False, help_text='Médiane des véhicules de mêmes genre, catégorie et énergie.', null=True, verbose_name='consommation habituelle')),
                ('ecart_conso', models.FloatField(editable=False, null=True, verbose_name='écart à la consommation habituelle')),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'véhicule',
                'verbose_name_plural': 'véhicules',
                'ordering': ['numero'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('immatriculation', ''), _negated=True), fields=('immatriculation',), name='vehicle_plate_once'), models.CheckConstraint(condition=models.Q(('immatriculation__regex', '^([A-Z0-9][A-Z0-9-]{2,10}[A-Z0-9])?$')), name='vehicle_plate_form', violation_error_message='Une immatriculation a des capitales, des chiffres et des tirets.'), models.CheckConstraint(condition=models.Q(('genre__in', ['VP', 'CTTE', 'CAM', 'VASP', 'TCP', 'MTL', 'CL', 'QM'])), name='vehicle_kind_known'), models.CheckConstraint(condition=models.Q(('categorie__in', ['M1', 'M2', 'M3', 'N1', 'N2', 'N3', 'L'])), name='vehicle_category_known'), models.CheckConstraint(condition=models.Q(('energie__in', ['ES', 'GO', 'EL', 'EH', 'GH', 'EE', 'GL', 'FE', 'FL', 'GP', 'EG', 'GN', 'EN', 'H2', 'HE', 'HH', 'AC'])), name='vehicle_energy_known'), models.CheckConstraint(condition=models.Q(('norme_euro__in', ['', '1', '2', '3', '4', '5', '6', '7'])), name='vehicle_norm_known'), models.CheckConstraint(condition=models.Q(('etat__in', ['en_service', 'en_atelier', 'a_reformer', 'reforme'])), name='vehicle_state_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['', 'achat', 'location'])), name='vehicle_mode_known'), models.CheckConstraint(condition=models.Q(('date_premiere_immatriculation__lte', models.F('date_entree'))), name='vehicle_dates_ordered', violation_error_message='Un véhicule entre dans le parc une fois immatriculé.'), models.CheckConstraint(condition=models.Q(('date_sortie__isnull', True), ('date_sortie__gte', models.F('date_entree')), _connector='OR'), name='vehicle_exit_after_entry', violation_error_message='La sortie du parc précède l’entrée.')],
            },
        ),
        migrations.CreateModel(
            name='VehicleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('numero', models.CharField(max_length=20, verbose_name='numéro d’inventaire')),
                ('immatriculation', models.CharField(blank=True, max_length=12, verbose_name='immatriculation')),
                ('genre', models.CharField(choices=[('VP', 'Voiture particulière'), ('CTTE', 'Camionnette'), ('CAM', 'Camion'), ('VASP', 'Véhicule spécialisé'), ('TCP', 'Transport en commun'), ('MTL', 'Motocyclette légère'), ('CL', 'Cyclomoteur'), ('QM', 'Quadricycle à moteur')], max_length=4, verbose_name='genre')),
                ('categorie', models.CharField(choices=[('M1', 'M1, personnes, 8 places au plus'), ('M2', 'M2, personnes, 5 t au plus'), ('M3', 'M3, personnes, plus de 5 t'), ('N1', 'N1, marchandises, 3,5 t au plus'), ('N2', 'N2, marchandises, de 3,5 à 12 t'), ('N3', 'N3, marchandises, plus de 12 t'), ('L', 'L, deux ou trois roues et quadricycles')], max_length=2, verbose_name='catégorie')),
                ('energie', models.CharField(choices=[('ES', 'Essence'), ('GO', 'Gazole'), ('EL', 'Électricité'), ('EH', 'Essence et électricité, non rechargeable'), ('GH', 'Gazole et électricité, non rechargeable'), ('EE', 'Essence et électricité, rechargeable'), ('GL', 'Gazole et électricité, rechargeable'), ('FE', 'Superéthanol'), ('FL', 'Superéthanol et électricité, rechargeable'), ('GP', 'GPL'), ('EG', 'Essence et GPL'), ('GN', 'Gaz naturel'), ('EN', 'Essence et gaz naturel'), ('H2', 'Hydrogène'), ('HE', 'Hydrogène et électricité, rechargeable'), ('HH', 'Hydrogène et électricité, non rechargeable'), ('AC', 'Air comprimé')], max_length=2, verbose_name='énergie')),
                ('marque', models.CharField(blank=True, max_length=60, verbose_name='marque')),
                ('modele', models.CharField(blank=True, max_length=60, verbose_name='modèle')),
                ('date_premiere_immatriculation', models.DateField(verbose_name='première immatriculation')),
                ('norme_euro', models.CharField(blank=True, choices=[('1', 'Euro 1'), ('2', 'Euro 2'), ('3', 'Euro 3'), ('4', 'Euro 4'), ('5', 'Euro 5'), ('6', 'Euro 6'), ('7', 'Euro 7')], max_length=1, verbose_name='norme Euro')),
                ('co2_g_km', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='CO₂')),
                ('direction', models.CharField(max_length=120, verbose_name='direction')),
                ('site', models.CharField(blank=True, max_length=120, verbose_name='site')),
                ('etat', models.CharField(choices=[('en_service', 'En service'), ('en_atelier', 'En atelier'), ('a_reformer', 'À réformer'), ('reforme', 'Réformé')], default='en_service', max_length=10, verbose_name='état')),
                ('date_entree', models.DateField(verbose_name='entrée dans le parc')),
                ('date_sortie', models.DateField(blank=True, null=True, verbose_name='sortie du parc')),
                ('mode', models.CharField(blank=True, choices=[('achat', 'Achat'), ('location', 'Location')], max_length=8, verbose_name='mode d’acquisition')),
                ('remplace', models.CharField(blank=True, help_text='Numéro d’inventaire du véhicule remplacé.', max_length=20, verbose_name='remplace')),
                ('commune', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='fleet.vehicle')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VehicleReading',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('mois', models.DateField(help_text='Le premier jour du mois.', verbose_name='mois')),
                ('kilometrage', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(20000)], verbose_name='kilomètres du mois')),
                ('litres', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='carburant')),
                ('kwh', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='électricité')),
                ('kg_gaz', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='gaz ou hydrogène')),
                ('cout_eur', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='coût')),
                ('co2_kg', models.FloatField(editable=False, null=True, verbose_name='CO₂')),
                ('saisi_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='saisi le')),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='fleet.vehicle', verbose_name='véhicule')),
            ],
            options={
                'verbose_name': 'relevé',
                'verbose_name_plural': 'relevés',
                'ordering': ['vehicle', '-mois'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('vehicle', 'mois'), name='reading_once', violation_error_message='Ce mois a déjà un relevé.'), models.CheckConstraint(condition=models.Q(('mois__day', 1)), name='reading_first_day', violation_error_message='Un mois s’écrit par son premier jour.'), models.CheckConstraint(condition=models.Q(('kilometrage__lte', 20000)), name='reading_plausible', violation_error_message='Un véhicule fait 20 000 km par mois au plus.'), models.CheckConstraint(condition=models.Q(models.Q(('litres__isnull', True), ('litres__gte', 0), _connector='OR'), models.Q(('kwh__isnull', True), ('kwh__gte', 0), _connector='OR'), models.Q(('kg_gaz__isnull', True), ('kg_gaz__gte', 0), _connector='OR'), models.Q(('cout_eur__isnull', True), ('cout_eur__gte', 0), _connector='OR')), name='reading_positive', violation_error_message='Une quantité n’est pas négative.')],
            },
        ),
        migrations.CreateModel(
            name='VehicleReadingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('mois', models.DateField(help_text='Le premier jour du mois.', verbose_name='mois')),
                ('kilometrage', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(20000)], verbose_name='kilomètres du mois')),
                ('litres', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='carburant')),
                ('kwh', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='électricité')),
                ('kg_gaz', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='gaz ou hydrogène')),
                ('cout_eur', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='coût')),
                ('saisi_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='saisi le')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='fleet.vehiclereading')),
                ('vehicle', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='fleet.vehicle', verbose_name='véhicule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CritAirRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('en_vigueur', models.DateField(verbose_name='en vigueur depuis')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('M1', 'M1, personnes, 8 places au plus'), ('M2', 'M2, personnes, 5 t au plus'), ('M3', 'M3, personnes, plus de 5 t'), ('N1', 'N1, marchandises, 3,5 t au plus'), ('N2', 'N2, marchandises, de 3,5 à 12 t'), ('N3', 'N3, marchandises, plus de 12 t'), ('L', 'L, deux ou trois roues et quadricycles')], max_length=4), blank=True, default=list, help_text='Vide\xa0: toutes.', size=None, verbose_name='catégories')),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('VP', 'Voiture particulière'), ('CTTE', 'Camionnette'), ('CAM', 'Camion'), ('VASP', 'Véhicule spécialisé'), ('TCP', 'Transport en commun'), ('MTL', 'Motocyclette légère'), ('CL', 'Cyclomoteur'), ('QM', 'Quadricycle à moteur')], max_length=4), blank=True, default=list, help_text='Vide\xa0: tous.', size=None, verbose_name='genres')),
                ('energies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ES', 'Essence'), ('GO', 'Gazole'), ('EL', 'Électricité'), ('EH', 'Essence et électricité, non rechargeable'), ('GH', 'Gazole et électricité, non rechargeable'), ('EE', 'Essence et électricité, rechargeable'), ('GL', 'Gazole et électricité, rechargeable'), ('FE', 'Superéthanol'), ('FL', 'Superéthanol et électricité, rechargeable'), ('GP', 'GPL'), ('EG', 'Essence et GPL'), ('GN', 'Gaz naturel'), ('EN', 'Essence et gaz naturel'), ('H2', 'Hydrogène'), ('HE', 'Hydrogène et électricité, rechargeable'), ('HH', 'Hydrogène et électricité, non rechargeable'), ('AC', 'Air comprimé')], max_length=4), blank=True, default=list, help_text='Vide\xa0: toutes.', size=None, verbose_name='énergies')),
                ('norme_min', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='norme Euro, de')),
                ('norme_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='norme Euro, à')),
                ('debut', models.DateField(blank=True, null=True, verbose_name='première immatriculation, du')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='première immatriculation, au')),
                ('classe', models.CharField(choices=[('E', 'Crit’Air E'), ('1', 'Crit’Air 1'), ('2', 'Crit’Air 2'), ('3', 'Crit’Air 3'), ('4', 'Crit’Air 4'), ('5', 'Crit’Air 5'), ('NC', 'Non classé')], max_length=2, verbose_name='classe')),
            ],
            options={
                'verbose_name': 'règle Crit’Air',
                'verbose_name_plural': 'règles Crit’Air',
                'ordering': ['-en_vigueur', 'categories', 'energies', 'classe'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('classe__in', ['E', '1', '2', '3', '4', '5', 'NC'])), name='crit_air_class_known'), models.CheckConstraint(condition=models.Q(('debut__isnull', True), ('fin__isnull', True), ('debut__lte', models.F('fin')), _connector='OR'), name='crit_air_dates_ordered', violation_error_message='La première date suit la seconde.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='critairrule',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='b0a9915c6a9a3d84fd0b85f45742ab93bbffd7f2', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_3df39', table='fleet_critairrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='critairrule',
            trigger=pgtrigger.compiler.Trigger(name='apply_rules', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_apply_rules(); RETURN NULL;', hash='fb959820987a6c35b5512af1b9dc75a101683986', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_apply_rules_f7b81', table='fleet_critairrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emissionfactor',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='a349004b09f11c9d36a7de2273b4ad5a6bd337d2', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_5d9d4', table='fleet_emissionfactor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='emissionfactor',
            trigger=pgtrigger.compiler.Trigger(name='apply_factors', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE fleet_vehiclereading SET co2_kg = NULL; RETURN NULL;', hash='9aecd4955d9e8048fa089e3ddb32779df40aca72', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_apply_factors_4b6d5', table='fleet_emissionfactor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='energylabel',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='7fb26ab3b9276be0782ee6e5a33229330fe08a71', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_524e6', table='fleet_energylabel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='energylabel',
            trigger=pgtrigger.compiler.Trigger(name='apply_rules', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_apply_rules(); RETURN NULL;', hash='ef52427f9d32fbd29f4826ad8f7e0eb61a33a994', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_apply_rules_4ab7b', table='fleet_energylabel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='renewalquota',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='f4a14cbc219c3ee0d7fc4df6f1d1761e57e86bab', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_f568a', table='fleet_renewalquota', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='renewalquota',
            trigger=pgtrigger.compiler.Trigger(name='apply_rules', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_apply_rules(); RETURN NULL;', hash='598cb61fe3423768393179d0a4e26355f6d369c3', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_apply_rules_55048', table='fleet_renewalquota', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='f0e5796b31ce5840488b6cf2b5f23f7345d4511a', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_74b7c', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='class', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE found record;', func="\nSELECT * INTO found FROM fleet_class(\n    NEW.genre, NEW.categorie, NEW.energie, NEW.date_premiere_immatriculation, NEW.norme_euro, NEW.co2_g_km,\n    NEW.date_entree, (now() AT TIME ZONE 'Europe/Paris')::date\n);\nNEW.critair := found.critair; NEW.etiquette_energie := found.label;\nNEW.part_faibles := found.low; NEW.quota_faibles := found.low_quota;\nNEW.part_tres_faibles := found.very_low; NEW.quota_tres_faibles := found.very_low_quota;\nNEW.annee_immatriculation := extract(year FROM NEW.date_premiere_immatriculation);\nRETURN NEW;\n", hash='fa99c7a6b680932a2614a0154ed13c8574e2590a', operation='INSERT OR UPDATE OF "genre", "categorie", "energie", "date_premiere_immatriculation", "norme_euro", "co2_g_km", "date_entree", "critair", "etiquette_energie", "part_faibles", "quota_faibles", "part_tres_faibles", "quota_tres_faibles"', pgid='pgtrigger_class_01fc0', table='fleet_vehicle', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='follow_energy', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE fleet_vehiclereading SET co2_kg = NULL WHERE vehicle_id = NEW.id; RETURN NULL;', hash='9b6940aef580d6ac9be2c7eacf2152cad0fff615', operation='UPDATE OF "energie"', pgid='pgtrigger_follow_energy_844bc', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='refresh_new', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_refresh(ARRAY(SELECT id FROM new_rows)); RETURN NULL;', hash='8acd565d643a08eb9a0d96fbd5856a520ce18b3f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_refresh_new_ab717', referencing='REFERENCING NEW TABLE AS new_rows ', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='refresh_own', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nPERFORM fleet_refresh(\n    CASE WHEN (OLD.genre, OLD.categorie, OLD.energie) = (NEW.genre, NEW.categorie, NEW.energie) THEN ARRAY[NEW.id] END\n);\nRETURN NULL;\n', hash='3ec3fb01a109392016bf7468809883b58b48985e', operation='UPDATE OF "etat", "date_entree", "genre", "categorie", "energie"', pgid='pgtrigger_refresh_own_612aa', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehicleevent" ("categorie", "co2_g_km", "commune_id", "date_entree", "date_premiere_immatriculation", "date_sortie", "direction", "energie", "etat", "genre", "id", "immatriculation", "marque", "mode", "modele", "norme_euro", "numero", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remplace", "site") SELECT new_values."categorie", new_values."co2_g_km", new_values."commune_id", new_values."date_entree", new_values."date_premiere_immatriculation", new_values."date_sortie", new_values."direction", new_values."energie", new_values."etat", new_values."genre", new_values."id", new_values."immatriculation", new_values."marque", new_values."mode", new_values."modele", new_values."norme_euro", new_values."numero", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."remplace", new_values."site" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8986aff06bd4cc382cc7279043e914dcc45a5cb5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_1f9fb', referencing='REFERENCING NEW TABLE AS new_values ', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehicleevent" ("categorie", "co2_g_km", "commune_id", "date_entree", "date_premiere_immatriculation", "date_sortie", "direction", "energie", "etat", "genre", "id", "immatriculation", "marque", "mode", "modele", "norme_euro", "numero", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remplace", "site") SELECT old_values."categorie", old_values."co2_g_km", old_values."commune_id", old_values."date_entree", old_values."date_premiere_immatriculation", old_values."date_sortie", old_values."direction", old_values."energie", old_values."etat", old_values."genre", old_values."id", old_values."immatriculation", old_values."marque", old_values."mode", old_values."modele", old_values."norme_euro", old_values."numero", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."remplace", old_values."site" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."categorie" IS DISTINCT FROM (new_values."categorie") OR old_values."co2_g_km" IS DISTINCT FROM (new_values."co2_g_km") OR old_values."commune_id" IS DISTINCT FROM (new_values."commune_id") OR old_values."date_entree" IS DISTINCT FROM (new_values."date_entree") OR old_values."date_premiere_immatriculation" IS DISTINCT FROM (new_values."date_premiere_immatriculation") OR old_values."date_sortie" IS DISTINCT FROM (new_values."date_sortie") OR old_values."direction" IS DISTINCT FROM (new_values."direction") OR old_values."energie" IS DISTINCT FROM (new_values."energie") OR old_values."etat" IS DISTINCT FROM (new_values."etat") OR old_values."genre" IS DISTINCT FROM (new_values."genre") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."immatriculation" IS DISTINCT FROM (new_values."immatriculation") OR old_values."marque" IS DISTINCT FROM (new_values."marque") OR old_values."mode" IS DISTINCT FROM (new_values."mode") OR old_values."modele" IS DISTINCT FROM (new_values."modele") OR old_values."norme_euro" IS DISTINCT FROM (new_values."norme_euro") OR old_values."numero" IS DISTINCT FROM (new_values."numero") OR old_values."remplace" IS DISTINCT FROM (new_values."remplace") OR old_values."site" IS DISTINCT FROM (new_values."site")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='ab43a4a105caa6a740f7b18073503a62ff456186', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3e0a6', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehicleevent" ("categorie", "co2_g_km", "commune_id", "date_entree", "date_premiere_immatriculation", "date_sortie", "direction", "energie", "etat", "genre", "id", "immatriculation", "marque", "mode", "modele", "norme_euro", "numero", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remplace", "site") SELECT old_values."categorie", old_values."co2_g_km", old_values."commune_id", old_values."date_entree", old_values."date_premiere_immatriculation", old_values."date_sortie", old_values."direction", old_values."energie", old_values."etat", old_values."genre", old_values."id", old_values."immatriculation", old_values."marque", old_values."mode", old_values."modele", old_values."norme_euro", old_values."numero", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."remplace", old_values."site" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='5f0b2d8d33f332e7e37a7d0ebdf4e491c4c54fa6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_309b1', referencing='REFERENCING OLD TABLE AS old_values ', table='fleet_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='3e85966db064a05c1db3531121b73ee139c17eeb', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_bc48e', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='emissions', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nNEW.co2_kg := fleet_emissions(NEW.vehicle_id, NEW.mois, NEW.litres, NEW.kwh, NEW.kg_gaz); RETURN NEW;\n', hash='0c6eae59464fdb96ae0900f7905cb3be01de0001', operation='INSERT OR UPDATE OF "vehicle_id", "mois", "litres", "kwh", "kg_gaz", "co2_kg"', pgid='pgtrigger_emissions_f39f1', table='fleet_vehiclereading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='refresh_inserted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_refresh(ARRAY(SELECT vehicle_id FROM new_rows)); RETURN NULL;', hash='1602998bf71008578ce60e739103f5b38205a064', level='STATEMENT', operation='INSERT', pgid='pgtrigger_refresh_inserted_64b9a', referencing='REFERENCING NEW TABLE AS new_rows ', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='refresh_updated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_refresh(ARRAY(SELECT vehicle_id FROM old_rows UNION SELECT vehicle_id FROM new_rows)); RETURN NULL;', hash='daf160454ef9ae7880ae5a3c1268dca4ae54a36a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_refresh_updated_c3c2c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='refresh_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_refresh(ARRAY(SELECT vehicle_id FROM old_rows)); RETURN NULL;', hash='a82fab7069c9d2ee87a785e20ab7820a4b3de99f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_refresh_deleted_d064d', referencing='REFERENCING OLD TABLE AS old_rows ', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='refresh_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM fleet_refresh(NULL); RETURN NULL;', hash='6aacd073ad504bedcc13ef02a57877cc0c8a5771', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refresh_truncated_49afe', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehiclereadingevent" ("cout_eur", "id", "kg_gaz", "kilometrage", "kwh", "litres", "mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saisi_le", "vehicle_id") SELECT new_values."cout_eur", new_values."id", new_values."kg_gaz", new_values."kilometrage", new_values."kwh", new_values."litres", new_values."mois", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."saisi_le", new_values."vehicle_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='10ab03accf366520af6f27a669aa9572f8227fb4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_2b111', referencing='REFERENCING NEW TABLE AS new_values ', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehiclereadingevent" ("cout_eur", "id", "kg_gaz", "kilometrage", "kwh", "litres", "mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saisi_le", "vehicle_id") SELECT old_values."cout_eur", old_values."id", old_values."kg_gaz", old_values."kilometrage", old_values."kwh", old_values."litres", old_values."mois", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."saisi_le", old_values."vehicle_id" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."cout_eur" IS DISTINCT FROM (new_values."cout_eur") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."kg_gaz" IS DISTINCT FROM (new_values."kg_gaz") OR old_values."kilometrage" IS DISTINCT FROM (new_values."kilometrage") OR old_values."kwh" IS DISTINCT FROM (new_values."kwh") OR old_values."litres" IS DISTINCT FROM (new_values."litres") OR old_values."mois" IS DISTINCT FROM (new_values."mois") OR old_values."saisi_le" IS DISTINCT FROM (new_values."saisi_le") OR old_values."vehicle_id" IS DISTINCT FROM (new_values."vehicle_id")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e36b18c60dda1569f6bfc918d558911e1f466c5d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_54d55', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='fleet_vehiclereading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehiclereading',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "fleet_vehiclereadingevent" ("cout_eur", "id", "kg_gaz", "kilometrage", "kwh", "litres", "mois", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saisi_le", "vehicle_id") SELECT old_values."cout_eur", old_values."id", old_values."kg_gaz", old_values."kilometrage", old_values."kwh", old_values."litres", old_values."mois", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."saisi_le", old_values."vehicle_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='2e61c623ceccf67a54e13710faf10090cd1d2b35', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d6a72', referencing='REFERENCING OLD TABLE AS old_values ', table='fleet_vehiclereading', when='AFTER')),
        ),
        migrations.RunPython(load_rules, migrations.RunPython.noop),
    ]
