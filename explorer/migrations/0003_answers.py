"""Reports are answered: the name of what they are about, the answer, and its state."""

import django.core.validators
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('explorer', '0002_saved_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='featurereport',
            name='report_state_known',
        ),
        migrations.AddField(
            model_name='featurereport',
            name='answer',
            field=models.TextField(blank=True, default='', validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='réponse'),
        ),
        migrations.AddField(
            model_name='featurereport',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='répondu le'),
        ),
        migrations.AddField(
            model_name='featurereport',
            name='title',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='nom de l’objet'),
        ),
        migrations.AlterField(
            model_name='featurereport',
            name='state',
            field=models.CharField(choices=[('new', 'Nouveau'), ('in-progress', 'En cours'), ('answered', 'Répondu'), ('closed', 'Clos')], default='new', max_length=15, verbose_name='état'),
        ),
        migrations.AddConstraint(
            model_name='featurereport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['new', 'in-progress', 'answered', 'closed'])), name='report_state_known'),
        ),
        migrations.AddConstraint(
            model_name='featurereport',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('answer'), 2000), models.Q(models.Q(('state', 'answered'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR')), name='report_answered_in_words'),
        ),
    ]
