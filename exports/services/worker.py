"""What a worker does of an order: write the file apart, watch for a cancellation, put it in place or say why not."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override

from export_formats import Progress, WrittenFile, watching, write_export
from exports.models import ExportOrder, ExportOrderQuerySet
from exports.services.orders import format_of, selection_of
from layers.errors import LayersError
from layers.services.prepared_files import told_when_broken
from layers.services.storage import check_space, storage_fault
from layers.services.watching import account_visitor, watched
from layers.services.work_folders import private_folder, work_folder

# How often the page is told of what is written, and a cancellation looked for.
_WATCH_S = 1.0


def prepare(*, pk: UUID) -> None:
    """Prepare an export that waits, or that a worker left in the middle. Anything else is left as it is."""
    order = _taken(pk)
    if order is None:
        return
    with override(order.language), told_when_broken(ExportOrder.objects.all(), order.pk):
        try:
            _write(order)
        except LayersError as error:
            _fail(order, error.detail)
        except (OperationalError, OSError) as error:
            fault = storage_fault(error)
            if fault is not None:
                _fail(order, fault.detail)
            elif isinstance(error, OSError) or _running(order).exists():
                raise
            # Else cancelled: the watcher stopped the read.


def _taken(pk: UUID) -> ExportOrder | None:
    """Mark an order as running; one that took several workers with it is given up."""
    taken = ExportOrder.objects.begin(pk, written_rows=0)
    order = ExportOrder.objects.filter(pk=pk).first() if taken else None
    if order is not None and order.attempts > settings.PREPARED_MAX_ATTEMPTS:
        with override(order.language):
            _fail(order, _("La préparation s’est interrompue plusieurs fois : demandez moins d’objets."))
        return None
    return order


def _write(order: ExportOrder) -> None:
    selection = selection_of(order, account_visitor(order.user_id, order.portal))
    folder = private_folder(Path(settings.PREPARED_FOLDER))
    with work_folder(folder, f"{order.pk}-") as own:
        path = own / f"export.{order.extension}"
        with watching(lambda: check_space(folder)) as progress, _watched(order, own, progress):
            written = write_export(selection, format_of(order), path)
        path.chmod(0o600)
        path.replace(order.path)
    if not _finish(order, written):
        order.path.unlink(missing_ok=True)  # cancelled meanwhile


def _finish(order: ExportOrder, written: WrittenFile) -> bool:
    return ExportOrder.objects.finish(
        order.pk,
        rows=written.rows,
        written_rows=written.rows,
        written_bytes=written.size,
        file_name=written.file_name,
    )


def _fail(order: ExportOrder, reason: str) -> None:
    ExportOrder.objects.fail(order.pk, reason)


def _running(order: ExportOrder) -> ExportOrderQuerySet:
    return ExportOrder.objects.running(order.pk)


def _watched(order: ExportOrder, folder: Path, progress: Progress) -> AbstractContextManager[None]:
    """Tell how many rows and bytes are written while a file is, and stop the read when somebody cancels."""

    def tell() -> bool:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return bool(_running(order).update(written_bytes=size, written_rows=progress.rows))

    return watched(tell, every_s=_WATCH_S, name=str(order.pk))
