"""The answer of an aggregate: columns with titles, types and units, rows of plain values, bins with their edges."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.aggregates.plan import (
    ZERO_OF_NOTHING,
    AggregatePlan,
    Grouping,
    Key,
    OutputColumn,
    ResolvedMeasure,
)
from layers.definitions import Field, FieldType
from layers.parsing.aggregates import AggregateMeasure, AggregateQuery
from layers.sql.grouping import EPOCH

# What a cell may hold: dates and instants are those of Python, numbers are finite, None is "no value".
Scalar = str | bool | int | float | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of a column, of width ``step``: in the unit of the field, in days for dates, in seconds for instants.

    A bin holds its start and not its end; ``has_closed_end``: the last one includes its end too. ``edges`` are the
    starts of all bins and the end of the last, empty ones included; there are none for bins that follow the multiples
    of their width, nor where no row has a value.
    """

    step: float
    edges: tuple[Scalar, ...] = ()
    has_closed_end: bool = False


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the answer; ``name`` is its text in the query.

    ``labels`` gives the words of coded values and communes. Of periods (``period``) and bins (``bins``) a cell is the
    start. ``counts_once`` is false for a group key whose groups share rows: the elements of a list. With
    ``holds_outside`` the group without a value is what lies outside all communes.
    """

    name: str
    title: str
    type: FieldType
    unit: str = ""
    is_key: bool = False
    period: str = ""
    bins: Bins | None = None
    counts_once: bool = True
    holds_outside: bool = False
    labels: Mapping[Scalar, str] = field(default_factory=dict)

    def label(self, value: Scalar) -> str:
        """Return the words of a value of a group; a value without any is written as it is."""
        if isinstance(value, bool):
            return _("Oui") if value else _("Non")
        if value is None:
            return _("Hors communes") if self.holds_outside else _("Non renseigné")
        return self.labels.get(value, str(value))


@dataclass(frozen=True, slots=True)
class AggregateResult:
    """Groups of a selection: keys first, then measures, in each of ``rows``.

    ``matched`` is how many features the selection holds, ``groups`` how many groups they make, of which ``rows`` are
    the first ``limit``.

    A layer may suppress the groups that count fewer rows than ``smallest_count`` (0: it does not): their measures are
    None, and so are those of other groups that would reveal them. ``suppressed`` are the indexes of these rows, and
    ``matched`` is None when the whole selection counts fewer. A cell computed from a suppressed one is None too. With
    ``hides_groups`` such groups are left out like those without rows, since their presence would reveal rows.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    matched: int | None
    groups: int
    limit: int
    smallest_count: int = 0
    suppressed: frozenset[int] = frozenset()
    hides_groups: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether there are groups beyond those given."""
        return self.beyond > 0

    @property
    def beyond(self) -> int:
        """How many groups are not given."""
        return self.groups - len(self.rows)


def to_scalar(value: object, kind: FieldType) -> Scalar:
    """Convert a value of the database into a plain value of a type."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        if kind is FieldType.INTEGER:
            return int(value)
        number = float(value)
        return number if abs(number) < float("inf") else None
    assert value is None or isinstance(value, str | bool | dt.date)
    return value


# The rows of a statement, as the database gave them.
Raw = Sequence[Sequence[Any]]
# The columns of counts after those of the answer: rows of the group, groups, rows that match, blank groups.
COUNTS = 4
DENSITIES = frozenset({"per_inhabitant", "per_km2"})
_COUNTS = frozenset({"count", "distinct"})
_UNITS = {"length": "m", "area": "m²"}
# Measures that are one of the values as it is stored.
_STORED = frozenset({"min", "max"})
# Figures of a computed number: cents of a hundred billion, above what sums of a million binary fractions lose.
_DIGITS = 13


@dataclass(frozen=True, slots=True)
class StatementGroups:
    """The rows of a statement in their order, cut; those at the indexes ``suppressed`` have lost their measures.

    ``is_hidden``: the selection counts too few rows to publish their number. ``hides_groups``: groups are left out as
    if they had no row.
    """

    raw: Raw
    smallest_count: int = 0
    suppressed: frozenset[int] = frozenset()
    is_hidden: bool = False
    hides_groups: bool = False


def answer(plan: AggregatePlan, query: AggregateQuery, groups_read: StatementGroups) -> AggregateResult:
    """Return the answer that groups make."""
    raw = groups_read.raw
    keys = _key_columns(plan, raw)
    measures = [_measure_column(plan, output) for output in plan.outputs]
    counted = len(keys) + len(measures)
    rows = tuple(
        tuple(_cell(column, value) for column, value in zip((*keys, *measures), row, strict=False))
        for row in raw
    )
    groups, matched = (int(raw[0][counted + 1]), int(raw[0][counted + 2] or 0)) if raw else (0, 0)
    return AggregateResult(
        columns=(*keys, *measures),
        rows=rows,
        matched=None if groups_read.is_hidden else matched,
        groups=groups,
        limit=query.limit,
        smallest_count=groups_read.smallest_count,
        suppressed=groups_read.suppressed,
        hides_groups=groups_read.hides_groups,
    )


