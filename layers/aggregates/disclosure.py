"""Statistics of rows that nobody may read: the allowed queries, and the published part of the answers.

Counts of an internal layer may be open while its rows are not (``Scope.can_read_rows``). Its *criteria* are the fields
of few values that rows may be selected and grouped by: at most ``MAX_CROSSED`` at once, each by one value. What is
published is the same in the data and in the tables equivalent to it (``layers.aggregates.swapping``), searched once
for each version of the data: whoever asks every question there is cannot tell one from the other (ADR 0024).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models import Field as Column
from django.utils.translation import gettext as _

from layers.access import Scope, every_row, public_states
from layers.aggregates.data_states import one_state
from layers.aggregates.plan import AggregatePlan, Grouping, Key, groupable_fields
from layers.aggregates.statement import SwappedRows
from layers.aggregates.swapping import Cell, ChangedRows, RowGroup, cell_counts, cells_of, equivalent_tables
from layers.cache import BoundedCache
from layers.definitions import ID, Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery
from layers.parsing.cql2.nodes import Array, Literal, Node, Operation, Property
from layers.sql.grouping import DATES, period_start

# Criteria that a question may cross: those it selects by, and those it groups by.
MAX_CROSSED = 2
COMMUNE = "commune"
# A field of more values, or whose values count fewer rows than the smallest count on average, is no criterion.
MAX_VALUES = 100
MAX_CRITERIA = 10
# Groups of rows that have the same criteria; the rows of so many of them may change in an equivalent table.
MAX_GROUPS, MAX_CHANGING = 50_000, 4_000
# Small groups that tables are searched for, some seconds: with more, the widest criterion goes.
MAX_SMALL = 5_000
IDS_OF_A_GROUP = 4
# Rows are counted: a sum tells the row whose value is rare, a lowest value is that of a row.
_COUNTING = frozenset({"count", "share", "ratio", "per_inhabitant", "per_km2", "cumulated", "change"})
_CRITERIA_TYPES = frozenset({FieldType.TEXT, FieldType.INTEGER, FieldType.BOOLEAN}) | DATES
_DISTINCT = "SELECT count(*), {columns} FROM ({rows}) AS q({names})"
_GROUPED = (
    "SELECT {names}, count(*), (array_agg(id ORDER BY id))[1:%s] FROM ({rows}) AS q({names}, id)"
    " GROUP BY {places} ORDER BY {places} LIMIT %s"
)
_SWAPPED = (
    "SELECT {columns} FROM {table} AS t LEFT JOIN unnest({arrays}) AS c(id, {values}) ON c.id = t.{key}"
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A field that rows are selected and grouped by; ``column`` is that of its table. Of dates, their year is."""

    field: Field
    column: Column[Any, Any]

    @property
    def is_date(self) -> bool:
        """Whether the criterion is the year of a date."""
        return self.field.type in DATES

    @property
    def expression(self) -> Any:
        """The value as an ORM expression."""
        return period_start(self.field, "year") if self.is_date else F(self.field.source)


@dataclass(frozen=True, slots=True)
class PublishedCells:
    """The published data of a version: its criteria by name, and its equivalent tables."""

    criteria: Mapping[str, Criterion]
    tables: tuple[SwappedRows, ...]


_cells: BoundedCache[PublishedCells] = BoundedCache(20)


def published_cells(scope: Scope) -> PublishedCells:
    """Return the published cells of a layer, cached until its data change.

    Raises:
        DataChanged: the data changed since the scope was read.
        TooSlow: the database did not answer in the time of an aggregate.
    """
    layer = scope.layer
    key = (scope.slug, scope.definition.revision, scope.version, layer.smallest_count, layer.suppression_seed)
    return _cells.recall(key, partial(_search, scope))


def check_question(
    scope: Scope, selecting: FeatureQuery, query: AggregateQuery, plan: AggregatePlan
) -> PublishedCells:
    """Check that a query is allowed, and return the published cells of its layer.

    Raises:
        InvalidParameter: the question selects or groups by something else than criteria, crosses too many of them, or
            measures something else than their number; its parameter is named.
        DataChanged: the data changed since the scope was read.
    """
    # Before anything is searched: what joins layers has the version of all of them.
    for attribute, parameter in _REFUSED_PARTS.items():
        if getattr(selecting, attribute):
            raise _refusal(parameter, f"« {parameter} »")
    cells = published_cells(scope)
    selected = list(_selected(scope, selecting, cells))
    grouped = [_grouped(key, cells) for key in plan.keys if key.grouping is not Grouping.SERIES]
    if query.periods:
        raise _refusal("period", _("une période"))
    for output in plan.outputs:
        counted = {part.function for part in output.requested.parts or (output.requested,)}
        if counted != {"count"} or output.requested.function not in _COUNTING:
            raise _refusal("measures", f"« {output.requested.text[:80]} »")
    crossed = dict.fromkeys([*grouped, *selected])
    if len(crossed) > MAX_CROSSED:
        raise InvalidParameter(
            _(
                "Les lignes de cette couche ne sont pas ouvertes : ses statistiques croisent %(most)d critères au "
                "plus, pour que nul ne soit reconnu ; reçu %(count)d (%(names)s). Retirez un filtre."
            )
            % {"most": MAX_CROSSED, "count": len(crossed), "names": _titles(crossed, cells)},
            parameter="filter" if selected else "group_by",
        )
    return cells


