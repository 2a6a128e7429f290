"""What a worker does of an order: write the file apart, stop when it is cancelled, put it in place or say why not."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override

from dashboards.models import PaperOrder
from dashboards.paper.files import write_paper
from dashboards.paper.orders import find_order
from layers.errors import LayersError
from layers.services.jobs import account_visitor, clean_prepared, fail_on_error
from layers.services.storage import storage_fault
from layers.services.work_folders import private_folder, work_folder


class _Cancelled(Exception):
    """Somebody cancelled the order while it was written."""


def prepare(*, pk: UUID) -> None:
    """Prepare a file that waits, or that a worker left in the middle. Anything else is left as it is."""
    order = _taken(pk)
    if order is None:
        return
    with override(order.language), fail_on_error(PaperOrder.objects.all(), order.pk):
        try:
            _write(order)
        except LayersError as error:
            PaperOrder.objects.fail(order.pk, error.detail)
        except _Cancelled:
            return
        except (OperationalError, OSError) as error:
            fault = storage_fault(error)
            if fault is None:
                raise
            PaperOrder.objects.fail(order.pk, fault.detail)


def clean_papers() -> int:
    """Remove files past their time, the oldest above the room allowed, and remains; return how many expired."""
    return clean_prepared(PaperOrder.objects.all(), Path(settings.DASHBOARD_FOLDER))


def _taken(pk: UUID) -> PaperOrder | None:
    """Mark an order as running; one that took several workers with it is given up."""
    if not PaperOrder.objects.begin(pk, written_panels=0):
        return None
    order = PaperOrder.objects.select_related("dashboard").get(pk=pk)
    if order.attempts > settings.PREPARED_MAX_ATTEMPTS:
        with override(order.language):
            reason = _("La préparation s’est interrompue plusieurs fois.")
            PaperOrder.objects.fail(order.pk, reason)
        return None
    return order


def _write(order: PaperOrder) -> None:
    visitor = account_visitor(order.user_id, order.portal)
    own = find_order(pk=order.pk, slug=order.dashboard.slug, visitor=visitor)
    file = write_paper(own.page, own.layout, progress=lambda count: _tell(order, count))
    folder = private_folder(Path(settings.DASHBOARD_FOLDER))
    with work_folder(folder, f"{order.pk}-") as apart:
        path = apart / order.path.name
        path.write_bytes(file.content)
        path.chmod(0o600)
        path.replace(order.path)
    size = len(file.content)
    if not PaperOrder.objects.finish(order.pk, written_bytes=size, file_name=file.name):
        order.path.unlink(missing_ok=True)  # cancelled meanwhile


def _tell(order: PaperOrder, count: int) -> None:
    if not PaperOrder.objects.running(order.pk).update(written_panels=count):
        raise _Cancelled
