"""Give a face of its own to each dataset that has the colour of its theme: datasets made since are born with one."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from layers.definitions import GeometryType
from layers.registry import coded_definitions
from styles.layer_icons import LayerIcon, free_icon


def give_faces(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write a token and an icon in the styles that name none; what an administrator wrote stays."""
    used = [
        LayerIcon(one.style.token, one.style.icon) for one in coded_definitions() if one.geometry.is_located
    ]
    datasets = apps.get_model("datasets", "Dataset").objects.select_related("layer", "online__schema_version")
    waiting = []
    for dataset in datasets.order_by("pk"):
        style = dataset.layer.style
        if not isinstance(style, dict):
            continue
        if "token" in style:
            used.append(LayerIcon(str(style["token"]), str(style.get("icon", ""))))
        else:
            waiting.append(dataset)
    for dataset in waiting:
        schema = dataset.online.schema_version.document if dataset.online else {}
        found = free_icon(used, GeometryType(schema.get("geometry", "Point")))
        used.append(found)
        layer = dataset.layer
        layer.style = {"token": found.token, "icon": found.icon} | layer.style
        layer.save(update_fields=["style"])


class Migration(migrations.Migration):
    dependencies = [("datasets", "0008_upload_orders"), ("layers", "0007_tile_pyramids")]
    operations = [migrations.RunPython(give_faces, migrations.RunPython.noop)]