def _titles(names: Iterable[str], cells: PublishedCells) -> str:
    return ", ".join(str(cells.criteria[name].field.title).lower() for name in names)


def _refusal(parameter: str, what: str) -> InvalidParameter:
    return InvalidParameter(
        _(
            "Les lignes de cette couche ne sont pas ouvertes : ses statistiques se demandent par une valeur de "
            "critères qui en ont peu, et non par %(what)s."
        )
        % {"what": what},
        parameter=parameter,
    )


_REFUSED_PARTS = {
    "ids": "ids", "bbox": "bbox", "within": "within", "near": "near", "combined": "touching", "text": "q",
    "interval": "datetime", "top": "top", "records": "records",
}  # fmt: skip


def _selected(scope: Scope, selecting: FeatureQuery, cells: PublishedCells) -> Iterator[str]:
    """Yield the names of the criteria that rows are selected by."""
    if len(selecting.communes) > 1:
        raise _refusal(COMMUNE, _("plusieurs communes à la fois"))
    if selecting.communes or (scope.visitor.portal and scope.definition.is_placed):
        if not scope.definition.geometry.has_one_commune:
            raise _refusal(COMMUNE, _("une commune"))
        yield _criterion(COMMUNE, COMMUNE, cells)
    if selecting.filter is not None:
        yield from _equalities(selecting.filter.tree, selecting.filter.parameter, cells)


def _equalities(node: Node, parameter: str, cells: PublishedCells) -> Iterator[str]:
    """Yield the criteria of a filter that gives each one value."""
    match node:
        case Operation("and", parts):
            for part in parts:
                yield from _equalities(part, parameter, cells)
        case Operation(
            "or", (Operation("isnull", (Property(name),)), Operation("=", (Property(other), Literal(""))))
        ) if name == other:  # what pages call a text without value
            yield _criterion(name, parameter, cells)
        case (
            Operation("=", (Property(name), Literal()))
            | Operation("in", (Property(name), Array((Literal(),))))
            | Operation("isnull", (Property(name),))
            | Property(name)
        ):
            yield _criterion(name, parameter, cells)
        case _:
            raise _refusal(parameter, _("un filtre de plusieurs valeurs, ou qui compare"))


def _criterion(name: str, parameter: str, cells: PublishedCells) -> str:
    criterion = cells.criteria.get(name)
    if criterion is None or criterion.is_date:
        raise _refusal(parameter, f"« {name[:63]} »")
    return name


def _grouped(key: Key, cells: PublishedCells) -> str:
    """Return the criterion that rows are grouped by."""
    name = key.field.name
    criterion = cells.criteria.get(name)
    is_unbinned = key.requested.period == ("year" if criterion is not None and criterion.is_date else "")
    if (
        criterion is None
        or not is_unbinned
        or key.requested.width is not None
        or key.grouping is not Grouping.VALUE
    ):
        raise _refusal("group_by", f"« {str(key.requested)[:80]} »")
    return name


def _search(scope: Scope) -> PublishedCells:
    """Search the tables equivalent to the whole layer: every portal, and readers of fewer fields, share them."""
    with one_state(scope):
        criteria, constant = _criteria(scope)
        criteria, groups = _grouped_rows(scope, criteria)
    smallest = scope.layer.smallest_count
    seed = int.from_bytes(
        hashlib.sha256(f"{scope.layer.suppression_seed} {scope.slug}".encode()).digest()[:8]
    )
    columns = list(dict.fromkeys(criterion.column for criterion in criteria))
    tables = equivalent_tables(_changing(groups, smallest), smallest, seed)
    swapped = (_swapped(scope, number, columns, changed) for number, changed in enumerate(tables))
    by_name = {criterion.field.name: criterion for criterion in (*criteria, *constant)}
    return PublishedCells(by_name, tuple(swapped))


