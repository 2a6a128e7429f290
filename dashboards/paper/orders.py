"""Files of dashboards that are prepared while their asker waits: asked, made, told, fetched, given up, cleaned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from dashboards.errors import UnknownPaperOrder
from dashboards.models import PaperOrder
from dashboards.paper.document import estimated_seconds, write_paper
from dashboards.paper.layout import PaperLayout, layout_of
from dashboards.reading.dashboard_page import DashboardPage, open_page
from layers.digests import stable_digest
from layers.errors import LayersError
from layers.services.jobs import account_visitor, check_room, clean_prepared, client_digest, fail_on_error
from layers.services.storage import storage_fault
from layers.services.work_folders import private_folder, work_folder
from layers.sql.advisory_locks import lock_name
from layers.visitor import Visitor
from layers.vocabulary import OrderState

_WANTED = (OrderState.WAITING, OrderState.RUNNING, OrderState.READY)


@dataclass(frozen=True, slots=True)
class OwnPaperOrder:
    """A file of a dashboard as its asker may see it now."""

    order: PaperOrder
    page: DashboardPage

    @property
    def layout(self) -> PaperLayout:
        """How the file is laid out."""
        return layout_of(self.order)


def is_long(page: DashboardPage, layout: PaperLayout) -> bool:
    """Whether a person would wait too long for the file."""
    return estimated_seconds(page, layout) > settings.PREPARED_ABOVE_S


def order_paper(
    page: DashboardPage, visitor: Visitor, layout: PaperLayout, parameters: Mapping[str, Sequence[str]]
) -> tuple[PaperOrder, bool]:
    """Return the order of a file, and whether it is new: then a worker must be told.

    A person who asks for the same again gets the same one. ``parameters`` are the filters of the page.

    Raises:
        TooManyRequests: too many files of this asker are waiting.
        Busy: too many of all.
        StorageFull: there is no room for the file.
    """
    digest = _digest(page, layout)
    same = _same(visitor, digest)
    if same is not None:
        return same, False
    new = PaperOrder(
        user_id=visitor.user_id,
        asker=client_digest(visitor),
        portal=visitor.portal,
        dashboard=page.dashboard,
        parameters={name: list(values) for name, values in parameters.items()},
        language=get_language() or settings.LANGUAGE_CODE,
        key=rights_key(page),
        digest=digest,
        total_panels=len(page.panels),
        size=layout.size,
        orientation=layout.orientation,
        extension=layout.form,
        has_tables=layout.has_tables,
    )
    try:
        with transaction.atomic():
            lock_name("paper orders")
            check_room(PaperOrder.objects.all(), new.asker, new.folder)
            new.save(force_insert=True)
    except IntegrityError:  # the same person, at the same moment
        same = _same(visitor, digest)
        if same is None:
            raise
        return same, False
    return new, True


def find_order(*, pk: UUID, slug: str, visitor: Visitor) -> OwnPaperOrder:
    """Return a prepared file to who asked for it, as long as the rights are the same on all that it shows.

    Raises:
        UnknownPaperOrder: no such file; somebody else's; or the dashboard or any right on its layers changed since.
    """
    orders = PaperOrder.objects.select_related("dashboard")
    order = orders.filter(pk=pk, dashboard__slug=slug, portal=visitor.portal).first()
    if order is None or (order.user_id is not None and order.user_id != visitor.user_id):
        raise UnknownPaperOrder
    try:
        page = open_page(visitor, slug, order.parameters)
    except LayersError as error:
        raise UnknownPaperOrder from error
    if rights_key(page) != order.key:
        raise UnknownPaperOrder
    return OwnPaperOrder(order, page)


def order_again(*, own: OwnPaperOrder, visitor: Visitor) -> tuple[PaperOrder, bool]:
    """Order the same file once more, of the data of now.

    Raises:
        TooManyRequests, Busy: as ``order_paper``.
    """
    return order_paper(own.page, visitor, own.layout, own.order.parameters)


def remove_order(*, order: PaperOrder) -> None:
    """Forget an order and its file; a worker that is at it stops at the next panel and leaves nothing."""
    PaperOrder.objects.cancel(order.pk)
    path = order.path
    PaperOrder.objects.filter(pk=order.pk).delete()
    path.unlink(missing_ok=True)


def rights_key(page: DashboardPage) -> str:
    """Return what stands for all the rights that a file shows: those on each layer, within the commune of the page."""
    scopes = sorted(scope.key for scope in page.scopes.values())
    rasters = sorted(scope.key for scope in page.rasters.values())
    return _hash(str(page.dashboard.pk), page.visitor.portal, *scopes, *rasters)


def _digest(page: DashboardPage, layout: PaperLayout) -> str:
    """Return what tells two files apart: rights, document, data, filters, layout, language."""
    versions = sorted(f"{slug}={scope.version}" for slug, scope in page.scopes.items())
    versions += sorted(f"{slug}={scope.version}" for slug, scope in page.rasters.items())
    revision = f"{page.dashboard.revision}"
    return _hash(
        rights_key(page), revision, page.state.query, stable_digest(layout), get_language() or "", *versions
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _same(visitor: Visitor, digest: str) -> PaperOrder | None:
    """Return the person's own order of this file, on its way or ready."""
    if visitor.is_anonymous:
        return None
    mine = PaperOrder.objects.filter(user=visitor.user_id, digest=digest, state__in=_WANTED)
    return next((one for one in mine if one.is_unfinished or one.path.exists()), None)


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
