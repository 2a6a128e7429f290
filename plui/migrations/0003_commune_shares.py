"""The communes that lines and surfaces go into, with the share of each (ADR 0056)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0016_commune_shares'),
        ('plui', '0001_squashed_0002_history'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='prescriptionlin',
            name='commune',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='prescriptionsurf',
            name='commune',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='zoneurba',
            name='commune',
        ),
        migrations.AddField(
            model_name='prescriptionlin',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='prescriptionlin',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='prescriptionsurf',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='prescriptionsurf',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='zoneurba',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='zoneurba',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddIndex(
            model_name='prescriptionlin',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='prescriptionlin_communes'),
        ),
        migrations.AddIndex(
            model_name='prescriptionsurf',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='prescriptionsurf_communes'),
        ),
        migrations.AddIndex(
            model_name='zoneurba',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='zoneurba_communes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prescriptionlin',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='e38d8f806d30d59ade4ff48f156bf3e8534d897b', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_90acb', table='plui_prescriptionlin', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prescriptionsurf',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='3b7e694ae3980c772404acb1d3db3e26a0d1ac09', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_83976', table='plui_prescriptionsurf', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoneurba',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='79dfc749eaf047619e3cedd0473fe1d9249f4e6a', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_a113f', table='plui_zoneurba', when='BEFORE')),
        ),
    ]
