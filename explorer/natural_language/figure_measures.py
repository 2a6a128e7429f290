"""The measures of figures, read by the aggregates of the API under the conditions of a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery, Pair
from explorer.map_state.queries import api_parameters
from explorer.natural_language.figure_values import number_of
from explorer.natural_language.parse_result import AGE, Figure
from explorer.natural_language.shares import INHABITANT, TERRITORY, TIMES
from interface import wording
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate
from layers.aggregates.results import ResultColumn, Scalar
from layers.parsing.aggregates import parse_aggregate
from layers.parsing.query import AREA, LENGTH
from layers.queries import select
from layers.sql.limits import time_limit

_CODES = {"year": "%Y", "month": "%Y-%m"}
"""How the key of a period is written."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of a measure by group, in the order of the API, under a query."""

    values: dict[str, float | None]
    labels: dict[str, str]
    unit: str
    title: str
    groups: int
    address: str

    @property
    def value(self) -> float | None:
        """The value of all rows, where there are no groups."""
        return next(iter(self.values.values()), None)


def measure(scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope]) -> Measured:
    """Read a measure under a query, by the keys of the figure."""
    pairs = [*api_parameters(scope, query, scopes), *_shaping(figure)]
    result = aggregated(scope, pairs)
    keys, measure = result.columns[:-1], result.columns[-1]
    values, labels = dict[str, float | None](), dict[str, str]()
    for row in result.rows:
        code = " · ".join(_code(column, cell) for column, cell in zip(keys, row, strict=False))
        values[code] = number_of(row[-1])
        labels[code] = " · ".join(_label(column, cell) for column, cell in zip(keys, row, strict=False))
    address = f"{reverse('ogc:aggregate', args=[scope.slug])}?{urlencode([*pairs, ('f', 'html')])}"
    return Measured(values, labels, measure.unit, measure.title, result.groups, address)


def aggregated(scope: Scope, parameters: Iterable[Pair]) -> AggregateResult:
    """Read an aggregate of the layer from the parameters of the API."""
    requested: dict[str, list[str]] = {}
    for name, value in parameters:
        requested.setdefault(name, []).append(value)
    selecting, aggregated = parse_aggregate(requested)
    with time_limit("aggregate"):
        return aggregate(select(scope, selecting), aggregated)


def _shaping(figure: Figure) -> list[Pair]:
    """Return the parameters of the API that shape the figure; dates and bins stay in their own order."""
    name = _measure(figure)
    pairs = [("measures", name)]
    pairs += [("relation", figure.relation)] if figure.relation else []
    pairs += [("relation-filter", figure.record_filter)] if figure.record_filter else []
    if not figure.group:
        return pairs
    pairs.append(("group_by", figure.group))
    is_of_order = ":" in figure.group or figure.is_trend
    if figure.is_descending is not None or not is_of_order:
        pairs.append(("sortby", name if figure.is_descending is False else f"-{name}"))
    return pairs


def _measure(figure: Figure) -> str:
    measure = f"{figure.function}:{figure.field}"
    if figure.field in {AREA, LENGTH}:
        measure = "area" if figure.field == AREA else "length"
        measure = f"ratio:{measure}/count" if figure.function == "avg" else measure
    elif figure.function == "count":
        measure = "count"
    elif figure.function == AGE:
        measure = f"avg:{figure.field}"
    elif figure.mean_over:
        measure = f"ratio:sum:{figure.field}/distinct:{figure.mean_over}"
    if figure.per:
        return f"{'per_inhabitant' if figure.per == INHABITANT else 'per_km2'}:{measure}"
    return measure


def _code(column: ResultColumn, value: Scalar) -> str:
    if isinstance(value, dt.date) and column.period in _CODES:
        return value.strftime(_CODES[column.period])
    return "" if value is None else str(value)


def _label(column: ResultColumn, value: Scalar) -> str:
    if isinstance(value, dt.date) and column.period:
        return wording.period_label(value, column.period)
    if column.bins is not None and isinstance(value, int | float):
        return _("%(first)d à %(last)d") % {"first": value, "last": value + column.bins.step - 1}
    return _("Non renseigné") if value in {None, ""} and not column.holds_outside else column.label(value)


def latest(scope: Scope, name: str, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    """Return the last year that the rows have, as text."""
    result = aggregated(scope, [*api_parameters(scope, query, scopes), ("measures", f"max:{name}")])
    value = result.rows[0][-1] if result.rows else None
    return "" if value is None else str(int(float(str(value))))


def ends_of(scope: Scope, name: str, query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[object, object]:
    """Return the first and the last value that the rows have of a field of time."""
    result = aggregated(
        scope, [*api_parameters(scope, query, scopes), ("measures", f"min:{name},max:{name}")]
    )
    return (result.rows[0][-2], result.rows[0][-1]) if result.rows else (None, None)


def times_of(figure: Figure) -> float:
    """Return by what a figure per inhabitant (of a thousand), or per km², is multiplied."""
    if figure.per == INHABITANT:
        return figure.per_count / 1000
    return TIMES.get(figure.per, 1.0)


def per_unit(figure: Figure, unit: str) -> str:
    """Return the unit of a figure that is divided."""
    if figure.per == TERRITORY:
        return "%"
    if figure.function == AGE:
        return "ans"
    if not figure.per:
        return unit
    if figure.per == INHABITANT:
        people = (
            _("habitant")
            if figure.per_count == 1
            else f"{wording.number(figure.per_count)} " + _("habitants")
        )
        return (
            f"{unit}/{people}"
            if figure.per_count == 1
            else _("%(unit)s pour %(people)s")
            % {
                "unit": unit,
                "people": people,
            }
        )
    return f"{unit.removesuffix('/km²')}/{'ha' if figure.per == 'hectare' else 'km²'}"


def sum_of(measured: Measured) -> float:
    """Return the sum of the groups."""
    return sum(value for value in measured.values.values() if value is not None)


def has_zeros(figure: Figure) -> bool:
    """Whether the communes without any row are groups too: « la commune qui a le moins de »."""
    is_of_rows = figure.function == "count" or (
        figure.function == "sum" and figure.field not in {AREA, LENGTH}
    )
    is_of_least = figure.is_descending is False or (figure.bounds is not None and figure.bounds.holds(0))
    return figure.group == "commune" and is_of_least and is_of_rows and figure.change is None
