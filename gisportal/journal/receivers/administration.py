"""What is done in the administration: the action, the kind of object and its number, never its content."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models.signals import post_save

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event

_ACTIONS = {1: "addition", 2: "change", 3: "deletion"}


def connect() -> None:
    """Listen to the administration's own log."""
    post_save.connect(_logged, sender=LogEntry, dispatch_uid="journal")


def _logged(instance: LogEntry, created: bool, **_signal: Any) -> None:
    if created:
        kind = instance.content_type
        record(
            Event.ADMINISTRATION,
            subject=f"{kind.app_label}.{kind.model} {instance.object_id}"
            if kind
            else str(instance.object_id),
            action=_ACTIONS.get(instance.action_flag, str(instance.action_flag)),
            fields=_fields(instance.get_change_message()),
        )


def _fields(message: str) -> str:
    return message[:500]
