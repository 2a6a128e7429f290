"""Reports with their answers, saved views, and files of rows to enter."""

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('explorer', '0001_reports'), ('explorer', '0002_saved_views'), ('explorer', '0003_answers'), ('explorer', '0004_answer_mails'), ('explorer', '0005_entry_imports')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeatureReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.SlugField(max_length=63, verbose_name='couche')),
                ('feature', models.BigIntegerField(verbose_name='objet')),
                ('category', models.CharField(choices=[('danger', 'Dégradation ou danger sur place'), ('position', 'Mal placé sur la carte'), ('content', 'Information fausse ou incomplète'), ('gone', 'N’existe plus'), ('other', 'Autre')], max_length=20, verbose_name='nature du problème')),
                ('message', models.TextField(validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='description')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('state', models.CharField(choices=[('new', 'Nouveau'), ('in-progress', 'En cours'), ('answered', 'Répondu'), ('closed', 'Clos')], default='new', max_length=15, verbose_name='état')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='reçu le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
                ('answer', models.TextField(blank=True, default='', validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='réponse')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('title', models.CharField(blank=True, default='', max_length=200, verbose_name='nom de l’objet')),
            ],
            options={
                'verbose_name': 'signalement',
                'verbose_name_plural': 'signalements',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['layer', 'feature'], name='report_feature')],
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['danger', 'position', 'content', 'gone', 'other'])), name='report_category_known'), models.CheckConstraint(condition=models.Q(models.Q(('message', ''), _negated=True), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('message'), 2000)), name='report_message_length'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('email', ''), _connector='OR'), name='report_closed_forgets_email'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'in-progress', 'answered', 'closed'])), name='report_state_known'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('answer'), 2000), models.Q(models.Q(('state', 'answered'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR')), name='report_answered_in_words')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='nom')),
                ('address', models.TextField(validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name='adresse')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='enregistrée le')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'vue enregistrée',
                'verbose_name_plural': 'vues enregistrées',
                'ordering': ['title', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'title'), name='view_title_once'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='view_has_title'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('address'), 20000)), name='view_address_length')],
            },
        ),
        migrations.CreateModel(
            name='AnswerMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('answer', models.TextField(validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='réponse')),
                ('is_linked', models.BooleanField(default=True, verbose_name='avec un lien vers la fiche')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='écrit le')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='explorer.featurereport', verbose_name='signalement')),
            ],
            options={
                'verbose_name': 'réponse à envoyer',
                'verbose_name_plural': 'réponses à envoyer',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EntryImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(max_length=100, verbose_name='couche')),
                ('relation', models.CharField(blank=True, max_length=100, verbose_name='saisie')),
                ('file_name', models.CharField(max_length=200, verbose_name='fichier')),
                ('lines', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='lignes')),
                ('changes', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='changements')),
                ('state', models.CharField(choices=[('compared', 'Comparé'), ('saved', 'Enregistré'), ('undone', 'Annulé')], default='compared', max_length=10, verbose_name='état')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='déposé le')),
                ('saved_at', models.DateTimeField(editable=False, null=True, verbose_name='enregistré le')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'import de saisie',
                'verbose_name_plural': 'imports de saisie',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['compared', 'saved', 'undone'])), name='entry_import_state_known')],
            },
        ),
    ]
