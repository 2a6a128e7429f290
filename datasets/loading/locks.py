"""One import of a dataset at a time, among all processes and machines: PostgreSQL's advisory locks.

The lock belongs to the connection: a process that dies frees it, and nothing has to be cleaned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Literal

from datasets.errors import ImportUnderWay
from datasets.models import Dataset
from datasets.sql import run, single

_CLASS = 0x64617461  # a number of ours, so that no other advisory lock is mistaken for this one


@contextmanager
def import_lock(dataset: Dataset) -> Iterator[None]:
    """Hold the dataset for the block.

    Raises:
        ImportUnderWay: somebody else holds it.
    """
    if not single(SQL("SELECT pg_try_advisory_lock({}, {})").format(Literal(_CLASS), Literal(dataset.pk))):
        raise ImportUnderWay(
            _("Un autre import de « %s » est en cours : attendez sa fin, puis recommencez.") % dataset
        )
    try:
        yield
    finally:
        if connection.is_usable():
            run(SQL("SELECT pg_advisory_unlock({}, {})").format(Literal(_CLASS), Literal(dataset.pk)))
