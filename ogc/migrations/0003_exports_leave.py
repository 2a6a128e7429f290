"""The orders of exports are the exports application's: the table was renamed there, only the state forgets it here."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ogc', '0002_prepared_rows'),
        ('exports', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Prepared')]),
    ]
