"""What takes longer to read than a request may wait, read beside the requests: once at a time in a process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from django.db import DatabaseError, InterfaceError, connection

logger = logging.getLogger(__name__)
_under_way = Lock()


def read_beside(read: Callable[[], object]) -> bool:
    """Run ``read`` in a thread with a connection of its own; return False, and run nothing, while another one runs."""
    if not _under_way.acquire(blocking=False):
        return False
    Thread(target=_run, args=(read,), name="read-beside", daemon=True).start()
    return True


def _run(read: Callable[[], object]) -> None:
    try:
        read()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("vocabulary: not read: %s", error)
    finally:
        connection.close()  # of this thread: back to the pool
        _under_way.release()
