"""The orders of exports leave the application of the API with their rows: the table is renamed, nothing is copied."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RENAMES = """
ALTER TABLE ogc_prepared RENAME TO exports_exportorder;
ALTER TABLE exports_exportorder RENAME CONSTRAINT ogc_prepared_state_is_known TO export_order_state_known;
ALTER INDEX ogc_prepared_once_for_each_person RENAME TO export_order_once_for_each_person;
"""
BACK = """
ALTER INDEX export_order_once_for_each_person RENAME TO ogc_prepared_once_for_each_person;
ALTER TABLE exports_exportorder RENAME CONSTRAINT export_order_state_known TO ogc_prepared_state_is_known;
ALTER TABLE exports_exportorder RENAME TO ogc_prepared;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ogc', '0002_prepared_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RENAMES, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name='ExportOrder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('portal', models.CharField(blank=True, max_length=5, verbose_name='commune du portail')),
                        ('layer', models.SlugField(max_length=100, verbose_name='couche')),
                        ('extension', models.CharField(max_length=20, verbose_name='format')),
                        ('parameters', models.JSONField(default=dict, verbose_name='paramètres')),
                        ('language', models.CharField(max_length=10, verbose_name='langue')),
                        ('key', models.CharField(max_length=64, verbose_name='clé des droits')),
                        ('digest', models.CharField(max_length=64, verbose_name='empreinte de la demande')),
                        ('state', models.CharField(choices=[('waiting', 'En attente'), ('running', 'En préparation'), ('ready', 'Prêt'), ('cancelled', 'Annulé'), ('failed', 'Échoué'), ('expired', 'Expiré')], default='waiting', max_length=10, verbose_name='état')),
                        ('total_rows', models.PositiveBigIntegerField(verbose_name='lignes demandées')),
                        ('estimated_s', models.FloatField(verbose_name='durée estimée, en secondes')),
                        ('written_bytes', models.PositiveBigIntegerField(default=0, verbose_name='octets écrits')),
                        ('written_rows', models.PositiveBigIntegerField(default=0, verbose_name='lignes écrites')),
                        ('rows', models.PositiveBigIntegerField(null=True, verbose_name='lignes du fichier')),
                        ('file_name', models.CharField(blank=True, max_length=200, verbose_name='nom du fichier')),
                        ('error', models.TextField(blank=True, verbose_name='erreur')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='demandé le')),
                        ('started_at', models.DateTimeField(null=True, verbose_name='commencé le')),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='export_orders', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
                    ],
                    options={
                        'verbose_name': 'téléchargement préparé',
                        'verbose_name_plural': 'téléchargements préparés',
                        'ordering': ['-created_at'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'ready', 'cancelled', 'failed', 'expired'])), name='export_order_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running')), ('user__isnull', False)), fields=('user', 'digest'), name='export_order_once_for_each_person')],
                    },
                ),
            ],
        ),
    ]
