"""Orders of prepared exports: asked, found again with the rights of the moment, cancelled, asked once more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from layers import access, queries
from layers.errors import TooManyRequests, UnknownLayer
from layers.formats.exports import FORMATS, Format, estimate_seconds
from layers.parsing.query import Parameters
from layers.queries import Selection
from layers.services.exports import digest_of, export_freshness, is_prepared
from layers.visitor import Visitor
from ogc.errors import UnknownPrepared
from ogc.models import Prepared
from ogc.parsing import parse_export
from ogc.vocabulary import PreparedState

_RETRY_AFTER_S = 60


@dataclass(frozen=True, slots=True)
class Order:
    """A prepared export as its asker may see it now."""

    prepared: Prepared
    scope: access.Scope
    kind: Format


def takes_long(selection: Selection, kind: Format) -> bool:
    """Whether a person would wait too long for the file: it is neither small nor there already."""
    return not is_prepared(selection, kind) and estimate_seconds(selection, kind) > settings.PREPARED_ABOVE_S


def order_export(*, selection: Selection, kind: Format, parameters: Parameters) -> tuple[Prepared, bool]:
    """Return the prepared export of a question, and whether it is new: then a worker must be told.

    A person who asks for the same again gets the same one. ``parameters`` are those of the request, as they came.

    Raises:
        TooManyRequests: too many exports of visitors without an account are waiting.
    """
    visitor = selection.scope.visitor
    digest = digest_of(export_freshness(selection, kind))
    same = _same(visitor, digest)
    if same is not None:
        return same, False
    if visitor.is_anonymous:
        _check_room()
    new = Prepared(
        user_id=visitor.user_id,
        portal=visitor.portal,
        layer=selection.scope.slug,
        extension=kind.extension,
        parameters={name: list(values) for name, values in parameters.items()},
        language=get_language() or settings.LANGUAGE_CODE,
        key=selection.scope.key,
        digest=digest,
        total_rows=selection.count(),
        estimated_s=estimate_seconds(selection, kind),
    )
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # the same person, at the same moment
        same = _same(visitor, digest)
        if same is None:
            raise
        return same, False
    return new, True


def find_order(*, pk: UUID, visitor: Visitor) -> Order:
    """Return a prepared export to who asked for it, as long as the rights are the same.

    Raises:
        UnknownPrepared: no such export; somebody else's; or the rights changed since, in any way.
    """
    prepared = Prepared.objects.filter(pk=pk).first()
    if prepared is None or (prepared.user_id is not None and prepared.user_id != visitor.user_id):
        raise UnknownPrepared
    try:
        scope = access.scope(visitor, prepared.layer)
    except UnknownLayer as error:
        raise UnknownPrepared from error
    if scope.key != prepared.key or not scope.can_download or prepared.extension not in FORMATS:
        raise UnknownPrepared
    return Order(prepared, scope, FORMATS[prepared.extension])


def orders_of(visitor: Visitor) -> list[Order]:
    """Return what a person asked for on this portal and may still fetch, latest first; nothing without an account."""
    if visitor.user_id is None:
        return []
    scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.can_download}
    mine = Prepared.objects.filter(user=visitor.user_id, layer__in=scopes, extension__in=FORMATS)
    return [
        Order(prepared, scopes[prepared.layer], FORMATS[prepared.extension])
        for prepared in mine.order_by("-created_at")
        if prepared.key == scopes[prepared.layer].key
    ]


def remove(*, prepared: Prepared) -> None:
    """Forget an order and its file; a worker that is at it stops within some seconds and leaves nothing."""
    cancel(prepared=prepared)
    path = prepared.path
    Prepared.objects.filter(pk=prepared.pk).delete()
    path.unlink(missing_ok=True)


def selection_of(prepared: Prepared, visitor: Visitor) -> Selection:
    """Return what was asked, selected again through the door.

    Raises:
        UnknownPrepared: the rights are not those of the demand.
        BadRequest: the layer changed and the question has no sense any more.
    """
    scope = find_order(pk=prepared.pk, visitor=visitor).scope
    is_located = scope.definition.geometry.is_located
    with override(prepared.language):
        query = parse_export(prepared.parameters, scope.filterable, is_located=is_located)
        return queries.select(scope, query)


def cancel(*, prepared: Prepared) -> bool:
    """Cancel what is not finished; False when it was. A worker that is at it stops within some seconds."""
    unfinished = Prepared.objects.unfinished().filter(pk=prepared.pk)
    return bool(unfinished.update(state=PreparedState.CANCELLED, finished_at=timezone.now()))


def order_again(*, prepared: Prepared, visitor: Visitor) -> tuple[Prepared, bool]:
    """Order the same question once more, of the data of now.

    Raises:
        UnknownPrepared, BadRequest, TooManyRequests: as ``selection_of`` and ``order_export``.
    """
    selection = selection_of(prepared, visitor)
    return order_export(selection=selection, kind=FORMATS[prepared.extension], parameters=prepared.parameters)


def _same(visitor: Visitor, digest: str) -> Prepared | None:
    """Return the person's own export of this question, on its way or ready."""
    if visitor.is_anonymous:
        return None
    mine = Prepared.objects.filter(user=visitor.user_id, digest=digest)
    wanted = mine.filter(state__in=[PreparedState.WAITING, PreparedState.RUNNING, PreparedState.READY])
    return next((one for one in wanted if one.is_unfinished or one.path.exists()), None)


def _check_room() -> None:
    waiting = Prepared.objects.unfinished().filter(user=None).count()
    if waiting >= settings.PREPARED_MAX_WAITING:
        raise TooManyRequests(
            _("Beaucoup de fichiers sont déjà en préparation : recommencez dans quelques minutes."),
            retry_after=_RETRY_AFTER_S,
        )
