"""Orders of prepared exports: asked, found again with the rights of the moment, cancelled, asked once more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language, override

from export_formats import FORMATS, Format, estimate_seconds
from export_formats.services import digest_of, export_freshness, is_prepared
from exports.errors import UnknownOrder
from exports.models import ExportOrder
from exports.parsing import parse_export, parse_format
from layers import access, queries
from layers.errors import UnknownLayer
from layers.parsing.query import Parameters
from layers.parsing.touching import DISJOINT, parse_touching
from layers.parsing.touching import PARAMETER as TOUCHING
from layers.queries import Selection
from layers.services.prepared_files import asker_digest, check_room
from layers.sql.slots import one_at_a_time
from layers.visitor import Visitor
from layers.vocabulary import OrderState


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """A prepared export as its asker may see it now. ``joined`` is ``scope`` with the other layers of the question."""

    order: ExportOrder
    scope: access.Scope
    kind: Format
    joined: access.Scope


def is_long_export(selection: Selection, kind: Format) -> bool:
    """Whether a person would wait too long for the file: it is neither small nor there already."""
    return not is_prepared(selection, kind) and estimate_seconds(selection, kind) > settings.PREPARED_ABOVE_S


def order_export(*, selection: Selection, kind: Format, parameters: Parameters) -> tuple[ExportOrder, bool]:
    """Return the prepared export of a question, and whether it is new: then a worker must be told.

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
    asker = asker_digest(visitor)
    folder = Path(settings.PREPARED_FOLDER)
    check_room(ExportOrder.objects.all(), asker, folder)  # before anything is counted, which may take long
    new = ExportOrder(
        user_id=visitor.user_id,
        asker=asker,
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
            one_at_a_time("export orders")
            check_room(ExportOrder.objects.all(), asker, folder)
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
    mine = ExportOrder.objects.filter(user=visitor.user_id, layer__in=scopes, extension__in=FORMATS)
    owned = (_own(order, scopes[order.layer]) for order in mine.order_by("-created_at"))
    return [own for own in owned if own is not None]


def remove(*, order: ExportOrder) -> None:
    """Forget an order and its file; a worker that is at it stops within some seconds and leaves nothing."""
    cancel(order=order)
    path = order.path
    ExportOrder.objects.filter(pk=order.pk).delete()
    path.unlink(missing_ok=True)


def selection_of(order: ExportOrder, visitor: Visitor) -> Selection:
    """Return what was asked, selected again through the door.

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
    asked = [
        one
        for name in (TOUCHING, DISJOINT)
        for one in parse_touching(order.parameters.get(name, ()), parameter=name)
    ]
    try:
        joined = access.joined(scope, access.scopes(scope.visitor, [one.layer for one in asked]))
    except UnknownLayer:
        return None
    if joined.key != order.key or order.extension not in FORMATS:
        return None
    return OwnOrder(order, scope, format_of(order), joined)


def _same(visitor: Visitor, digest: str) -> ExportOrder | None:
    """Return the person's own export of this question, on its way or ready."""
    if visitor.is_anonymous:
        return None
    mine = ExportOrder.objects.filter(user=visitor.user_id, digest=digest)
    wanted = mine.filter(state__in=[OrderState.WAITING, OrderState.RUNNING, OrderState.READY])
    return next((one for one in wanted if one.is_unfinished or one.path.exists()), None)
