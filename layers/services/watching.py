"""A long work of a worker, watched while it goes on: what is done is told every so often, and a cancellation stops it.

What a task does on behalf of an account is done with the rights that the account has at that moment.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from layers.visitor import Visitor


@contextmanager
def watched(tell: Callable[[], bool], *, every_s: float, name: str) -> Iterator[None]:
    """Call ``tell`` every so often while the block runs, in a thread with a connection of its own.

    When it answers False nobody wants the work any more: the statement under way on the block's connection is
    cancelled, and so is the next one, until the block ends.
    """
    connection.ensure_connection()
    ended, worked_on = threading.Event(), connection.connection

    def watch() -> None:
        try:
            while not ended.wait(every_s):
                if not tell():
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
    """Return who an account is at this moment: ``settings.VISITOR_OF_ACCOUNT`` knows."""
    visitor = import_string(settings.VISITOR_OF_ACCOUNT)(user_id, portal)
    assert isinstance(visitor, Visitor)
    return replace(visitor, may_write=may_write)
