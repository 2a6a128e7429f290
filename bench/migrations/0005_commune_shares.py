"""The communes that measured lines and surfaces go into, with the share of each (ADR 0056)."""

from importlib import import_module
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

_SHARES = import_module("layers.migrations.0016_commune_shares")


def compute(_apps: Any, schema_editor: Any) -> None:
    """Compute the shares of the rows that are there."""
    for table in ("bench_surface", "bench_road"):
        _SHARES.compute_shares(schema_editor, table)


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0016_commune_shares'),
        ('bench', '0001_squashed_0004_roads'),
        ('layers', '0016_commune_shares'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='road',
            name='commune',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='surface',
            name='commune',
        ),
        migrations.AddField(
            model_name='road',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='road',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddField(
            model_name='surface',
            name='commune_shares',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='parts dans les communes'),
        ),
        migrations.AddField(
            model_name='surface',
            name='communes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, editable=False, null=True, size=None, verbose_name='communes'),
        ),
        migrations.AddIndex(
            model_name='road',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='road_communes'),
        ),
        migrations.AddIndex(
            model_name='surface',
            index=django.contrib.postgres.indexes.GinIndex(fields=['communes'], name='surface_communes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='road',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='0b53cb0259a8a56f100c8fca17bd515c8d89a03b', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_ef1aa', table='bench_road', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surface',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s; NEW.commune_id := NEW.communes[1]; RETURN NEW;', hash='b9e25bef6097f7614cd7d19496dfe62f3e51b83a', operation='INSERT OR UPDATE OF "geom", "commune_id", "communes", "commune_shares"', pgid='pgtrigger_commune_1f6cf', table='bench_surface', when='BEFORE')),
        ),
        migrations.RunPython(compute, migrations.RunPython.noop),
    ]
