"""Dashboards, the versions of their document, library panels, favourites, paper and subscriptions."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('dashboards', '0001_dashboards'), ('dashboards', '0002_paper')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('layers', '0003_last_write'),
    ]

    operations = [
        migrations.CreateModel(
            name='LibraryPanel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'Des minuscules sans accent et des chiffres, en mots séparés d’un seul tiret.')], verbose_name='identifiant')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('document', models.JSONField(verbose_name='document')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('producer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='producteur')),
            ],
            options={
                'verbose_name': 'panneau de bibliothèque',
                'verbose_name_plural': 'panneaux de bibliothèque',
                'ordering': ['title', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='library_panel_slug_format')],
            },
        ),
        migrations.CreateModel(
            name='Dashboard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'Des minuscules sans accent et des chiffres, en mots séparés d’un seul tiret.')], verbose_name='identifiant')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('summary', models.CharField(blank=True, max_length=600, verbose_name='résumé')),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('groups', models.ManyToManyField(blank=True, related_name='read_dashboards', to='auth.group', verbose_name='groupes lecteurs')),
                ('persons', models.ManyToManyField(blank=True, related_name='read_dashboards', to=settings.AUTH_USER_MODEL, verbose_name='lecteurs')),
                ('portal', models.ForeignKey(blank=True, help_text='Commune à laquelle ses données se limitent. Vide\xa0: tout le territoire.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', verbose_name='portail')),
                ('producer', models.ForeignKey(blank=True, help_text='Ses membres qui ont le droit de changer des tableaux de bord changent celui-ci.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='produced_dashboards', to='auth.group', verbose_name='producteur')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dashboards', to='layers.theme', verbose_name='thème')),
            ],
            options={
                'verbose_name': 'tableau de bord',
                'verbose_name_plural': 'tableaux de bord',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DashboardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('document', models.JSONField(verbose_name='document')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créée le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='dashboards.dashboard', verbose_name='tableau de bord')),
            ],
            options={
                'verbose_name': 'version de tableau de bord',
                'verbose_name_plural': 'versions de tableaux de bord',
                'ordering': ['dashboard', '-number'],
                'constraints': [models.UniqueConstraint(fields=('dashboard', 'number'), name='dashboard_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='ajouté le')),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='dashboards.dashboard', verbose_name='tableau de bord')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourite_dashboards', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'favori',
                'verbose_name_plural': 'favoris',
                'ordering': ['-created_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'dashboard'), name='favourite_once')],
            },
        ),
        migrations.CreateModel(
            name='DashboardSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.CharField(choices=[('a4', 'A4'), ('a3', 'A3')], default='a4', max_length=2, verbose_name='papier')),
                ('orientation', models.CharField(choices=[('portrait', 'Portrait'), ('paysage', 'Paysage')], default='portrait', max_length=8, verbose_name='orientation')),
                ('has_tables', models.BooleanField(default=False, verbose_name='avec les données des graphiques')),
                ('frequency', models.CharField(choices=[('weekly', 'Chaque semaine'), ('monthly', 'Chaque mois')], max_length=7, verbose_name='fréquence')),
                ('extension', models.CharField(choices=[('pdf', 'PDF'), ('html', 'Page HTML autonome')], default='pdf', max_length=4, verbose_name='format')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='filtres')),
                ('portal', models.CharField(blank=True, max_length=5, verbose_name='commune du portail')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('sent_on', models.DateField(verbose_name='dernier envoi')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='dashboards.dashboard', verbose_name='tableau de bord')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dashboard_subscriptions', to='auth.group', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'envoi par courriel',
                'verbose_name_plural': 'envois par courriel',
                'ordering': ['dashboard', 'group', 'frequency'],
                'constraints': [models.UniqueConstraint(fields=('dashboard', 'group', 'frequency'), name='dashboard_subscription_once'), models.CheckConstraint(condition=models.Q(('frequency__in', ['weekly', 'monthly'])), name='dashboard_subscription_frequency_known')],
            },
        ),
        migrations.CreateModel(
            name='PaperOrder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asker', models.CharField(blank=True, max_length=64, verbose_name='empreinte du demandeur')),
                ('portal', models.CharField(blank=True, max_length=5, verbose_name='commune du portail')),
                ('extension', models.CharField(max_length=20, verbose_name='format')),
                ('parameters', models.JSONField(default=dict, verbose_name='paramètres')),
                ('language', models.CharField(max_length=10, verbose_name='langue')),
                ('key', models.CharField(max_length=64, verbose_name='clé des droits')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte de la demande')),
                ('state', models.CharField(choices=[('waiting', 'En attente'), ('running', 'En préparation'), ('ready', 'Prêt'), ('cancelled', 'Annulé'), ('failed', 'Échoué'), ('expired', 'Expiré')], default='waiting', max_length=10, verbose_name='état')),
                ('written_bytes', models.PositiveBigIntegerField(default=0, verbose_name='octets écrits')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='nom du fichier')),
                ('error', models.TextField(blank=True, verbose_name='erreur')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='demandé le')),
                ('started_at', models.DateTimeField(null=True, verbose_name='commencé le')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                ('size', models.CharField(choices=[('a4', 'A4'), ('a3', 'A3')], default='a4', max_length=2, verbose_name='papier')),
                ('orientation', models.CharField(choices=[('portrait', 'Portrait'), ('paysage', 'Paysage')], default='portrait', max_length=8, verbose_name='orientation')),
                ('has_tables', models.BooleanField(default=False, verbose_name='avec les données des graphiques')),
                ('total_panels', models.PositiveSmallIntegerField(verbose_name='panneaux demandés')),
                ('written_panels', models.PositiveSmallIntegerField(default=0, verbose_name='panneaux écrits')),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paper_orders', to='dashboards.dashboard', verbose_name='tableau de bord')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='paper_orders', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'tableau de bord imprimé',
                'verbose_name_plural': 'tableaux de bord imprimés',
                'ordering': ['-created_at'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'ready', 'cancelled', 'failed', 'expired'])), name='paper_order_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running')), ('user__isnull', False)), fields=('user', 'digest'), name='paper_order_once_for_each_person')],
            },
        ),
        migrations.AddField(
            model_name='dashboard',
            name='draft',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dashboards.dashboardversion', verbose_name='brouillon'),
        ),
        migrations.AddField(
            model_name='dashboard',
            name='published',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dashboards.dashboardversion', verbose_name='version publiée'),
        ),
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='dashboard_slug_format'),
        ),
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='dashboard_has_title'),
        ),
    ]
