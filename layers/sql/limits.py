"""Time limits of reads by kind, the error of one that takes longer, and ``COPY``, which ends with its block."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg.errors
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import Connection, Copy, Cursor
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus

from layers.errors import Busy, TooSlow
from layers.sql.costs import examine, reading
from layers.sql.query_limiter import check_time, extend, time_left, time_over

# Starting a parallel worker costs more than a page or a tile, and takes the core that serves somebody else.
_SINGLE_PROCESS = frozenset({"page", "list", "tile"})
# Reads of every row of an answer: the request that they are for may last as long.
_LONG = frozenset({"whole", "export"})
# Groups leave a parallel worker one by one, and the planner takes a period for as many groups as there are instants in
# it: at its own price for each, a million rows by year would be read by one process.
_GROUPING = frozenset({"aggregate"})
_LIMITS = """
SELECT set_config('statement_timeout', %s, true),
       CASE WHEN %s THEN set_config('max_parallel_workers_per_gather', '0', true) END,
       CASE WHEN %s THEN set_config('parallel_tuple_cost', '0.01', true) END
"""
# Who asks several things at once shares the processes with themselves: on two cores two statements of one process each
# end sooner than two that take turns on both.
_SHARED = """
SELECT set_config('max_parallel_workers_per_gather', greatest(0, least(
    current_setting('max_parallel_workers_per_gather')::int,
    current_setting('max_parallel_workers')::int / %s - 1
))::text, true)
"""
_WORK = """
SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),
       set_config('idle_in_transaction_session_timeout', %s, true)
"""
# PostgreSQL runs the statements of one message in one transaction. PostGIS's functions cost so much in the planner's
# units that a tile would be compiled by LLVM where ``jit`` is on, which takes longer than the tile.
_ALONE = (
    "SET LOCAL statement_timeout = %s; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; "
)
_ALONE_IN_PIPELINE = """
SELECT set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true),
       set_config('jit', 'off', true)
"""
# Only the first statement of a transaction may say so.
_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"

# What ends a read, by kind: how to ask for less.
_TOO_SLOW = {
    "tile": gettext_lazy("Cette tuile demande plus de %d secondes : zoomez, ou filtrez la couche."),
    "list": gettext_lazy(
        "Cette liste demande plus de %d secondes : ajoutez un filtre, réduisez l’emprise "
        "ou demandez moins d’objets à la fois."
    ),
    "map": gettext_lazy(
        "Cette carte demande plus de %d secondes : affichez moins de couches, réduisez l’emprise ou ajoutez un filtre."
    ),
    "count": gettext_lazy(
        "Compter les objets demande plus de %d secondes : choisissez une commune, réduisez l’emprise "
        "ou resserrez le filtre."
    ),
    "export": gettext_lazy(
        "Ce fichier demande plus de %d secondes : exportez une commune à la fois, réduisez l’emprise "
        "ou ajoutez un filtre."
    ),
    "aggregate": gettext_lazy(
        "Ces totaux demandent plus de %d secondes : ajoutez un filtre ou réduisez l’emprise."
    ),
}
_ANYTHING = gettext_lazy(
    "La réponse demande plus de %d secondes : réduisez l’emprise, le filtre ou le nombre d’objets."
)
_OUTER: ContextVar[float] = ContextVar("outer_limit", default=0)


@contextmanager
def time_limit(kind: str, *, parallel_queries: int = 1, is_grouping: bool = False) -> Iterator[None]:
    """Run the block in a transaction whose statements stop after ``LAYER_TIMEOUTS[kind]`` seconds.

    ``parallel_queries`` is how many such reads one client has under way at once: they share the processes of the
    server. What ``is_grouping`` groups the rows of a table for others too, whatever its kind: several processes may.

    All of them see one snapshot, unless a transaction was open before: the count, the rows and the place where the
    next page starts then agree, whatever is written meanwhile. After a block inside another, the outer limit
    holds again. A ``COPY`` that began in the block ends with it.

    Raises:
        TooSlow: PostgreSQL cancelled a statement of the block, or the time of the request is over.
    """
    if kind in _LONG:
        extend(settings.LAYER_TIMEOUTS[kind])
    seconds = _seconds(kind)
    snapshot = "" if connection.in_atomic_block else _ONE_SNAPSHOT
    outer = _OUTER.get()
    token = _OUTER.set(seconds)
    try:
        with (
            _clear(kind, seconds), reading(kind), transaction.atomic(), closing_reads(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            is_grouped = is_grouping or kind in _GROUPING
            is_single = kind in _SINGLE_PROCESS and not is_grouped
            limits: list[str | int] = [_timeout(seconds), is_single, is_grouped]
            shared = f";{_SHARED}" if parallel_queries > 1 else ""
            cursor.execute(snapshot + _LIMITS + shared, [*limits, parallel_queries] if shared else limits)
            yield
            if outer:
                cursor.execute(_LIMITS, [_timeout(outer), False, False])
    finally:
        _OUTER.reset(token)


@contextmanager
def one_read(kind: str, statement: str, parameters: Sequence[Any]) -> Iterator[Any]:
    """Yield the psycopg cursor of a SELECT that stops after ``LAYER_TIMEOUTS[kind]`` seconds and uses one process.

    For the page or the tile that is a single statement: it travels with its limits in one message, which saves the
    opening and the closing of a transaction. Its rows are held in memory.

    Raises:
        TooSlow: PostgreSQL cancelled the statement, or the time of the request is over.
        TooCostly, Busy: see ``layers.sql.costs.examine``.
    """
    seconds = _seconds(kind)
    examine(statement, parameters)
    with _clear(kind, seconds), connection.cursor() as cursor:
        cursor.execute(_ALONE + statement, [_timeout(seconds), *parameters])
        raw_cursor = cursor.cursor
        while raw_cursor.nextset():
            pass
        yield raw_cursor


def read_rows(kind: str, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of ``values_list`` as Django does, fields before annotations, by ``one_read``.

    Raises:
        TooSlow, TooCostly, Busy: as ``one_read``.
    """
    compiler = rows.query.get_compiler(connection.alias)
    try:
        statement, parameters = compiler.as_sql()
    except EmptyResultSet:
        return []
    with one_read(kind, statement, parameters) as cursor:
        return list(compiler.results_iter([cursor.fetchall()], tuple_expected=True))


