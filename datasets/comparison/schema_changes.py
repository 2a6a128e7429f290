"""What a delivery changes of the schema that is online: said in words, and asked before it is published."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from datasets.definitions import DatasetSchema, SchemaField
from datasets.models import Delivery

# What decides which values are accepted and who reads them; titles, descriptions and units are told, not asked.
_RULES = {
    "enum": gettext_lazy("valeurs admises"),
    "pattern": pgettext_lazy("rule of a column", "motif"),
    "minimum": gettext_lazy("minimum"),
    "maximum": gettext_lazy("maximum"),
    "is_required": gettext_lazy("obligatoire"),
    "is_unique": gettext_lazy("unique"),
    "is_protected": gettext_lazy("protégé"),
}


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A field or a property of the schema that changes: ``kind`` is added, removed, retyped, ruled or changed."""

    kind: str
    name: str
    before: str = ""
    after: str = ""


def schema_changes(delivery: Delivery) -> list[SchemaChange]:
    """Return what the schema of a delivery changes of the one online, nothing when nothing is online."""
    online = delivery.dataset.online
    if online is None or online.schema_version_id == delivery.schema_version_id:
        return []
    return changes_between(online.schema_version.schema, delivery.schema_version.schema)


def changes_between(before: DatasetSchema, after: DatasetSchema) -> list[SchemaChange]:
    """Return the changes from one schema to another: fields by name, then geometry and key."""
    found = [
        SchemaChange("removed", name, before=str(field.type.label))
        for name, field in before.by_name.items()
        if name not in after.by_name
    ]
    for name, field in after.by_name.items():
        old = before.by_name.get(name)
        found += (
            [SchemaChange("added", name, after=str(field.type.label))]
            if old is None
            else _of_field(old, field)
        )
    if before.geometry != after.geometry:
        found.append(
            SchemaChange("retyped", _("géométrie"), str(before.geometry.label), str(after.geometry.label))
        )
    if before.key != after.key:
        found.append(
            SchemaChange("changed", _("clé"), ", ".join(before.key) or "—", ", ".join(after.key) or "—")
        )
    return found


def _of_field(old: SchemaField, new: SchemaField) -> list[SchemaChange]:
    if old.type != new.type:
        return [SchemaChange("retyped", new.name, str(old.type.label), str(new.type.label))]
    differing = [str(label) for name, label in _RULES.items() if getattr(old, name) != getattr(new, name)]
    return [SchemaChange("ruled", new.name, after=", ".join(differing))] if differing else []
