"""What the rows that answer come to: counted by the values of a field, measured, and on the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from explorer.map_state.parsing import BY
from explorer.map_state.queries import LayerQuery, layer_query
from explorer.table.queries import TableQuery, is_amount, readable
from interface.conditions import is_coded
from interface.territory import COMMUNE_FIELD
from layers.access import Scope
from layers.aggregates import AggregateResult, Facet, Scalar, aggregate, facet
from layers.aggregates.plan import LINES
from layers.definitions import Field
from layers.errors import UnknownProperty
from layers.parsing.aggregates import COUNT, AggregateMeasure, AggregateQuery
from layers.queries import Selection
from layers.sql.limits import time_limit

MAX_VALUES = 30
MEASURES = ("sum", "avg", "median", "min", "max")


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """Figures of a field that holds amounts; ``missing`` rows have no value, and the others make the figures.

    ``missing`` is None when the layer suppresses it, and so are the figures of too few rows.
    """

    field: Field
    sum: Scalar
    avg: Scalar
    median: Scalar
    min: Scalar
    max: Scalar
    missing: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of the rows that answer; ``length_m`` and ``area_m2`` are None for another geometry.

    ``by`` is the field that ``facet`` counts, one of ``countable``; both are None when the visitor may count by none.
    """

    question: LayerQuery
    matched: int
    countable: tuple[Field, ...]
    by: Field | None
    facet: Facet | None
    figures: tuple[FieldFigures, ...]
    length_m: float | None
    area_m2: float | None

    @property
    def communes(self) -> int:
        """In how many communes lengths and areas are measured; 0 where features are measured whole."""
        is_measured = self.length_m is not None or self.area_m2 is not None
        return len(self.question.selection.communes) if is_measured else 0


def statistics(scope: Scope, query: TableQuery, scopes: Mapping[str, Scope]) -> Statistics:
    """Read the statistics of the rows that answer.

    Raises:
        UnknownProperty: ``par`` names a field the visitor does not have, or that has no list of values.
        LayersError: as ``explorer.map_state.queries.layer_query``.
    """
    question = layer_query(scope, query.map, scopes)
    fields = readable(scope)
    countable = tuple(field for field in fields if is_coded(field) or field.name == COMMUNE_FIELD)
    by = _counted(scope, query, countable)
    ground, figures = _measured(question, [field for field in fields if is_amount(field)])
    return Statistics(
        question=question,
        matched=question.selection.timed_count("aggregate"),
        countable=countable,
        by=by,
        facet=facet(question.selection, by.name, MAX_VALUES) if by else None,
        figures=figures,
        length_m=ground.get("length"),
        area_m2=ground.get("area"),
    )


def _counted(scope: Scope, query: TableQuery, countable: tuple[Field, ...]) -> Field | None:
    """Return the requested field, else the style's, the commune, or the first that has a list of values."""
    by_name = {field.name: field for field in countable}
    if query.by:
        if query.by not in by_name:
            raise UnknownProperty(query.by[:63], parameter=BY)
        return by_name[query.by]
    requested = [name for name in (scope.style.field, COMMUNE_FIELD, *by_name) if name in by_name]
    return by_name[requested[0]] if requested else None


def _measured(question: LayerQuery, fields: list[Field]) -> tuple[dict[str, float], tuple[FieldFigures, ...]]:
    """Measure every amount and the ground in one statement."""
    kind = question.scope.definition.geometry
    ground = [AggregateMeasure.of("length")] * (kind in LINES) + [
        AggregateMeasure.of("area")
    ] * kind.is_surface
    measures = [AggregateMeasure.of(function, field.name) for field in fields for function in MEASURES]
    valued = _valued(question.selection, fields)
    result = aggregate(question.selection, AggregateQuery((), (COUNT, *ground, *measures)))
    results = dict(zip((column.name for column in result.columns), result.rows[0], strict=True))
    sizes = {str(measure): size for measure in ground if isinstance(size := results[str(measure)], float)}
    figures = (
        FieldFigures(
            field,
            missing=_missing(result, valued[field.name]),
            **_figures(results, field.name, is_suppressed=valued[field.name] < result.smallest_count),
        )
        for field in fields
    )
    return sizes, tuple(figures)


def _figures(values: Mapping[str, Scalar], name: str, *, is_suppressed: bool) -> dict[str, Scalar]:
    return {function: None if is_suppressed else values[f"{function}:{name}"] for function in MEASURES}


def _missing(result: AggregateResult, valued: int) -> int | None:
    """Return how many rows have no value; None when these, or the others, are few enough to be suppressed."""
    if result.matched is None:
        return None
    missing = result.matched - valued
    is_few = any(0 < count < result.smallest_count for count in (missing, valued))
    return None if is_few else missing


def _valued(selection: Selection, fields: list[Field]) -> dict[str, int]:
    """Return how many rows have a value in each field, by its name."""
    counts = {f"n{index}": Count(field.source) for index, field in enumerate(fields)}
    with time_limit("aggregate"):
        row = selection.queryset.order_by().aggregate(**counts) if counts else {}
    return {field.name: int(row[f"n{index}"]) for index, field in enumerate(fields)}
