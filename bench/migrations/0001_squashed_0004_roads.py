"""Tables of the benchmark."""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('bench', '0001_initial'), ('bench', '0002_indexes_of_a_million'), ('bench', '0003_totals_of_a_million'), ('bench', '0004_roads')]

    initial = True

    dependencies = [
        ('layers', '0007_tile_pyramids'),
    ]

    operations = [
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('categorie', models.CharField(choices=[('A', 'Première catégorie'), ('B', 'Deuxième catégorie'), ('C', 'Troisième catégorie')], default='A', max_length=1, verbose_name='catégorie')),
                ('effectif', models.IntegerField(verbose_name='effectif')),
                ('surface_m2', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='surface')),
                ('taux', models.FloatField(null=True, verbose_name='taux')),
                ('est_accessible', models.BooleanField(null=True, verbose_name='accessible')),
                ('date_pose', models.DateField(null=True, verbose_name='date de pose')),
                ('releve_le', models.DateTimeField(verbose_name='relevé le')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'point mesuré',
                'verbose_name_plural': 'points mesurés',
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='point_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='point_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='point_geom_valid')],
            },
        ),
        migrations.CreateModel(
            name='Surface',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('categorie', models.CharField(choices=[('A', 'Première catégorie'), ('B', 'Deuxième catégorie'), ('C', 'Troisième catégorie')], default='A', max_length=1, verbose_name='catégorie')),
                ('effectif', models.IntegerField(verbose_name='effectif')),
                ('surface_m2', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='surface')),
                ('taux', models.FloatField(null=True, verbose_name='taux')),
                ('est_accessible', models.BooleanField(null=True, verbose_name='accessible')),
                ('date_pose', models.DateField(null=True, verbose_name='date de pose')),
                ('releve_le', models.DateTimeField(verbose_name='relevé le')),
                ('geom', django.contrib.gis.db.models.fields.PolygonField(spatial_index=False, srid=4326, verbose_name='emprise')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'surface mesurée',
                'verbose_name_plural': 'surfaces mesurées',
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='surface_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='surface_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='surface_geom_valid')],
            },
        ),
        migrations.CreateModel(
            name='Million',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('categorie', models.CharField(choices=[('A', 'Première catégorie'), ('B', 'Deuxième catégorie'), ('C', 'Troisième catégorie')], default='A', max_length=1, verbose_name='catégorie')),
                ('effectif', models.IntegerField(verbose_name='effectif')),
                ('surface_m2', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='surface')),
                ('taux', models.FloatField(null=True, verbose_name='taux')),
                ('est_accessible', models.BooleanField(null=True, verbose_name='accessible')),
                ('date_pose', models.DateField(null=True, verbose_name='date de pose')),
                ('releve_le', models.DateTimeField(verbose_name='relevé le')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'point du million',
                'verbose_name_plural': 'points du million',
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='million_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='million_geom_3857'), models.Index(fields=['commune'], include=('categorie', 'effectif', 'surface_m2', 'taux', 'est_accessible', 'date_pose', 'releve_le'), name='million_totals')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='million_geom_valid')],
            },
        ),
        migrations.CreateModel(
            name='Road',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('description', models.TextField(blank=True, null=True, verbose_name='description')),
                ('categorie', models.CharField(choices=[('A', 'Première catégorie'), ('B', 'Deuxième catégorie'), ('C', 'Troisième catégorie')], default='A', max_length=1, verbose_name='catégorie')),
                ('effectif', models.IntegerField(verbose_name='effectif')),
                ('surface_m2', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='surface')),
                ('taux', models.FloatField(null=True, verbose_name='taux')),
                ('est_accessible', models.BooleanField(null=True, verbose_name='accessible')),
                ('date_pose', models.DateField(null=True, verbose_name='date de pose')),
                ('releve_le', models.DateTimeField(verbose_name='relevé le')),
                ('geom', django.contrib.gis.db.models.fields.LineStringField(spatial_index=False, srid=4326, verbose_name='tracé')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'tronçon mesuré',
                'verbose_name_plural': 'tronçons mesurés',
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='road_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='road_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='road_geom_valid')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='million',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='b0de0a89cb478f986005ea7f5a5388f5ea2859b9', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_bb8e1', table='bench_million', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='million',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='8fe95473c8517f0e5b421d69d4ded83fa0e8926f', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_097b2', table='bench_million', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='point',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='7293303b1a11068aa33dc52619902c5458d258c2', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_3b25e', table='bench_point', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='point',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='f3f8c9afa8add11824bbb9aed2de1c0aa98109f0', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_5d7fd', table='bench_point', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surface',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='eac08457e517d54cef690750ec27b238b3355585', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_7b112', table='bench_surface', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surface',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='2f722b4c4fd113e27092c01c24887666ebab0beb', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_1f6cf', table='bench_surface', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='road',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='78edb4b02e5ff21fadfa5040fc963cc0369814c5', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_768cf', table='bench_road', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='road',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='f3c49e405a9153f2d769d72f0e213530accab7f0', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_ef1aa', table='bench_road', when='BEFORE')),
        ),
    ]
