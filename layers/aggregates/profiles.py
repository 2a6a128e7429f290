"""Profiles of fields: frequent values and distributions of many fields, or the numbers of one field.

A profile is for people who choose among fields: each gets a few examples in one statement. Rows are those of the
visitor, the first ``MAX_ROWS`` of a very large layer; a layer that suppresses small counts gives frequent values
alone, and no count. A sample is for classes: all numbers, or as many quantiles where they are very many, computed by
the database, the same at each visit, the lowest and the highest value among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from layers.aggregates.plan import grouped_rows, rows_of
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateQuery
from layers.queries import Selection
from layers.sql import grouping
from layers.sql.limits import time_limit

MAX_ROWS, MAX_VALUES, BINS = 100_000, 4, 8
_SPREAD = grouping.NUMBERS | grouping.DATES
_STATEMENT = (
    "WITH s AS MATERIALIZED (SELECT * FROM ({rows}) AS q({columns}) LIMIT %s)"
    " SELECT -1, 'rows', NULL, count(*), count(*) FROM s{parts}"
)
# The most frequent values, each with its count, beside how many different ones there are.
_VALUES = (
    " UNION ALL (SELECT {place}, 'value', v{place}::text, count(*), count(*) OVER () FROM s"
    " WHERE v{place} IS NOT NULL AND v{place}::text <> '' GROUP BY v{place}"
    " HAVING count(*) >= %s ORDER BY count(*) DESC, v{place}::text LIMIT %s)"
)
_ELEMENTS = (
    " UNION ALL (SELECT {place}, 'value', e::text, count(*), count(*) OVER () FROM s, unnest(s.v{place}) AS e"
    " GROUP BY e HAVING count(*) >= %s ORDER BY count(*) DESC, e::text LIMIT %s)"
)
# The lowest, the middle and the highest value, and the counts of bins of one width between them.
_ENDS = (
    " UNION ALL (SELECT {place}, 'end', u.value::text, 0, u.rank FROM (SELECT"
    " percentile_disc(ARRAY[0, 0.5, 1]) WITHIN GROUP (ORDER BY v{place}) AS found FROM s) AS p,"
    " unnest(p.found) WITH ORDINALITY AS u(value, rank) WHERE u.value IS NOT NULL)"
)
_BINS = (
    " UNION ALL (SELECT {place}, 'bin', width_bucket(p{place}::float8, b.low, b.high, b.bins)::text, count(*), 0"
    " FROM s, (SELECT min(p{place})::float8 AS low, max(p{place})::float8 + {unit} AS high,"
    " least(%s, CASE WHEN {unit} > 0 THEN max(p{place}) - min(p{place}) + {unit} ELSE 1e9 END)::int AS bins"
    " FROM s) AS b WHERE p{place} IS NOT NULL AND b.high - b.low > {unit} GROUP BY 3)"
)


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """The profile of a field: ``values`` as texts with how many rows have them (None when suppressed).

    ``distinct`` is how many values there are, 0 when they were not counted. Of numbers and dates, ``ends`` are the
    lowest, the middle and the highest value, as texts, and ``bins`` how many rows lie in each part between them.
    """

    values: tuple[tuple[str, int | None], ...] = ()
    distinct: int = 0
    ends: tuple[str, ...] = ()
    bins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerProfile:
    """The fields of a layer, or of its related records, by name; ``rows`` is None when it is suppressed."""

    rows: int | None
    fields: dict[str, FieldProfile]

    def of(self, name: str) -> FieldProfile:
        """Return the profile of a field; an empty one for a field that was not read."""
        return self.fields.get(name, FieldProfile())


def profile(selection: Selection, fields: Sequence[str], *, relation: str = "") -> LayerProfile:
    """Return the profiles of some fields; with a ``relation``, those of its records, and of their feature.

    Raises:
        UnknownProperty: a field or a relation that the visitor does not have.
        TooSlow: the statement took longer than an aggregate may.
    """
    selection.check_rows()
    query = AggregateQuery(relation=relation)
    source = rows_of(selection.scope, query)
    resolved = [source.field(name, "field") for name in fields]
    smallest = selection.scope.layer.smallest_count
    try:
        rows = _read_profiles(grouped_rows(selection, source, query), resolved, smallest)
    except EmptyResultSet:
        return LayerProfile(0, {})
    total = next(count for index, *_rest, count in rows if index < 0)
    is_counted = not smallest or total == 0 or total >= smallest
    by_index: dict[int, list[tuple[Any, ...]]] = {}
    for index, *row in rows:
        by_index.setdefault(index, []).append(tuple(row))
    profiles = {
        name: _profile(by_index.get(index, []), is_counted=not smallest and total < MAX_ROWS)
        for index, name in enumerate(fields)
    }
    return LayerProfile(total if is_counted else None, profiles)


def _read_profiles(rows: Any, fields: Sequence[Field], smallest: int) -> list[tuple[Any, ...]]:
    """Read the profiles of all fields in one statement.

    Raises:
        EmptyResultSet: no row can answer.
    """
    named: dict[str, Any] = {}
    for index, field in enumerate(fields):
        # Named apart from any column: those of datasets are short.
        named[f"profile_v{index}"] = grouping.measurable(field)
        if _is_spread(field) and not smallest:
            named[f"profile_p{index}"] = grouping.position(field)
    columns = [name.removeprefix("profile_") for name in named] or ["id"]
    chosen = rows.order_by().annotate(**named).values_list(*(named or ["pk"]))
    inner, bound = chosen.query.sql_with_params()
    parts, values = _parts(fields, smallest)
    sql = _STATEMENT.format(rows=inner, columns=", ".join(columns), parts=parts)
    with time_limit("aggregate"), connection.cursor() as cursor:
        cursor.execute(sql, (*bound, MAX_ROWS, *values))
        lines: list[tuple[Any, ...]] = cursor.fetchall()
    return lines


def _parts(fields: Sequence[Field], smallest: int) -> tuple[str, list[int]]:
    """Return the parts of the statement, one or two a field, with the values bound in them."""
    parts, values = "", []
    for index, field in enumerate(fields):
        if _is_spread(field) and smallest:
            continue
        if _is_spread(field):
            parts += (_ENDS + _BINS).format(place=index, unit=int(grouping.is_discrete(field)))
            values.append(BINS)
        else:
            form = _ELEMENTS if field.type is FieldType.TEXTS else _VALUES
            parts += form.format(place=index)
            values += [max(smallest, 1), MAX_VALUES]
    return parts, values


def _is_spread(field: Field) -> bool:
    """Whether the values of a field are places on a line, and no codes."""
    return field.type in _SPREAD and not field.choices


def _profile(rows: Sequence[tuple[Any, ...]], *, is_counted: bool) -> FieldProfile:
    values = [(value, count, distinct) for what, value, count, distinct in rows if what == "value"]
    ends = sorted((rank, value) for what, value, _count, rank in rows if what == "end")
    counts: Counter[int] = Counter()
    for what, value, count, _rank in rows:
        if what == "bin":  # the highest of real numbers is beyond the last bin, which holds it too
            counts[min(int(value), BINS)] += count
    bins = [counts[index + 1] for index in range(max(counts, default=0))]
    return FieldProfile(
        values=tuple((value, count if is_counted else None) for value, count, _distinct in values),
        distinct=values[0][2] if values and is_counted else 0,
        ends=tuple(dict.fromkeys(value for _rank, value in ends)),
        bins=tuple(bins) if any(bins) else (),
    )


MAX_READ, QUANTILES = 100_000, 10_000
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
    return _samples.recall(key, partial(_read_numbers, selection, field))


def _read_numbers(selection: Selection, name: str) -> NumberSample:
    query = AggregateQuery()
    source = rows_of(selection.scope, query)
    field = source.field(name, "field")
    if field.type not in grouping.NUMBERS:
        raise InvalidParameter(_("« %s » n’est pas un nombre.") % field.name, parameter="field")
    numbered = grouped_rows(selection, source, query).order_by().annotate(sampled=grouping.measurable(field))
    try:
        rows, bound = numbered.values_list("sampled").query.sql_with_params()
    except EmptyResultSet:
        return NumberSample(np.empty(0), 0, 0)
    with time_limit("aggregate"), connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=rows), bound)
        total, count = cursor.fetchone()
        if count <= MAX_READ:
            cursor.execute(_ALL.format(rows=rows), bound)
        else:
            cursor.execute(_QUANTILES.format(rows=rows), (QUANTILES, QUANTILES, *bound))
        values = np.array([value for (value,) in cursor.fetchall()], dtype=np.float64)
    return NumberSample(values, count, total)
