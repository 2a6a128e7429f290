"""The rows of versions as rows of a layer: unmanaged models of the tables of versions, identified as those online.

They belong to an app registry that nothing else knows, as the models of deliveries (``datasets.row_models``): neither
migrations nor the deletion of a document or a commune meets them. Foreign keys are their columns.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from plui.models.versions import TABLES

VERSION_PATH = "version_id"
_IDENTIFIER = "object_id"


class DatedRow(models.Model):
    """An object of a version under the identifier of the row online that it was; its history is that of versions."""

    event_model = None

    class Meta:
        abstract = True


def dated_model(live: type[models.Model]) -> type[models.Model]:
    """Return the model that reads the versions of a table of what is online: their attributes have the same names."""
    return _dated_model(next(table for table, (model, _twin) in TABLES.items() if model is live))


@cache
def _dated_model(table: str) -> type[models.Model]:
    twin = TABLES[table][1]
    members: dict[str, Any] = {
        "id": models.BigIntegerField(_("identifiant"), primary_key=True, db_column=_IDENTIFIER)
    }
    for column in twin._meta.concrete_fields:
        if column.primary_key or column.name == _IDENTIFIER:
            continue
        members[column.attname] = _plain_column(column)
    options = {
        "apps": Apps(),
        "app_label": "plui",
        "managed": False,
        "db_table": twin._meta.db_table,
        "verbose_name": twin._meta.verbose_name,
        "verbose_name_plural": twin._meta.verbose_name_plural,
    }
    name = f"{twin.__name__}OnDate"
    return type(name, (DatedRow,), {"__module__": __name__, "Meta": type("Meta", (), options)} | members)


def _plain_column(column: models.Field[Any, Any]) -> models.Field[Any, Any]:
    if not isinstance(column, models.ForeignKey):
        return column.clone()
    title, target = column.verbose_name, column.target_field
    if isinstance(target, models.CharField):
        return models.CharField(
            title, max_length=target.max_length, db_column=column.column, null=column.null
        )
    return models.BigIntegerField(title, db_column=column.column, null=column.null)
