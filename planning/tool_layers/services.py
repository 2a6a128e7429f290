"""Writing the tables of the tools of planners, each change with its line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import models, transaction

from layers.visitor import Visitor


@transaction.atomic
def write_row(visitor: Visitor, form: Any) -> models.Model:
    """Store the row of a valid form of a model."""
    is_new = form.instance.pk is None
    row: models.Model = form.save()
    _log(visitor, row, ADDITION if is_new else CHANGE, [*form.changed_data])
    return row


@transaction.atomic
def delete_row(visitor: Visitor, row: models.Model) -> None:
    """Delete a row."""
    _log(visitor, row, DELETION, [])
    row.delete()


def _log(visitor: Visitor, row: models.Model, flag: int, fields: Sequence[str]) -> None:
    message: Any = [{"changed": {"fields": list(fields)}}] if flag == CHANGE else ""
    if visitor.user_id is not None:
        LogEntry.objects.log_actions(visitor.user_id, [row], flag, message, single_object=True)
