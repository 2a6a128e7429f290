"""Jobs that prepare a file: bounded by client, failed when they break, cancelled on request, cleaned."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from layers.errors import Busy, TooManyRequests
from layers.models import PreparedFile, PreparedFileQuerySet
from layers.services.storage import check_space
from layers.services.work_folders import old_files, remove_abandoned
from layers.visitor import Visitor
from layers.vocabulary import OrderState

# A file that nobody changed for an hour is written no more.
_STALE_S = 3_600
_ROW_DAYS = 7
_RETRY_AFTER_S = 60
_Order = TypeVar("_Order", bound=PreparedFile)
# Stored digests are keyed by this text: it stays, wherever this module moves.
_CLIENT_SALT = "layers.services.prepared_files"
_UNFINISHED_OR_READY = (OrderState.READY, OrderState.WAITING, OrderState.RUNNING)


def clean_prepared(orders: PreparedFileQuerySet[_Order], folder: Path) -> int:
    """Remove files past their time, the oldest above the room allowed, and stale files; return how many files expired.

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
    _remove_stale_files(orders, folder)
    return expired


def _remove_stale_files(orders: PreparedFileQuerySet[_Order], folder: Path) -> None:
    """Remove the files of no job that is ready or on its way: halves of dead workers, files of deleted accounts."""
    if not folder.is_dir():
        return
    remove_abandoned(folder)
    owned = {str(pk) for pk in orders.filter(state__in=_UNFINISHED_OR_READY).values_list("pk", flat=True)}
    for path in old_files(folder, age_s=_STALE_S):
        if path.name[:36] not in owned:
            path.unlink(missing_ok=True)


def check_room(orders: PreparedFileQuerySet[_Order], client_key: str, folder: Path) -> None:
    """Refuse one more job when a client, or all of them, have enough in the queue; those of no client are not bounded.

    Raises:
        StorageFull: the disk of ``folder``, where the file would be, has no room.
        TooManyRequests: too many of this client wait.
        Busy: too many of all.
    """
    check_space(folder)
    if not client_key:
        return
    unfinished = orders.unfinished()
    if unfinished.filter(asker=client_key).count() >= settings.PREPARED_MAX_WAITING_EACH:
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
def fail_on_error(orders: PreparedFileQuerySet[_Order], pk: UUID) -> Iterator[None]:
    """Fail a job whose block raises: its page says so, and the error reaches the worker's log."""
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not is_done:
            orders.fail(pk, _("Le fichier n’a pas pu être préparé : l’erreur est consignée."))


def client_digest(visitor: Visitor) -> str:
    """Return the key by which the jobs of a client are counted: no address is stored. Empty without a client."""
    if not visitor.client_key:
        return ""
    return salted_hmac(_CLIENT_SALT, visitor.client_key, algorithm="sha256").hexdigest()


@contextmanager
def heartbeat(beat: Callable[[], bool], *, every_s: float, name: str) -> Iterator[None]:
    """Call ``beat`` at intervals while the block runs, in a thread with a connection of its own.

    When it returns False the work is unwanted: the statement under way on the block's connection is cancelled, and so
    are the next ones, until the block ends.
    """
    connection.ensure_connection()
    ended, worked_on = threading.Event(), connection.connection

    def watch() -> None:
        try:
            while not ended.wait(every_s):
                if not beat():
                    with contextlib.suppress(psycopg.Error):  # the work ended, and its connection with it
                        worked_on.cancel_safe()
        finally:
            connection.close()

    watcher = threading.Thread(target=watch, name=f"watch-{name}", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def account_visitor(user_id: int | None, portal: str = "", *, may_write: bool = False) -> Visitor:
    """Return the visitor of an account with its rights of now (``settings.VISITOR_OF_ACCOUNT``)."""
    visitor = import_string(settings.VISITOR_OF_ACCOUNT)(user_id, portal)
    assert isinstance(visitor, Visitor)
    return replace(visitor, may_write=may_write)
