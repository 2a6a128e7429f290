"""How long a read may take, by kind, and the clear answer when it takes longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg.errors
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from layers.errors import TooSlow

# Starting a parallel worker costs more than a page or a tile, and takes the core that serves somebody else.
_SINGLE_PROCESS = frozenset({"page", "tile"})
_LIMITS = """
SELECT set_config('statement_timeout', %s, true),
       CASE WHEN %s THEN set_config('max_parallel_workers_per_gather', '0', true) END
"""
# PostgreSQL runs the statements of one message in one transaction.
_ALONE = "SET LOCAL statement_timeout = %s; SET LOCAL max_parallel_workers_per_gather = 0; "
# Only the first statement of a transaction may say so.
_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"


@contextmanager
def time_limit(kind: str) -> Iterator[None]:
    """Run the block in a transaction whose statements stop after ``LAYER_TIMEOUTS[kind]`` seconds.

    All of them see one snapshot, unless a transaction was open before: the count, the rows and the place where the
    next page starts then agree, whatever is written meanwhile.

    Raises:
        TooSlow: PostgreSQL cancelled a statement of the block.
    """
    seconds: int = settings.LAYER_TIMEOUTS[kind]
    snapshot = "" if connection.in_atomic_block else _ONE_SNAPSHOT
    with _clear(seconds), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(snapshot + _LIMITS, [f"{seconds}s", kind in _SINGLE_PROCESS])
        yield


@contextmanager
def one_read(kind: str, statement: str, parameters: Sequence[Any]) -> Iterator[Any]:
    """Yield the psycopg cursor of a SELECT that stops after ``LAYER_TIMEOUTS[kind]`` seconds and uses one process.

    For the page or the tile that is a single statement: it travels with its limits in one message, which saves the
    opening and the closing of a transaction. Its rows are held in memory.

    Raises:
        TooSlow: PostgreSQL cancelled the statement.
    """
    seconds: int = settings.LAYER_TIMEOUTS[kind]
    with _clear(seconds), connection.cursor() as cursor:
        cursor.execute(_ALONE + statement, [f"{seconds}s", *parameters])
        found = cursor.cursor
        while found.nextset():
            pass
        yield found


@contextmanager
def _clear(seconds: int) -> Iterator[None]:
    """Say in words that a statement was cancelled, whether Django or psycopg ran it."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise _too_slow(seconds) from error
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise _too_slow(seconds) from error
        raise


def _too_slow(seconds: int) -> TooSlow:
    return TooSlow(
        _("La réponse demande plus de %d secondes : réduisez l’emprise, le filtre ou le nombre d’objets.")
        % seconds
    )
