"""Dashboards, the versions of their document, library panels and favourites."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('layers', '0003_last_write'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            },
        ),
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
            },
        ),
        migrations.AddConstraint(
            model_name='dashboardversion',
            constraint=models.UniqueConstraint(fields=('dashboard', 'number'), name='dashboard_version_once'),
        ),
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='dashboard_slug_format'),
        ),
        migrations.AddConstraint(
            model_name='dashboard',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='dashboard_has_title'),
        ),
        migrations.AddConstraint(
            model_name='favourite',
            constraint=models.UniqueConstraint(fields=('owner', 'dashboard'), name='favourite_once'),
        ),
        migrations.AddConstraint(
            model_name='librarypanel',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='library_panel_slug_format'),
        ),
    ]
