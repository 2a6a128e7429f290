"""Prepared files: they do not stay, no asker fills their queue, and one that breaks says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from layers.errors import Busy, TooManyRequests
from layers.models import PreparedFile, PreparedFileQuerySet
from layers.services.storage import check_space
from layers.services.work_folders import old_files, remove_abandoned
from layers.visitor import Visitor
from layers.vocabulary import OrderState

# What nobody is writing any more, an hour after it was last touched.
_LEFT_S = 3_600
_ROW_DAYS = 7
_RETRY_AFTER_S = 60
_Order = TypeVar("_Order", bound=PreparedFile)
# Stored digests are keyed by this text: it stays, wherever this module moves.
_CLIENT_SALT = "layers.services.prepared_files"
_HELD = (OrderState.READY, OrderState.WAITING, OrderState.RUNNING)


def clean_prepared(orders: PreparedFileQuerySet[_Order], folder: Path) -> int:
    """Remove files past their time, the oldest above the room allowed, and remains; return how many files expired.

    ``orders`` are all those whose files are in ``folder``.
    """
    now = timezone.now()
    limit = now - dt.timedelta(hours=settings.PREPARED_KEPT_HOURS)
    room, expired = settings.PREPARED_MAX_BYTES, 0
    for order in orders.filter(state=OrderState.READY).order_by("-finished_at"):
        room -= order.written_bytes
        if room < 0 or order.finished_at is None or order.finished_at < limit:
            order.path.unlink(missing_ok=True)
            expired += orders.filter(pk=order.pk).update(state=OrderState.EXPIRED)
    old = orders.filter(finished_at__lt=now - dt.timedelta(days=_ROW_DAYS))
    old.exclude(state=OrderState.READY).delete()
    _remove_remains(orders, folder)
    return expired


def _remove_remains(orders: PreparedFileQuerySet[_Order], folder: Path) -> None:
    """Remove what no order that is ready or on its way owns: halves of dead workers, files of deleted accounts."""
    if not folder.is_dir():
        return
    remove_abandoned(folder)
    owned = {str(pk) for pk in orders.filter(state__in=_HELD).values_list("pk", flat=True)}
    for path in old_files(folder, age_s=_LEFT_S):
        if path.name[:36] not in owned:
            path.unlink(missing_ok=True)


def check_room(orders: PreparedFileQuerySet[_Order], asker: str, folder: Path) -> None:
    """Refuse one more order when an asker has enough of them in the queue, or all have; nobody's are not bounded.

    Raises:
        StorageFull: the disk of ``folder``, where the file would be, has no room.
        TooManyRequests: too many of this asker's wait.
        Busy: too many of all.
    """
    check_space(folder)
    if not asker:
        return
    unfinished = orders.unfinished()
    if unfinished.filter(asker=asker).count() >= settings.PREPARED_MAX_WAITING_EACH:
        raise TooManyRequests(
            _("Vos autres fichiers sont en préparation : recommencez quand l’un d’eux sera prêt."),
            retry_after=_RETRY_AFTER_S,
        )
    if unfinished.count() >= settings.PREPARED_MAX_WAITING:
        raise Busy(
            _("Beaucoup de fichiers sont déjà en préparation : recommencez dans quelques minutes."),
            retry_after=_RETRY_AFTER_S,
        )


@contextmanager
def told_when_broken(orders: PreparedFileQuerySet[_Order], pk: UUID) -> Iterator[None]:
    """Say on the page of an order that a fault of ours stopped its work; the fault goes on to the worker's log."""
    is_whole = False
    try:
        yield
        is_whole = True
    finally:
        if not is_whole:
            orders.fail(pk, _("Le fichier n’a pas pu être préparé : l’erreur est consignée."))


def asker_digest(visitor: Visitor) -> str:
    """Return what the orders of an asker are counted by: no address is stored. Empty when the work is nobody's."""
    if not visitor.asker:
        return ""
    return salted_hmac(_CLIENT_SALT, visitor.asker, algorithm="sha256").hexdigest()
