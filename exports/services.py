"""Prepared exports: asked, found again with the rights of the moment, written by a worker, cancelled, cleaned."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from export_formats import FORMATS, Format, Progress, WrittenFile, estimate_seconds, watching, write_export
from export_formats.services import digest_of, export_freshness, is_prepared
from exports.errors import UnknownOrder
from exports.models import ExportOrder, ExportOrderQuerySet
from exports.parsing import parse_export, parse_format
from layers import access, queries
from layers.errors import LayersError, UnknownLayer
from layers.parsing.query import DISJOINT, TOUCHING, Parameters, parse_spatial_relations
from layers.queries import Selection
from layers.services.jobs import (
    account_visitor,
    check_room,
    clean_prepared,
    client_digest,
    fail_on_error,
    heartbeat,
)
from layers.services.storage import check_space, storage_fault
from layers.services.work_folders import private_folder, work_folder
from layers.sql.advisory_locks import lock_name
from layers.visitor import Visitor
from layers.vocabulary import OrderState


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """A prepared export as the person who asked for it may see it now.

    ``joined`` is ``scope`` with the other layers of the query.
    """

    order: ExportOrder
    scope: access.Scope
    kind: Format
    joined: access.Scope


def is_long_export(selection: Selection, kind: Format) -> bool:
    """Whether a person would wait too long for the file: it is neither small nor there already."""
    return not is_prepared(selection, kind) and estimate_seconds(selection, kind) > settings.PREPARED_ABOVE_S


def order_export(*, selection: Selection, kind: Format, parameters: Parameters) -> tuple[ExportOrder, bool]:
    """Return the prepared export of a query, and whether it is new: then the caller enqueues it.

    A person who asks for the same again gets the same one. ``parameters`` are those of the request, as they came.

    Raises:
        TooManyRequests: too many exports of this asker are waiting.
        Busy: too many of all.
        StorageFull: there is no room for the file.
    """
    visitor = selection.scope.visitor
    digest = digest_of(export_freshness(selection, kind))
    same = _same(visitor, digest)
    if same is not None:
        return same, False
    client_key = client_digest(visitor)
    folder = Path(settings.PREPARED_FOLDER)
    check_room(
        ExportOrder.objects.all(), client_key, folder
    )  # before anything is counted, which may take long
    new = ExportOrder(
        user_id=visitor.user_id,
        asker=client_key,
        portal=visitor.portal,
        layer=selection.scope.slug,
        extension=kind.extension,
        parameters={name: list(values) for name, values in parameters.items()},
        language=get_language() or settings.LANGUAGE_CODE,
        key=selection.scope.key,
        digest=digest,
        total_rows=selection.timed_count("count"),
        estimated_s=estimate_seconds(selection, kind),
    )
    try:
        with transaction.atomic():
            lock_name("export orders")
            check_room(ExportOrder.objects.all(), client_key, folder)
            new.save(force_insert=True)
    except IntegrityError:  # the same person, at the same moment
        same = _same(visitor, digest)
        if same is None:
            raise
        return same, False
    return new, True


def find_order(*, pk: UUID, visitor: Visitor) -> OwnOrder:
    """Return a prepared export to who asked for it, as long as the rights are the same.

    Raises:
        UnknownOrder: no such export; somebody else's; or the rights changed since, in any way.
    """
    order = ExportOrder.objects.filter(pk=pk).first()
    if order is None or (order.user_id is not None and order.user_id != visitor.user_id):
        raise UnknownOrder
    try:
        scope = access.scope(visitor, order.layer)
    except UnknownLayer as error:
        raise UnknownOrder from error
    own = _own(order, scope)
    if own is None or not scope.can_download:
        raise UnknownOrder
    return own


def orders_of(visitor: Visitor) -> list[OwnOrder]:
    """Return what a person asked for on this portal and may still fetch, latest first; nothing without an account."""
    if visitor.user_id is None:
        return []
    scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.can_download}
    own_orders = ExportOrder.objects.filter(user=visitor.user_id, layer__in=scopes, extension__in=FORMATS)
    owned = (_own(order, scopes[order.layer]) for order in own_orders.order_by("-created_at"))
    return [own for own in owned if own is not None]


def remove(*, order: ExportOrder) -> None:
    """Forget an order and its file; a worker that is at it stops within some seconds and leaves nothing."""
    cancel(order=order)
    path = order.path
    ExportOrder.objects.filter(pk=order.pk).delete()
    path.unlink(missing_ok=True)


def selection_of(order: ExportOrder, visitor: Visitor) -> Selection:
    """Return the rows of an export, selected again through the access layer.

    Raises:
        UnknownOrder: the rights are not those of the demand.
        BadRequest: the layer changed and the question has no sense any more.
    """
    scope = find_order(pk=order.pk, visitor=visitor).scope
    with override(order.language):
        query = parse_export(order.parameters, scope)
        return queries.select(scope, query)


def format_of(order: ExportOrder) -> Format:
    """Return the format that was asked, in the form that was asked."""
    return parse_format(order.extension, order.parameters)


def cancel(*, order: ExportOrder) -> bool:
    """Cancel what is not finished; False when it was. A worker that is at it stops within some seconds."""
    return ExportOrder.objects.cancel(order.pk)


def order_again(*, order: ExportOrder, visitor: Visitor) -> tuple[ExportOrder, bool]:
    """Order the same question once more, of the data of now.

    Raises:
        UnknownOrder, BadRequest, TooManyRequests, Busy: as ``selection_of`` and ``order_export``.
    """
    selection = selection_of(order, visitor)
    return order_export(selection=selection, kind=format_of(order), parameters=order.parameters)


def _own(order: ExportOrder, scope: access.Scope) -> OwnOrder | None:
    """Return the order when the rights on all it asks, other layers included, are those it was asked with."""
    relations = [
        one
        for name in (TOUCHING, DISJOINT)
        for one in parse_spatial_relations(order.parameters.get(name, ()), parameter=name)
    ]
    try:
        joined = access.joined(scope, access.scopes(scope.visitor, [one.layer for one in relations]))
    except UnknownLayer:
        return None
    if joined.key != order.key or order.extension not in FORMATS:
        return None
    return OwnOrder(order, scope, format_of(order), joined)


def _same(visitor: Visitor, digest: str) -> ExportOrder | None:
    """Return the person's own export of this question, on its way or ready."""
    if visitor.is_anonymous:
        return None
    own_orders = ExportOrder.objects.filter(user=visitor.user_id, digest=digest)
    usable = own_orders.filter(state__in=[OrderState.WAITING, OrderState.RUNNING, OrderState.READY])
    return next((one for one in usable if one.is_unfinished or one.path.exists()), None)


