"""Layers that are there already go on as before: who delivers may put online."""

from django.db import migrations


def write_policies(apps, schema_editor):
    """Write a policy for each layer that has none."""
    policies = apps.get_model("publication", "PublicationPolicy")
    layers = apps.get_model("layers", "Layer").objects.filter(publication_policy=None)
    policies.objects.bulk_create(policies(layer=layer, producers_approve=True) for layer in layers)


class Migration(migrations.Migration):
    """What was published by its producers stays so, until somebody changes the rules of the layer."""

    dependencies = [("publication", "0001_initial")]

    operations = [migrations.RunPython(write_policies, migrations.RunPython.noop, elidable=True)]