def binary_row(kind: str, statement: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
    """Return the only row of a SELECT in binary, under the limits of ``one_read``.

    For bytes, which text would write as two digits each. A binary query takes a message of its own; a pipeline sends
    it with that of its limits, in the same transaction.

    Raises:
        TooSlow, TooCostly, Busy: as ``one_read``.
    """
    seconds = _seconds(kind)
    examine(statement, parameters)
    with _clear(kind, seconds), connection.wrap_database_errors, connection.cursor() as cursor:
        written = cursor.cursor.mogrify(statement, parameters)
        answer: Cursor[tuple[Any, ...]] = Cursor(connection.connection)
        with connection.connection.pipeline():
            cursor.execute(_ALONE_IN_PIPELINE, [_timeout(seconds)])
            answer.execute(written, binary=True)
        # Asked before its end, the pipeline would wait twice.
        (row,) = answer.fetchall()
    return row


@contextmanager
def work_limit(kind: str) -> Iterator[None]:
    """Run writes in a transaction whose statements have ``WORK_TIMEOUTS[kind]`` seconds: longer than any request.

    An import is a few long statements, between which a file is read.

    Raises:
        TooSlow: PostgreSQL cancelled a statement of the block.
    """
    seconds: int = settings.WORK_TIMEOUTS[kind]
    with _clear(kind, seconds), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WORK, [f"{seconds}s"] * 3)
        yield


def time_fault(error: BaseException) -> TooSlow | Busy | None:
    """Return the fault for a statement that PostgreSQL stopped, wherever it ran; None for any other error."""
    origin = error.__cause__ if isinstance(error, OperationalError) else error
    if isinstance(origin, psycopg.errors.QueryCanceled):
        return TooSlow(
            _("La réponse demande trop de temps : réduisez l’emprise, le filtre ou le nombre d’objets.")
        )
    if isinstance(origin, psycopg.errors.LockNotAvailable):
        return Busy(
            _("Ces données sont en cours de modification : recommencez dans %d secondes.")
            % settings.HEAVY_RETRY_S,
            retry_after=settings.HEAVY_RETRY_S,
        )
    return None