def _grouped_rows(scope: Scope, criteria: list[Criterion]) -> tuple[list[Criterion], list[RowGroup]]:
    """Return criteria and the rows by their values; the widest criteria go while groups are too many."""
    while True:
        by_column = {criterion.column: criterion for criterion in reversed(criteria)}
        expressions = [
            by_column[column].expression for column in dict.fromkeys(each.column for each in criteria)
        ]
        if not expressions:
            count = _published_rows(scope).count()
            return [], [RowGroup((), count, ())] if count else []
        rows, bound = _rows_of(scope, [*expressions, F("pk")])
        names = ", ".join(f"c{index}" for index in range(len(expressions)))
        positions = ", ".join(str(index + 1) for index in range(len(expressions)))
        with connection.cursor() as cursor:
            statement = _GROUPED.format(names=names, rows=rows, places=positions)
            cursor.execute(statement, (IDS_OF_A_GROUP, *bound, MAX_GROUPS + 1))
            rows_by_values = cursor.fetchall()
        if len(rows_by_values) <= MAX_GROUPS:
            groups = [RowGroup(tuple(values), count, ids) for *values, count, ids in rows_by_values]
            sizes = cell_counts(groups).values()
            if sum(size < scope.layer.smallest_count for size in sizes) <= MAX_SMALL:
                return criteria, groups
        criteria = criteria[:-1]


def _criteria(scope: Scope) -> tuple[list[Criterion], list[Criterion]]:
    """Return the criteria of a layer for every reader: those of fewest values first, then those of one value alone."""
    model = scope.definition.model
    columns = {column.attname: column for column in model._meta.concrete_fields}
    columns |= {column.name: column for column in model._meta.concrete_fields}
    named = groupable_fields(scope) | {field.name: field for field in scope.definition.fields}
    candidates = [
        Criterion(field, columns[field.source])
        for field in named.values()
        if field.name != ID.name and field.type in _CRITERIA_TYPES and field.source in columns
    ]
    if not candidates:
        return [], []
    rows, bound = _rows_of(scope, [criterion.expression for criterion in candidates])
    names = [f"c{index}" for index in range(len(candidates))]
    counted = ", ".join(f"count(DISTINCT {name}) + count(DISTINCT {name} IS NULL) - 1" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(columns=counted, rows=rows, names=", ".join(names)), bound)
        total, *distinct = cursor.fetchone()
    few = min(MAX_VALUES, total // max(scope.layer.smallest_count, 1))
    ranked = sorted(zip(distinct, candidates, strict=True), key=lambda pair: (pair[0], pair[1].field.name))
    varying = [criterion for count, criterion in ranked if 1 < count <= few]
    return varying[:MAX_CRITERIA], [criterion for count, criterion in ranked if count <= min(few, 1)]


def _published_rows(scope: Scope) -> QuerySet[Any]:
    """Select every row that is counted for the public, whoever reads: none that waits for its moderation."""
    return every_row(scope.definition).filter(public_states(scope.definition))


def _rows_of(scope: Scope, expressions: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """Return every row of a layer as SQL, with a column for each expression."""
    named = {f"criterion_{index}": expression for index, expression in enumerate(expressions)}
    rows = _published_rows(scope).order_by().annotate(**named).values_list(*named)
    sql, bound = rows.query.sql_with_params()
    return sql, tuple(bound)


def _changing(groups: list[RowGroup], smallest: int) -> list[RowGroup]:
    """Empty the ids of groups that stay unchanged: all but small cells, one group of each cell, and an even sample."""
    if len(groups) <= MAX_CHANGING:
        return groups
    small = {cell for cell, size in cell_counts(groups).items() if size < smallest}
    step = len(groups) // MAX_CHANGING + 1
    with_ids, covered = [], set[Cell]()
    for number, group in enumerate(groups):
        cells = set(cells_of(group))
        if number % step == 0 or not small.isdisjoint(cells) or not cells <= covered:
            covered |= cells
            with_ids.append(group)
        else:
            with_ids.append(replace(group, ids=group.ids[:0]))
    return with_ids


def _swapped(
    scope: Scope, number: int, columns: Sequence[Column[Any, Any]], changed: ChangedRows
) -> SwappedRows:
    """Return an equivalent table as SQL: the layer's own rows, with the values of those that change."""
    model, quote = scope.definition.model, connection.ops.quote_name
    indexes = {column: index for index, column in enumerate(columns)}
    written = []
    for column in model._meta.concrete_fields:
        own = f"t.{quote(_name(column))}"
        if column in indexes:
            kind = column.db_type(connection)
            own = f"CASE WHEN c.id IS NULL THEN {own} ELSE c.v{indexes[column]}::{kind} END AS {quote(_name(column))}"
        written.append(own)
    sql = _SWAPPED.format(
        columns=", ".join(written),
        table=quote(model._meta.db_table),
        arrays=", ".join(["%s::bigint[]", *("%s::text[]" for _column in columns)]),
        values=", ".join(f"v{index}" for index in range(len(columns))),
        key=quote(_name(model._meta.pk)),
    )
    values = [[_text(row[index]) for row in changed.values()] for index in range(len(columns))]
    return SwappedRows(f'"swapped_{number}"', quote(model._meta.db_table), sql, (list(changed), *values))


def _name(column: Column[Any, Any]) -> str:
    """Return the name of a column of a table."""
    assert column.column is not None
    return column.column


def _text(value: object) -> str | None:
    """Write a value as PostgreSQL reads it; the year of a date as a day that is in it in every time zone."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.year:04}-07-01" if isinstance(value, dt.date) else str(value)
