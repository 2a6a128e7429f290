"""The answer from the question and the raw rows of its statement: titles, types, units, labels, plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.aggregates.bins import bins_of
from layers.aggregates.plan import AggregatePlan, Computed, Grouping, Key
from layers.aggregates.results import AggregateResult, Bins, Plain, ResultColumn, plain
from layers.definitions import FieldType
from layers.parsing.aggregates import AggregateQuery

Raw = Sequence[Sequence[Any]]
_COUNTS = frozenset({"count", "distinct"})
_UNITS = {"length": "m", "area": "m²"}


def answer(plan: AggregatePlan, query: AggregateQuery, raw: Raw) -> AggregateResult:
    """Return the answer that the rows of ``statement`` make."""
    keys = _key_columns(plan, raw)
    measures = [_measure_column(measure) for measure in plan.measures]
    counted = len(keys) + len(measures)
    rows = tuple(
        tuple(_cell(column, value) for column, value in zip((*keys, *measures), row, strict=False))
        for row in raw
    )
    groups, matched = (int(raw[0][counted + 1]), int(raw[0][counted + 2] or 0)) if raw else (0, 0)
    return AggregateResult((*keys, *measures), rows, matched, groups, query.limit)


def raw_of_nothing(plan: AggregatePlan) -> Raw:
    """Return the rows of a selection that no feature can match: no group, or the whole of it with nothing in it."""
    if plan.keys:
        return []
    measures = [0 if m.asked.function in _COUNTS | set(_UNITS) else None for m in plan.measures]
    return [[*measures, 0, 1, 0]]


def _cell(column: ResultColumn, value: Any) -> Plain:
    if value is not None and column.bins and column.bins.edges:
        return column.bins.edges[int(value)]
    return plain(value, column.type)


def _key_columns(plan: AggregatePlan, raw: Raw) -> list[ResultColumn]:
    """Return the columns of the keys; what follows the counts in the first row tells where bins start and end."""
    place = len(plan.keys) + len(plan.measures) + 3
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
    "median": gettext_noop("%(title)s (médiane)"),
    "percentile": gettext_noop("%(title)s (centile %(percent)s)"),
    "distinct": gettext_noop("%(title)s (valeurs distinctes)"),
}


def _measure_column(measure: Computed) -> ResultColumn:
    function, field = measure.asked.function, measure.field
    values = {
        "title": capfirst(str(field.title)) if field else "",
        "percent": measure.asked.text.partition(":")[0][1:].replace(".", ","),
    }
    return ResultColumn(
        name=str(measure.asked),
        title=_(_MEASURE_TITLES[function]) % values,
        type=_measure_type(measure),
        unit=_UNITS.get(function, "") if field is None else "" if function in _COUNTS else field.unit,
    )


def _measure_type(measure: Computed) -> FieldType:
    if measure.asked.function in _COUNTS:
        return FieldType.INTEGER
    if measure.field is not None and measure.asked.function in {"sum", "min", "max"}:
        return measure.field.type
    return FieldType.NUMBER
