"""Read all parts of an answer about unreadable rows in one state of the data.

Such an answer takes several statements, and tables searched before them (``layers.aggregates.disclosure``). Tables
made for yesterday's rows, applied to today's, would reveal what they should hide (ADR 0024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.access.grants import data_versions
from layers.errors import Busy
from layers.queries import Selection
from layers.sql.limits import time_limit

Value = TypeVar("Value")
# An answer is begun anew when data is written meanwhile, so many times in all.
_ATTEMPTS = 3


class DataChanged(Busy):
    """Rows were written since the scope was read: their ``version`` is another one."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Ces données sont en cours de modification : recommencez dans %d secondes.")
            % settings.HEAVY_RETRY_S,
            retry_after=settings.HEAVY_RETRY_S,
        )
        self.version = version


@contextmanager
def one_state(scope: Scope, *, parallel_queries: int = 1) -> Iterator[None]:
    """Run statements of an aggregate (``time_limit``) that all see the data of the version of a scope.

    They see one snapshot. In a transaction that was open before, each may see what was committed meanwhile: the version
    is then read again after them.

    Raises:
        DataChanged: the data has another version, and what the block read must not be returned.
    """
    is_snapshot = not connection.in_atomic_block
    with time_limit("aggregate", parallel_queries=parallel_queries):
        _check(scope)
        yield
        if not is_snapshot:
            _check(scope)


def in_one_state(selection: Selection, read: Callable[[Selection], Value]) -> Value:
    """Return the answer for a selection in one state of the data, the current one when the data has changed.

    ``read`` gets the selection with the version of that state, under which it caches.

    Raises:
        DataChanged: the data changed at each attempt.
    """
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return read(selection)
        except DataChanged as change:
            selection = replace(selection, scope=replace(selection.scope, version=change.version))
    return read(selection)


def _check(scope: Scope) -> None:
    version = data_versions([scope.definition])[scope.slug]
    if version != scope.version:
        raise DataChanged(version)
