"""Groups of a question, read once for the kinds that draw them: the answer, its words, a row for each mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from dashboards.panels.charts.rows import Row, Words, chart_rows
from dashboards.panels.charts.theme import with_years
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.labels import is_number, is_year
from dashboards.panels.queries import (
    aggregate_query,
    check_keys,
    group_notes,
    keys_of,
    largest_first,
    measures_of,
    run_aggregate,
    total,
)
from dashboards.panels.tables import table_of
from layers.aggregates import AggregateResult, ResultColumn
from layers.parsing import FeatureQuery

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Groups:
    """What a panel of groups was answered."""

    request: PanelRequest
    result: AggregateResult
    words: Words
    rows: list[Row]

    @property
    def keys(self) -> tuple[ResultColumn, ...]:
        """The group keys."""
        return keys_of(self.result)

    @property
    def unit(self) -> str:
        """The unit of the first measure."""
        return self.words.unit_of(measures_of(self.result)[0])

    @property
    def is_year(self) -> bool:
        """Whether the first measure is a year."""
        return is_year(measures_of(self.result)[0])

    @property
    def total(self) -> float | None:
        """The first measure over all groups, where it adds up."""
        return total(self.result)

    def answer(
        self,
        spec: Mapping[str, Any] | None,
        *,
        notes: Sequence[str] = (),
        context: Mapping[str, Any] | None = None,
    ) -> PanelAnswer:
        """Return the answer of the panel that these groups are drawn in."""
        return self.request.answer(
            table_of(self.result, unit=self.words.unit, titles=self.words.titles),
            matched=self.result.matched,
            value=self.total,
            unit=self.unit,
            spec=(with_years(spec) if spec and self.is_year else spec) if self.rows else None,
            context=context,
            is_empty=not self.rows,
            notes=(*group_notes(self.result), *notes),
        )


def read_groups(
    request: PanelRequest,
    *,
    keys: tuple[int, int],
    limit: int = 0,
    is_sorted: bool = True,
    selection: FeatureQuery | None = None,
) -> Groups:
    """Ask the question of a panel; it must have a number of ``keys`` between two.

    ``limit`` and the order (largest first, when ``is_sorted``) are those of a question without its own.

    Raises:
        InvalidParameter: the question does not fit the kind, or the layer.
        UnknownProperty: a field that the visitor does not have.
    """
    question = request.question
    check_keys(question, *keys)
    sort = largest_first(question) if is_sorted else ()
    result = run_aggregate(request, aggregate_query(question, sort=sort, limit=limit), selection=selection)
    words = Words(request.option("unit", ""), request.option("titles"))
    return Groups(request, result, words, chart_rows(result, words))


def in_order(request: PanelRequest, values: Iterable[Value], code: Callable[[Value], Any]) -> list[Value]:
    """Return values in the order that the document gives to their codes; the others after them, as they were."""
    ranks = {text: rank for rank, text in enumerate(request.option("order", ()))}
    return sorted(values, key=lambda value: ranks.get(_code(code(value)), len(ranks)))


def _code(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def by_total(groups: Groups, place: int) -> list[Any]:
    """Return the values of a key, those of the largest groups first; periods, bins and numbers in their order.

    The order of the document, where it says one, comes before.
    """
    key = groups.keys[place]
    sums: dict[Any, float] = {}
    for row in groups.result.rows:
        value = row[len(groups.keys)]
        sums[row[place]] = sums.get(row[place], 0) + (value if isinstance(value, int | float) else 0)
    if key.period or key.bins is not None or is_number(key):
        return sorted(sums, key=lambda value: (value is None, value or 0))
    return in_order(groups.request, sorted(sums, key=lambda value: -sums[value]), lambda value: value)