def raw_of_nothing(plan: AggregatePlan) -> Raw:
    """Return the rows of a selection that no feature can match: no group, or the whole of it with nothing in it."""
    if plan.keys:
        return []
    return [[*(value_of_nothing(output.requested) for output in plan.outputs), 0, 1, 0, 0]]


def value_of_nothing(measure: AggregateMeasure) -> int | None:
    """Return a measure of no row."""
    function = measure.parts[0].function if measure.function in DENSITIES else measure.function
    return 0 if function in ZERO_OF_NOTHING else None


def named_series(plan: AggregatePlan, raw: Raw) -> Raw:
    """Return the rows of a statement with the names of series instead of their indexes."""
    columns = [index for index, key in enumerate(plan.keys) if key.grouping is Grouping.SERIES]
    if not columns:
        return raw
    names = [field.name for field in plan.rows.series]
    return [[names[value] if index in columns else value for index, value in enumerate(row)] for row in raw]


def _cell(column: ResultColumn, value: Any) -> Scalar:
    if value is not None and column.bins and column.bins.edges:
        return column.bins.edges[int(value)]
    scalar = to_scalar(value, column.type)
    is_computed = not column.is_key and column.name.partition(":")[0] not in _STORED
    return significant(scalar, _DIGITS) if is_computed and isinstance(scalar, float) else scalar


def significant(value: float, digits: int) -> float:
    """Round a number to its first figures: 20.1 + 0.1 is 20.2, not 20.200000000000003."""
    return float(f"{value:.{digits}g}")


def _key_columns(plan: AggregatePlan, raw: Raw) -> list[ResultColumn]:
    """Return the columns of the keys; the ends of bins follow the counts in the first row."""
    column = len(plan.keys) + len(plan.outputs) + COUNTS
    columns = []
    for index, key in enumerate(plan.keys):
        if key.grouping.is_bins:
            bins = bins_of(key, *raw[0][column : column + 2]) if raw else Bins(0)
            columns.append(_key_column(key, bins=bins))
            column += 2
        else:
            columns.append(_key_column(key, labels=_labels(key, index, raw)))
    for index, key in enumerate(plan.keys):
        if key.is_commune:
            labels = {row[index]: row[column] for row in raw if row[column]}
            columns[index] = _key_column(key, labels=labels)
            column += 1
    return columns


_MIDNIGHT = dt.datetime.combine(EPOCH, dt.time(), dt.UTC)


def bins_of(key: Key, low: Any, high: Any) -> Bins:
    """Return the bins of a key whose values go from ``low`` to ``high``, positions on the line of its field.

    Whole numbers and days have bins of a whole width, so there may be fewer than requested.
    """
    if low is None:
        return Bins(0)
    if key.grouping is Grouping.INTEGER_BINS:
        width = max(1, math.ceil((int(high) - int(low) + 1) / key.requested.bins))
        count = math.ceil((int(high) - int(low) + 1) / width)
        edges = [int(low) + index * width for index in range(count + 1)]
        return Bins(width, tuple(_placed(key.field, edge) for edge in edges))
    if low == high:
        return Bins(0, (_placed(key.field, low),) * 2, has_closed_end=True)
    step = high / key.requested.bins - low / key.requested.bins
    edges = [low + index * step for index in range(key.requested.bins)]
    return Bins(step, tuple(_placed(key.field, edge) for edge in (*edges, high)), has_closed_end=True)


def _placed(field: Field, position: float) -> Scalar:
    """Return the value of a field at a position; the calendar ends where Python's does."""
    if field.type is FieldType.INTEGER:
        return int(position)
    if field.type is FieldType.NUMBER:
        return float(position)
    try:
        if field.type is FieldType.DATE:
            return EPOCH + dt.timedelta(days=int(position))
        return _MIDNIGHT + dt.timedelta(seconds=position)
    except OverflowError:
        return dt.date.max if field.type is FieldType.DATE else dt.datetime.max.replace(tzinfo=dt.UTC)


def _labels(key: Key, index: int, raw: Raw) -> Mapping[Scalar, str]:
    codes = {row[index] for row in raw} if key.field.choices else set()
    return {code: str(title) for code, title in key.field.choices if code in codes}


_PERIOD_TITLES = {
    "year": gettext_noop("%s (année)"),
    "quarter": gettext_noop("%s (trimestre)"),
    "month": gettext_noop("%s (mois)"),
    "week": gettext_noop("%s (semaine)"),
    "day": gettext_noop("%s (jour)"),
}


