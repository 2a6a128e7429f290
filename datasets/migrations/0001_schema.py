"""The database schema that holds the tables of the deliveries."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL('CREATE SCHEMA IF NOT EXISTS "datasets"', "DROP SCHEMA IF EXISTS datasets CASCADE")]
