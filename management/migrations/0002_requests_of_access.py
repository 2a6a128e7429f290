"""Create requests of access."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0023_requestable_layers'),
        ('management', '0001_assignment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rows', models.CharField(blank=True, max_length=500, verbose_name='lignes')),
                ('valid_until', models.DateTimeField(verbose_name='jusqu’au')),
                ('reason', models.CharField(max_length=500, verbose_name='motif')),
                ('state', models.CharField(choices=[('waiting', 'attend une réponse'), ('accepted', 'acceptée'), ('refused', 'refusée')], default='waiting', editable=False, max_length=10, verbose_name='état')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='réponse')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='décidée le')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='envoyée le')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='layers.layer', verbose_name='couche')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte')),
            ],
            options={
                'verbose_name': 'demande d’accès',
                'verbose_name_plural': 'demandes d’accès',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'accepted', 'refused'])), name='access_request_state_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='access_request_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='access_request_refused_in_words'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('person', 'layer'), name='access_request_waits_once')],
            },
        ),
    ]