def _key_column(
    key: Key, *, bins: Bins | None = None, labels: Mapping[Scalar, str] | None = None
) -> ResultColumn:
    title, kind = str(capfirst(str(key.field.title))), key.field.type
    if key.requested.period:
        title, kind = _(_PERIOD_TITLES[key.requested.period]) % title, FieldType.DATE
    if key.requested.width is not None:
        is_integer = kind is FieldType.INTEGER and key.requested.width % 1 == 0
        bins, kind = Bins(float(key.requested.width)), FieldType.INTEGER if is_integer else FieldType.NUMBER
    if key.grouping is Grouping.ELEMENTS:
        kind = FieldType.TEXT
    return ResultColumn(
        name=str(key.requested),
        title=title,
        type=kind,
        unit=key.field.unit,
        is_key=True,
        period=key.requested.period,
        bins=bins,
        counts_once=key.grouping is not Grouping.ELEMENTS,
        holds_outside=key.holds_outside,
        labels=labels or {},
    )


_MEASURE_TITLES = {
    "count": gettext_noop("Nombre d’objets"),
    "length": gettext_noop("Longueur totale"),
    "area": gettext_noop("Surface totale"),
    "sum": gettext_noop("%(title)s (somme)"),
    "avg": gettext_noop("%(title)s (moyenne)"),
    "min": gettext_noop("%(title)s (minimum)"),
    "max": gettext_noop("%(title)s (maximum)"),
    "stddev": gettext_noop("%(title)s (écart type)"),
    "median": gettext_noop("%(title)s (médiane)"),
    "percentile": gettext_noop("%(title)s (centile %(percent)s)"),
    "distinct": gettext_noop("%(title)s (valeurs distinctes)"),
}
_WEIGHTED_TITLE = gettext_noop("%(title)s (moyenne pondérée par : %(weight)s)")


def _measure_column(plan: AggregatePlan, output: OutputColumn) -> ResultColumn:
    parts = [plan.measures[index] for index in output.parts]
    function, title, unit, kind = output.requested.function, *_measured(plan, parts[0])
    if function in _DERIVED_TITLES:
        titles = {
            "title": title,
            "divisor": _measured(plan, parts[-1])[0],
            "times": times_words(output.requested),
        }
        form = _SCALED_TITLE if titles["times"] else _DERIVED_TITLES[function]
        title, unit = _(form) % titles, _derived_unit(plan, output.requested, parts)
        kind = kind if function in {"cumulated", "change"} else FieldType.NUMBER
    return ResultColumn(name=str(output.requested), title=title, type=kind, unit=unit)


def _measured(plan: AggregatePlan, measure: ResolvedMeasure) -> tuple[str, str, FieldType]:
    """Return the title, the unit and the type of a measure of rows."""
    function, field = measure.requested.function, measure.field
    values = {
        "title": capfirst(str(field.title)) if field else "",
        "percent": measure.requested.text.partition(":")[0][1:].replace(".", ","),
    }
    if measure.weight is not None:
        values["weight"] = str(measure.weight.title)
    title = _(_WEIGHTED_TITLE if measure.weight else _MEASURE_TITLES[function]) % values
    if function == "count" and plan.rows.relation:
        title = _("%s (nombre)") % capfirst(str(plan.rows.relation.title))
    unit = _UNITS.get(function, "") if field is None else "" if function in _COUNTS else field.unit
    return title, unit, _measure_type(measure)


_DERIVED_TITLES = {
    "share": gettext_noop("%(title)s (part du total)"),
    "ratio": gettext_noop("%(title)s rapporté à : %(divisor)s"),
    "per_inhabitant": gettext_noop("%(title)s pour 1 000 habitants"),
    "per_km2": gettext_noop("%(title)s par km²"),
    "cumulated": gettext_noop("%(title)s (cumul)"),
    "change": gettext_noop("%(title)s (évolution)"),
}
_SCALED_TITLE = gettext_noop("%(title)s pour %(times)s de : %(divisor)s")


def times_words(measure: AggregateMeasure) -> str:
    """Return the factor of a ratio as people write it (« 1 000 »); empty for 1."""
    times = int(measure.times) if measure.times == int(measure.times) else measure.times
    return "" if times == 1 else number_format(times, use_l10n=True, force_grouping=True)


def _derived_unit(plan: AggregatePlan, measure: AggregateMeasure, parts: Sequence[ResolvedMeasure]) -> str:
    """Return the unit of a derived measure; quantities of one unit have a ratio without any, or a percentage."""
    function = measure.function
    if function == "share":
        return "%"
    unit, divisor = _measured(plan, parts[0])[1], _measured(plan, parts[-1])[1]
    if function == "ratio":
        if unit == divisor:
            return "%" if measure.times == 100 else ""
        over = f"{times_words(measure)} {divisor}" if measure.times != 1 else divisor
        return f"{unit}/{over}" if divisor else unit
    return f"{unit}/km²" if function == "per_km2" and unit else unit


def _measure_type(measure: ResolvedMeasure) -> FieldType:
    if measure.requested.function in _COUNTS:
        return FieldType.INTEGER
    if measure.field is not None and measure.requested.function in {"sum", "min", "max"}:
        return measure.field.type
    return FieldType.NUMBER
