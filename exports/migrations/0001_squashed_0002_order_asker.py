"""The orders of exports, once the application of the API's: its migrations, which made nothing else, are replaced here too.

In older databases the table was renamed: its indexes and its foreign key have the names of the former one.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ogc', '0001_initial'), ('ogc', '0002_prepared_rows'), ('exports', '0001_initial'), ('ogc', '0003_exports_leave'), ('exports', '0002_order_asker')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('rows', models.PositiveBigIntegerField(null=True, verbose_name='lignes du fichier')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='nom du fichier')),
                ('error', models.TextField(blank=True, verbose_name='erreur')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='demandé le')),
                ('started_at', models.DateTimeField(null=True, verbose_name='commencé le')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='export_orders', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
                ('written_rows', models.PositiveBigIntegerField(default=0, verbose_name='lignes écrites')),
                ('asker', models.CharField(blank=True, max_length=64, verbose_name='empreinte du demandeur')),
            ],
            options={
                'verbose_name': 'téléchargement préparé',
                'verbose_name_plural': 'téléchargements préparés',
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'ready', 'cancelled', 'failed', 'expired'])), name='export_order_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running')), ('user__isnull', False)), fields=('user', 'digest'), name='export_order_once_for_each_person')],
            },
        ),
    ]
