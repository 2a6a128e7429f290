"""Count the writes to metadata and attachments of layers, which the page of a layer and its catalogues show."""

from importlib import import_module

from django.db import migrations

triggers = import_module("gisportal.migrations.0005_catalogue_triggers").triggers
METADATA = ("metadata_layermetadata", "metadata_attachment")


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("gisportal", "0010_counters_of_readers"), ("metadata", "0001_initial")]
    operations = triggers("catalogue", METADATA)
