"""Prepared exports do not stay."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from exports.models import ExportOrder
from layers.services.jobs import clean_prepared


def clean_files() -> int:
    """Remove exports past their time, the oldest above the room allowed, and remains; return how many expired."""
    return clean_prepared(ExportOrder.objects.all(), Path(settings.PREPARED_FOLDER))
