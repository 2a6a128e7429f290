
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('planning', '0008_inventory_jobs'),
        ('plui', '0009_identifiers_at_a_date'),
        ('webforms', '0002_days_of_forms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicInquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='adresse')),
                ('notice', models.TextField(max_length=5000, verbose_name='avis d’enquête')),
                ('commissioner', models.CharField(max_length=160, verbose_name='commissaire enquêteur')),
                ('opens_on', models.DateField(verbose_name='premier jour')),
                ('closes_on', models.DateField(help_text='Ce jour compris.', verbose_name='dernier jour')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
                ('form', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='webforms.form', verbose_name='formulaire des observations')),
                ('readers', models.ForeignKey(blank=True, help_text='Ses membres lisent toutes les observations et écrivent leur avis.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='groupe du commissaire enquêteur')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plui.planversion', verbose_name='version du plan')),
            ],
            options={
                'verbose_name': 'enquête publique',
                'verbose_name_plural': 'enquêtes publiques',
                'ordering': ['-opens_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('opens_on__lte', models.F('closes_on'))), name='publicinquiry_days_in_order', violation_error_message='Le dernier jour précède le premier.')],
            },
        ),
        migrations.CreateModel(
            name='RemarkOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('favorable', 'Favorable'), ('reserve', 'Favorable avec réserve'), ('defavorable', 'Défavorable')], max_length=12, verbose_name='avis')),
                ('text', models.TextField(blank=True, max_length=4000, verbose_name='réponse')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='opinion', to='webforms.answer', verbose_name='observation')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
            ],
            options={
                'verbose_name': 'avis sur une observation',
                'verbose_name_plural': 'avis sur des observations',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict', ''), ('verdict__in', ['favorable', 'reserve', 'defavorable']), _connector='OR'), name='remarkopinion_verdict_known')],
            },
        ),
    ]
