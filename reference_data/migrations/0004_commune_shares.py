"""The communes that lines and surfaces go into, with the share of each (ADR 0056)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0016_commune_shares'),
        ('reference_data', '0003_easements'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='easement',
            name='commune',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='parcel',
            name='commune',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='roadsection',
            name='commune',
        ),
        migrations.AddField(
            model_name='easement',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='easement',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='roadsection',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='roadsection',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddIndex(
            model_name='easement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='easement_communes'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='parcel_communes'),
        ),
        migrations.AddIndex(
            model_name='roadsection',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='roadsection_communes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='easement',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='f7e72284a28dd72116a6637e3dd59846abb3ef6b', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_0d7fe', table='reference_data_easement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parcel',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='185e772e06b5873d877034647596d4683ebaca3b', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_16966', table='reference_data_parcel', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roadsection',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='1edff6890f50997adb8bf9125cdf9cef5e718efd', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_ff889', table='reference_data_roadsection', when='BEFORE')),
        ),
    ]
