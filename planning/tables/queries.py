"""Rows of a layer by ids, some hundreds at a time: a page of a join of two large layers reads few of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

_FIRST = 400
_GROWTH = 8


def batches(rows: QuerySet[Any], start: int) -> Iterator[QuerySet[Any]]:
    """Yield the rows from the id ``start`` on, in the order of ids, more each time: one statement finds its end."""
    size = _FIRST
    while True:
        ids = list(rows.filter(pk__gte=start).order_by("pk").values_list("pk", flat=True)[: size + 1])
        if not ids:
            return
        yield rows.filter(pk__gte=start, pk__lte=ids[:size][-1])
        if len(ids) <= size:
            return
        start, size = ids[-1], size * _GROWTH