# How often the page is told of what is written, and a cancellation looked for.
_WATCH_S = 1.0


def prepare(*, pk: UUID) -> None:
    """Prepare an export that waits, or that a worker left in the middle. Anything else is left as it is."""
    order = _begin(pk)
    if order is None:
        return
    with override(order.language), fail_on_error(ExportOrder.objects.all(), order.pk):
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


def _begin(pk: UUID) -> ExportOrder | None:
    """Mark an order as running; one that took several workers with it is given up."""
    has_begun = ExportOrder.objects.begin(pk, written_rows=0)
    order = ExportOrder.objects.filter(pk=pk).first() if has_begun else None
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
        with watching(lambda: check_space(folder)) as progress, _heartbeat(order, own, progress):
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


def _heartbeat(order: ExportOrder, folder: Path, progress: Progress) -> AbstractContextManager[None]:
    """Store how many rows and bytes are written, and stop the read when the export is cancelled."""

    def tell() -> bool:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return bool(_running(order).update(written_bytes=size, written_rows=progress.rows))

    return heartbeat(tell, every_s=_WATCH_S, name=str(order.pk))


def clean_files() -> int:
    """Remove exports past their time, the oldest above the room allowed, and remains; return how many expired."""
    return clean_prepared(ExportOrder.objects.all(), Path(settings.PREPARED_FOLDER))
