"""The answer from the question and the raw rows of its statement: titles, types, units, labels, plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.aggregates.bins import bins_of
from layers.aggregates.plan import ZERO_OF_NOTHING, AggregatePlan, Computed, Grouping, Key, Output
from layers.aggregates.results import AggregateResult, Bins, Plain, ResultColumn, plain
from layers.definitions import FieldType
from layers.parsing.aggregates import AggregateQuery
from layers.parsing.measures import AggregateMeasure

Raw = Sequence[Sequence[Any]]
# The columns of counts after those of the answer: rows of the group, groups, rows that match, blank groups.
COUNTS = 4
DENSITIES = frozenset({"per_inhabitant", "per_km2"})
_COUNTS = frozenset({"count", "distinct"})
_UNITS = {"length": "m", "area": "m²"}


@dataclass(frozen=True, slots=True)
class StatementGroups:
    """The rows of a statement in their order, cut; those at the places ``suppressed`` have no measures any more.

    ``is_hidden`` tells that the selection counts too few rows for their number to be said, ``hides_groups`` that groups
    are left out as if they had no row.
    """

    raw: Raw
    smallest_count: int = 0
    suppressed: frozenset[int] = frozenset()
    is_hidden: bool = False
    hides_groups: bool = False


def answer(plan: AggregatePlan, query: AggregateQuery, found: StatementGroups) -> AggregateResult:
    """Return the answer that groups make."""
    raw = found.raw
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
        matched=None if found.is_hidden else matched,
        groups=groups,
        limit=query.limit,
        smallest_count=found.smallest_count,
        suppressed=found.suppressed,
        hides_groups=found.hides_groups,
    )


def raw_of_nothing(plan: AggregatePlan) -> Raw:
    """Return the rows of a selection that no feature can match: no group, or the whole of it with nothing in it."""
    if plan.keys:
        return []
    return [[*(value_of_nothing(output.asked) for output in plan.outputs), 0, 1, 0, 0]]


def value_of_nothing(asked: AggregateMeasure) -> int | None:
    """Return a measure of no row."""
    function = asked.parts[0].function if asked.function in DENSITIES else asked.function
    return 0 if function in ZERO_OF_NOTHING else None


def named_series(plan: AggregatePlan, raw: Raw) -> Raw:
    """Return the rows of a statement with the names of series instead of their places."""
    places = [index for index, key in enumerate(plan.keys) if key.grouping is Grouping.SERIES]
    if not places:
        return raw
    names = [field.name for field in plan.rows.series]
    return [[names[value] if index in places else value for index, value in enumerate(row)] for row in raw]


def _cell(column: ResultColumn, value: Any) -> Plain:
    if value is not None and column.bins and column.bins.edges:
        return column.bins.edges[int(value)]
    return plain(value, column.type)


def _key_columns(plan: AggregatePlan, raw: Raw) -> list[ResultColumn]:
    """Return the columns of the keys; what follows the counts in the first row tells where bins start and end."""
    place = len(plan.keys) + len(plan.outputs) + COUNTS
    columns = []
    for index, key in enumerate(plan.keys):
        if key.grouping.is_bins:
            bins = bins_of(key, *raw[0][place : place + 2]) if raw else Bins(0)
            columns.append(_key_column(key, bins=bins))
            place += 2
        else:
            columns.append(_key_column(key, labels=_labels(key, index, raw)))
    for index, key in enumerate(plan.keys):
        if key.is_commune:
            labels = {row[index]: row[place] for row in raw if row[place]}
            columns[index] = _key_column(key, labels=labels)
            place += 1
    return columns


def _labels(key: Key, index: int, raw: Raw) -> Mapping[Plain, str]:
    labels = dict(key.field.choices)
    given = {row[index] for row in raw} if labels else set()
    return {code: str(labels[code]) for code in given if code in labels}


_PERIOD_TITLES = {
    "year": gettext_noop("%s (année)"),
    "quarter": gettext_noop("%s (trimestre)"),
    "month": gettext_noop("%s (mois)"),
    "week": gettext_noop("%s (semaine)"),
    "day": gettext_noop("%s (jour)"),
}


def _key_column(
    key: Key, *, bins: Bins | None = None, labels: Mapping[Plain, str] | None = None
) -> ResultColumn:
    title, kind = str(capfirst(str(key.field.title))), key.field.type
    if key.asked.period:
        title, kind = _(_PERIOD_TITLES[key.asked.period]) % title, FieldType.DATE
    if key.asked.width is not None:
        is_whole = kind is FieldType.INTEGER and key.asked.width % 1 == 0
        bins, kind = Bins(float(key.asked.width)), FieldType.INTEGER if is_whole else FieldType.NUMBER
    if key.grouping is Grouping.ELEMENTS:
        kind = FieldType.TEXT
    return ResultColumn(
        name=str(key.asked),
        title=title,
        type=kind,
        unit=key.field.unit,
        is_key=True,
        period=key.asked.period,
        bins=bins,
        counts_once=key.grouping is not Grouping.ELEMENTS,
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


def _measure_column(plan: AggregatePlan, output: Output) -> ResultColumn:
    parts = [plan.measures[place] for place in output.parts]
    function, title, unit, kind = output.asked.function, *_measured(plan, parts[0])
    if function in _DERIVED_TITLES:
        titles = {
            "title": title,
            "divisor": _measured(plan, parts[-1])[0],
            "times": times_words(output.asked),
        }
        form = _SCALED_TITLE if titles["times"] else _DERIVED_TITLES[function]
        title, unit = _(form) % titles, _derived_unit(plan, output.asked, parts)
        kind = kind if function in {"cumulated", "change"} else FieldType.NUMBER
    return ResultColumn(name=str(output.asked), title=title, type=kind, unit=unit)


def _measured(plan: AggregatePlan, measure: Computed) -> tuple[str, str, FieldType]:
    """Return the title, the unit and the type of a measure of rows."""
    function, field = measure.asked.function, measure.field
    values = {
        "title": capfirst(str(field.title)) if field else "",
        "percent": measure.asked.text.partition(":")[0][1:].replace(".", ","),
    }
    title = _(_MEASURE_TITLES[function]) % values
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
    """Return what a ratio is multiplied by, as people write it; empty for one that is not."""
    times = int(measure.times) if measure.times == int(measure.times) else measure.times
    return "" if times == 1 else number_format(times, use_l10n=True, force_grouping=True)


def _derived_unit(plan: AggregatePlan, asked: AggregateMeasure, parts: Sequence[Computed]) -> str:
    """Return the unit of a derived measure; quantities of one unit have a ratio without any, or a percentage."""
    function = asked.function
    if function == "share":
        return "%"
    unit, divisor = _measured(plan, parts[0])[1], _measured(plan, parts[-1])[1]
    if function == "ratio":
        if unit == divisor:
            return "%" if asked.times == 100 else ""
        over = f"{times_words(asked)} {divisor}" if asked.times != 1 else divisor
        return f"{unit}/{over}" if divisor else unit
    return f"{unit}/km²" if function == "per_km2" and unit else unit


def _measure_type(measure: Computed) -> FieldType:
    if measure.asked.function in _COUNTS:
        return FieldType.INTEGER
    if measure.field is not None and measure.asked.function in {"sum", "min", "max"}:
        return measure.field.type
    return FieldType.NUMBER
