"""The numbers of a field, for who puts them into classes: all of them, or as many quantiles where they are very many.

Quantiles are those of every row, computed by the database: the same at each visit, the lowest and the highest value
among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from layers.aggregates.rows import grouped_rows, rows_of
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateQuery
from layers.queries import Selection
from layers.sql import buckets
from layers.sql.bounded_cache import BoundedCache
from layers.sql.limits import time_limit

MOST_READ, QUANTILES = 100_000, 10_000
_COUNT = "SELECT count(*), count(n) FROM ({rows}) AS q(n)"
_ALL = "SELECT n::float8 FROM ({rows}) AS q(n) WHERE n IS NOT NULL ORDER BY 1"
_QUANTILES = (
    "SELECT unnest(percentile_disc((SELECT array_agg(i / %s::float8 ORDER BY i) FROM generate_series(0, %s) AS i))"
    " WITHIN GROUP (ORDER BY n::float8)) FROM ({rows}) AS q(n)"
)


@dataclass(frozen=True, slots=True)
class NumberSample:
    """Finite numbers, going up. ``count`` rows have one, of ``rows``; ``values`` are fewer when sampled."""

    values: NDArray[np.float64]
    count: int
    rows: int

    @property
    def is_sampled(self) -> bool:
        """Whether the values stand for more rows than they are."""
        return self.values.size < self.count

    @property
    def weight(self) -> float:
        """How many rows each value stands for."""
        return self.count / self.values.size if self.values.size else 1.0


_samples: BoundedCache[NumberSample] = BoundedCache(16)


def number_sample(selection: Selection, field: str) -> NumberSample:
    """Return the numbers of a field under a selection; NaN and infinities count as no value.

    Raises:
        UnknownProperty: a field the visitor does not have.
        InvalidParameter: one that is not a number.
        TooSlow: the statement took longer than an aggregate may.
    """
    selection.check_rows()
    key = (selection.scope.key, selection.version, selection.query.identity, field)
    return _samples.recall(key, partial(_read, selection, field))


def _read(selection: Selection, name: str) -> NumberSample:
    query = AggregateQuery()
    source = rows_of(selection.scope, query)
    field = source.field(name, "field")
    if field.type not in buckets.NUMBERS:
        raise InvalidParameter(_("« %s » n’est pas un nombre.") % field.name, parameter="field")
    numbered = grouped_rows(selection, source, query).order_by().annotate(sampled=buckets.measurable(field))
    try:
        rows, bound = numbered.values_list("sampled").query.sql_with_params()
    except EmptyResultSet:
        return NumberSample(np.empty(0), 0, 0)
    with time_limit("aggregate"), connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=rows), bound)
        total, count = _only(cursor)
        if count <= MOST_READ:
            cursor.execute(_ALL.format(rows=rows), bound)
        else:
            cursor.execute(_QUANTILES.format(rows=rows), (QUANTILES, QUANTILES, *bound))
        values = np.array([value for (value,) in cursor.fetchall()], dtype=np.float64)
    return NumberSample(values, count, total)


def _only(cursor: Any) -> tuple[int, int]:
    row: tuple[int, int] = cursor.fetchone()
    return row
