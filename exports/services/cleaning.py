"""Prepared files do not stay: too old, too much room, or left by a worker that died."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from exports.models import ExportOrder
from layers.services.work_folders import remove_abandoned
from layers.vocabulary import OrderState

# What nobody is writing any more, an hour after it was last touched.
_LEFT_S = 3_600
_ROW_DAYS = 7


def clean_files() -> int:
    """Remove files past their time, the oldest above the room allowed, and remains; return how many files expired."""
    now = timezone.now()
    limit = now - dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
    room, expired = settings.PREPARED_MAX_BYTES, 0
    for order in ExportOrder.objects.filter(state=OrderState.READY).order_by("-finished_at"):
        room -= order.written_bytes
        if room < 0 or order.finished_at is None or order.finished_at < limit:
            order.path.unlink(missing_ok=True)
            expired += ExportOrder.objects.filter(pk=order.pk).update(state=OrderState.EXPIRED)
    ExportOrder.objects.filter(finished_at__lt=now - dt.timedelta(days=_ROW_DAYS)).exclude(
        state=OrderState.READY
    ).delete()
    _remove_remains(Path(settings.PREPARED_FOLDER))
    return expired


def _remove_remains(folder: Path) -> None:
    """Remove what no order that is ready or on its way owns: halves of dead workers, files of deleted accounts."""
    if not folder.is_dir():
        return
    remove_abandoned(folder)
    owned = {
        str(pk)
        for pk in ExportOrder.objects.filter(
            state__in=[OrderState.READY, OrderState.WAITING, OrderState.RUNNING]
        ).values_list("pk", flat=True)
    }
    for path in folder.iterdir():
        is_left = path.is_file() and path.stat().st_mtime < time.time() - _LEFT_S
        if is_left and path.name[:36] not in owned:
            path.unlink(missing_ok=True)
