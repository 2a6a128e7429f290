"""Add the instant when everybody first saw a layer; a trigger of the portal writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0025_licences_and_frequencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='layer',
            name='first_published_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='publique pour la première fois'),
        ),
    ]
