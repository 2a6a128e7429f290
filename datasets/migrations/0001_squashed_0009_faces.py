"""Datasets, their deliveries and the files they come from; the schema of the deliveries' tables, and their functions.

A text that is not a geometry must be one finding among others and not the end of an import: PostGIS raises, and only a block
with EXCEPTION can go on. ``datasets_shaped`` gives a geometry the one type of its table, or NULL.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

SCHEMA = 'CREATE SCHEMA IF NOT EXISTS "datasets"'
FUNCTIONS = {
    "datasets_geometry_of_text(text, integer)": """
CREATE FUNCTION datasets_geometry_of_text(source text, srid integer) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry;
BEGIN
    IF ltrim(source) LIKE '{%' THEN
        RETURN ST_SetSRID(ST_GeomFromGeoJSON(source), srid);
    END IF;
    found := ST_GeomFromEWKT(source);
    RETURN CASE WHEN ST_SRID(found) = 0 THEN ST_SetSRID(found, srid) ELSE found END;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_placed(geometry)": """
CREATE FUNCTION datasets_placed(given geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry := given;
BEGIN
    IF ST_SRID(given) <> 4326 THEN
        found := ST_Transform(given, 4326);
    END IF;
    IF ST_XMin(found) >= -180 AND ST_XMax(found) <= 180 AND ST_YMin(found) >= -90 AND ST_YMax(found) <= 90 THEN
        RETURN found;
    END IF;
    RETURN NULL;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_shaped(geometry, integer, boolean, boolean)": """
CREATE FUNCTION datasets_shaped(placed geometry, dimension integer, is_multi boolean, keeps_z boolean)
RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE found geometry := CASE WHEN keeps_z THEN ST_Force3DZ(placed) ELSE ST_Force2D(placed) END;
BEGIN
    IF ST_HasArc(found) THEN
        found := ST_CurveToLine(found);
    END IF;
    IF NOT ST_IsValid(found) THEN
        found := ST_MakeValid(found);
    END IF;
    found := ST_CollectionExtract(found, dimension + 1);
    IF ST_IsEmpty(found) THEN
        RETURN NULL;
    ELSIF is_multi THEN
        RETURN ST_Multi(found);
    ELSIF ST_NumGeometries(found) = 1 THEN
        RETURN ST_GeometryN(found, 1);
    END IF;
    RETURN NULL;
EXCEPTION WHEN internal_error OR invalid_parameter_value OR data_exception THEN
    RETURN NULL;
END $$
""",
    "datasets_commune_named(text)": r"""
CREATE FUNCTION datasets_commune_named(named text) RETURNS varchar LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT code FROM layers_commune
    WHERE code = upper(btrim(named))
       OR btrim(regexp_replace(lower(unaccent(nom)), '[^a-z0-9]+', ' ', 'g'))
        = btrim(regexp_replace(lower(unaccent(named)), '[^a-z0-9]+', ' ', 'g'))
    ORDER BY code LIMIT 1
$$
""",
    "datasets_bump_version()": """
CREATE FUNCTION datasets_bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM layers_bump_version(TG_TABLE_NAME);
    RETURN NULL;
END $$
""",
    "datasets_set_commune()": """
CREATE FUNCTION datasets_set_commune() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.commune_id := layers_commune_of(NEW.geom);
    RETURN NEW;
END $$
""",
    "datasets_name_commune()": """
CREATE FUNCTION datasets_name_commune() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.commune_id := datasets_commune_named(to_jsonb(NEW) ->> TG_ARGV[0]);
    RETURN NEW;
END $$
""",
}


class Migration(migrations.Migration):

    replaces = [('datasets', '0001_schema'), ('datasets', '0002_initial'), ('datasets', '0003_upload'), ('datasets', '0004_functions'), ('datasets', '0005_report_line'), ('datasets', '0006_delivery_recipe'), ('datasets', '0007_upload_state'), ('datasets', '0008_upload_orders'), ('datasets', '0009_faces')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('layers', '0007_tile_pyramids'),
    ]

    operations = [
        migrations.RunSQL(SCHEMA, "DROP SCHEMA IF EXISTS datasets CASCADE"),
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('layer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='dataset', to='layers.layer', verbose_name='couche')),
            ],
            options={
                'verbose_name': 'jeu de données',
                'verbose_name_plural': 'jeux de données',
                'ordering': ['layer__title'],
            },
        ),
        migrations.CreateModel(
            name='SchemaVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('document', models.JSONField(verbose_name='descripteur')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schemas', to='datasets.dataset', verbose_name='jeu')),
            ],
            options={
                'verbose_name': 'version de schéma',
                'verbose_name_plural': 'versions de schéma',
                'ordering': ['dataset', '-number'],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'number'), name='schema_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('state', models.CharField(choices=[('loading', 'en cours de chargement'), ('refused', 'refusée'), ('ready', 'prête à publier'), ('online', 'en ligne'), ('past', 'ancienne version'), ('thinned', 'version allégée'), ('failed', 'interrompue')], default='loading', max_length=10, verbose_name='état')),
                ('file_name', models.CharField(max_length=255, verbose_name='fichier')),
                ('file_sha256', models.CharField(blank=True, max_length=64, verbose_name='empreinte')),
                ('row_count', models.PositiveBigIntegerField(default=0, verbose_name='lignes')),
                ('report', models.JSONField(default=dict, verbose_name='rapport')),
                ('comparison', models.JSONField(default=dict, verbose_name='comparaison')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='livrée le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='datasets.dataset', verbose_name='jeu')),
                ('delivered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='livré par')),
                ('schema_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='datasets.schemaversion', verbose_name='schéma')),
                ('recipe', models.JSONField(default=dict, editable=False, verbose_name='lecture de la géométrie')),
            ],
            options={
                'verbose_name': 'livraison',
                'verbose_name_plural': 'livraisons',
                'ordering': ['dataset', '-number'],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'number'), name='delivery_number_once'), models.CheckConstraint(condition=models.Q(('state__in', ['loading', 'refused', 'ready', 'online', 'past', 'thinned', 'failed'])), name='delivery_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='clé')),
                ('path', models.CharField(max_length=200, verbose_name='emplacement')),
                ('original_name', models.CharField(max_length=255, verbose_name='nom du fichier')),
                ('sha256', models.CharField(max_length=64, verbose_name='empreinte')),
                ('size', models.PositiveBigIntegerField(verbose_name='octets')),
                ('options', models.JSONField(default=dict, verbose_name='réglages')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='travail commandé le')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='déposé le')),
                ('dataset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='datasets.dataset', verbose_name='jeu')),
                ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='datasets.delivery', verbose_name='livraison')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déposé par')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('fault', models.TextField(blank=True, verbose_name='motif de l’arrêt')),
                ('heard_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière nouvelle le')),
                ('language', models.CharField(default='fr', max_length=10, verbose_name='langue')),
                ('progress', models.JSONField(default=dict, editable=False, verbose_name='avancement')),
                ('state', models.CharField(choices=[('received', 'reçu, en attente de lecture'), ('reading', 'en cours de lecture'), ('read', 'lu, à vérifier'), ('loading', 'en cours de chargement'), ('loaded', 'chargé'), ('failed', 'interrompu'), ('cancelled', 'annulé')], default='received', max_length=10, verbose_name='état')),
                ('orders', models.PositiveIntegerField(default=0, editable=False, verbose_name='commandes')),
            ],
            options={
                'verbose_name': 'dépôt',
                'verbose_name_plural': 'dépôts',
                'ordering': ['-created_at', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['received', 'reading', 'read', 'loading', 'loaded', 'failed', 'cancelled'])), name='upload_state_known')],
            },
        ),
        migrations.CreateModel(
            name='ReportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveBigIntegerField(default=0, help_text='0\xa0: le fichier entier.', verbose_name='ligne')),
                ('severity', models.CharField(choices=[('error', 'erreur'), ('warning', 'avertissement')], max_length=10, verbose_name='gravité')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('field', models.CharField(blank=True, max_length=200, verbose_name='champ')),
                ('value', models.CharField(blank=True, max_length=200, verbose_name='valeur')),
                ('reason', models.CharField(max_length=300, verbose_name='motif')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_lines', to='datasets.delivery', verbose_name='livraison')),
            ],
            options={
                'verbose_name': 'constat',
                'verbose_name_plural': 'constats',
                'ordering': ['severity', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='dataset',
            name='online',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='datasets.delivery', verbose_name='en ligne'),
        ),
        *(migrations.RunSQL(body, f"DROP FUNCTION {signature}") for signature, body in FUNCTIONS.items()),
    ]
