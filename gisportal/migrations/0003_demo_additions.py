"""Remembers what a demonstration that was loaded by an older portal was given since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A demonstration that is there has none of the additions: it gets them at the next start."""

    dependencies = [("gisportal", "0002_drop_axes")]

    operations = [
        migrations.AddField(
            model_name="demoload",
            name="additions",
            field=models.JSONField(default=list, verbose_name="ajouts faits"),
        )
    ]
