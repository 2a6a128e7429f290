"""Files of rasters to load, and the table of finished tiles.

The latter is unlogged: nothing is written to the journal of PostgreSQL, whose crash empties it. A tile is compressed before it
comes here, so that PostgreSQL does not try again (EXTERNAL).
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE UNLOGGED TABLE tiles_cache (
    key text PRIMARY KEY,
    value bytea NOT NULL,
    size integer NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tiles_cache ALTER COLUMN value SET STORAGE EXTERNAL;
CREATE INDEX tiles_cache_used_at ON tiles_cache (used_at);
"""


class Migration(migrations.Migration):

    replaces = [('tiles', '0001_rasters'), ('tiles', '0002_tile_cache')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('layers', '0006_rasters'),
    ]

    operations = [
        migrations.CreateModel(
            name='RasterUpload',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='clé')),
                ('path', models.CharField(max_length=80, unique=True, verbose_name='emplacement')),
                ('original_name', models.CharField(max_length=255, verbose_name='nom du fichier')),
                ('size', models.PositiveBigIntegerField(verbose_name='octets')),
                ('reading', models.JSONField(default=dict, verbose_name='lecture')),
                ('is_published', models.BooleanField(default=False, verbose_name='mettre en ligne')),
                ('state', models.CharField(choices=[('waiting', 'En attente'), ('running', 'En préparation'), ('ready', 'Prêt'), ('cancelled', 'Annulé'), ('failed', 'Échoué'), ('expired', 'Expiré')], default='waiting', max_length=10, verbose_name='état')),
                ('progress', models.JSONField(default=dict, editable=False, verbose_name='avancement')),
                ('fault', models.TextField(blank=True, verbose_name='motif de l’arrêt')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('language', models.CharField(default='fr', max_length=10, verbose_name='langue')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='déposé le')),
                ('heard_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière nouvelle le')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déposé par')),
                ('raster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='layers.raster', verbose_name='raster')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='layers.rasterversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'dépôt de raster',
                'verbose_name_plural': 'dépôts de rasters',
                'ordering': ['-created_at', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'ready', 'cancelled', 'failed', 'expired'])), name='raster_upload_state_known')],
            },
        ),
        migrations.RunSQL(CREATE, "DROP TABLE tiles_cache"),
    ]
