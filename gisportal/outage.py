"""When PostgreSQL is away: how to recognise it, how long requests then wait, and a short log.

Stopped, restarting, out of connections: the request fails at its first query, in a view or in a middleware, and
Django calls ``handler500`` (``gisportal.problems.server_error``), which answers 503. This module is loaded with the
log, before the applications: it imports nothing of the portal.

The first request waits for a connection as long as the pool allows, since a restart takes a second or two. Once one
has waited in vain the next ones hardly wait, so that the threads of the server stay free for what needs no database;
the first success restores the normal wait.
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from django.db import DatabaseError, Error, connection
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

HURRIED_SECONDS = 0.25
_POOL_FAULTS = (PoolClosed, PoolTimeout, TooManyRequests)
# Class 08, connection exceptions; 53300, too many connections; 57P01 to 57P05, the server stops or starts
# (PostgreSQL, appendix A). A connection that was refused or cut has no code at all.
_CODES = ("08", "53300", "57P0")


class Outage:
    """The state of the database for this process: whether it was away at the last query."""

    def __init__(self) -> None:
        self.is_known = False
        self._patience: float | None = None

    def begin(self, error: BaseException) -> None:
        """Record it; after a cut drop the dead connections, after a wait in vain stop waiting."""
        self.is_known = True
        pool = _pool()
        if pool is None:
            return
        if not isinstance(_origin(error), _POOL_FAULTS):
            pool.check()
        elif self._patience is None:
            self._patience, pool.timeout = pool.timeout, HURRIED_SECONDS

    def end_if_over(self) -> None:
        """Wait as usual again, if the request just answered had a connection that works."""
        if not self.is_known or connection.connection is None or not connection.is_usable():
            return
        self.is_known = False
        if self._patience is not None:
            _pool().timeout, self._patience = self._patience, None

    def is_on(self) -> bool:
        """Whether the database is still away; without a query as long as none has failed."""
        if not self.is_known:
            return False
        try:
            connection.ensure_connection()
        except DatabaseError:
            return True
        self.end_if_over()
        return self.is_known


OUTAGE = Outage()


class OneLine(logging.Filter):
    """Writes a database that is away as one line with its cause: a traceback a request would hide everything else."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record, never drop it."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and is_outage(error):
            cause = str(error).strip().partition("\n")[0]
            record.msg, record.args = f"{record.getMessage()} (database: {cause})", ()
            record.exc_info = record.exc_text = None
        if not record.exc_info:
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return True


def is_outage(error: BaseException) -> bool:
    """Whether the database is away, as opposed to a wrong or too costly query."""
    origin = _origin(error)
    if isinstance(origin, _POOL_FAULTS):
        return True
    if isinstance(origin, psycopg.OperationalError):
        return not origin.sqlstate or origin.sqlstate.startswith(_CODES)
    # What is asked of a connection that was cut a moment before, in the same request.
    is_cut = connection.connection is None or connection.connection.closed
    return isinstance(origin, psycopg.InterfaceError) and is_cut


def _origin(error: BaseException) -> BaseException:
    """Return psycopg's error behind Django's."""
    return error.__cause__ if isinstance(error, Error) and error.__cause__ else error


def _pool() -> Any:
    """Return the pool of connections, None without one."""
    return getattr(connection, "pool", None)