@contextmanager
def _clear(kind: str, seconds: float) -> Iterator[None]:
    """Say in words that a statement was cancelled, whether Django or psycopg ran it."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise _too_slow(kind, seconds) from error
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise _too_slow(kind, seconds) from error
        raise


def _seconds(kind: str) -> float:
    """Return how long a read may take: the limit of its kind, or what is left of the time of the request.

    Raises:
        TooSlow: nothing is left.
    """
    check_time()
    limit: float = settings.LAYER_TIMEOUTS[kind]
    return min(limit, time_left())


def _timeout(seconds: float) -> str:
    """Return a limit as PostgreSQL reads it; 0 would be none."""
    return f"{max(round(seconds * 1000), 1)}ms"


def _too_slow(kind: str, seconds: float) -> TooSlow:
    if seconds < settings.LAYER_TIMEOUTS.get(kind, 0):
        return time_over()
    return TooSlow(str(_TOO_SLOW.get(kind, _ANYTHING)) % seconds)


Part = TypeVar("Part")
# In text and CSV, PostgreSQL looks at every character for one to escape: a sixth of the time of a layer in GML.
_COPY = r"COPY (SELECT coalesce(row_.written::text, '') || E'\n' FROM ({}) AS row_(written)) TO STDOUT (FORMAT binary)"
# The signature, flags and extension length before the first row; the number of columns and the length before a value;
# and what comes instead of a row at the end (PostgreSQL, COPY, "Binary Format").
_FILE_HEAD, _ROW_HEAD, _TRAILER = 19, 6, b"\xff\xff"


_READS: ContextVar[ExitStack | None] = ContextVar("open reads", default=None)


@contextmanager
def closing_reads() -> Iterator[None]:
    """End with the block every ``COPY`` that began in it.

    An error in the code that writes the rows leaves the generator of the read suspended, and the connection in the
    middle of a ``COPY``: the ROLLBACK that follows would wait for ever.
    """
    with ExitStack() as reads:
        token = _READS.set(reads)
        try:
            yield
        finally:
            reads.close()
            _READS.reset(token)


def closed_with_block(rows: Generator[Part, None, None]) -> Iterator[Part]:
    """Return a read that ends with the block of ``closing_reads`` around it, if there is one."""
    reads = _READS.get()
    if reads is not None:
        reads.callback(rows.close)
    return rows


def copy_rows(statement: str, parameters: Sequence[Any]) -> Iterator[memoryview]:
    """Yield the one text column of a SELECT, row by row, each ended by a newline.

    ``statement`` holds ``%s`` for each of ``parameters``, which psycopg binds. Run it inside ``time_limit``, which
    ends it.

    Raises:
        TooCostly, Busy: see ``layers.sql.costs.examine``.
    """
    return closed_with_block(_copied_rows(statement, parameters))


def _copied_rows(statement: str, parameters: Sequence[Any]) -> Generator[memoryview, None, None]:
    examine(statement, parameters)
    with (
        connection.cursor() as cursor,
        # Django's own wrappers take no parameters in ``copy`` while queries are recorded (debug, tests).
        cursor.cursor.copy(_COPY.format(statement), parameters) as copy,
    ):
        messages = _received(copy, connection.connection)
        for first in messages:
            if (row := first[_FILE_HEAD:]) != _TRAILER:
                yield row[_ROW_HEAD:]
            break
        for message in messages:
            if len(message) > _ROW_HEAD:
                yield message[_ROW_HEAD:]


def _received(copy: Copy, session: Connection[Any]) -> Generator[memoryview, None, None]:
    """Yield the messages of a ``COPY`` as ``Copy`` does, which takes its turn to wait even for those already received.

    That turn, several generators deep, takes a third of the processor time of who reads a layer in GML.

    Raises:
        psycopg.Error: PostgreSQL stopped it.
    """
    receive = session.pgconn.get_copy_data
    while True:
        size, row = receive(1)
        if size > 0:
            yield row
        elif size < 0:
            break
        elif awaited := copy.read():
            yield memoryview(awaited)
        else:
            return
    (result,) = session.wait(fetch_many(session.pgconn))
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result, encoding=session.info.encoding)
