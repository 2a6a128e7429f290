"""Groups of a question, read once for the kinds that draw them: the answer, its words, a row for each mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from dashboards.panels.charts.theme import with_decimals, with_years
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.labels import amount, filter_value, is_number, is_year, label, measure_units
from dashboards.panels.queries import (
    aggregate_query,
    check_keys,
    group_notes,
    is_added,
    keys_of,
    largest_first,
    measures_of,
    period_note,
    run_aggregate,
    total,
)
from dashboards.panels.spans import compared_on_same_spans
from dashboards.panels.tables import key_filter, running_note, running_rows, table_of
from layers.aggregates import AggregateResult, ResultColumn, Scalar
from layers.parsing import FeatureQuery

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Groups:
    """What a panel of groups was answered; ``span`` says with which part of a period a running one was compared."""

    request: PanelRequest
    result: AggregateResult
    words: Words
    rows: list[Row]
    span: str = ""

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
    def is_whole(self) -> bool:
        """Whether no value is suppressed."""
        return not (self.result.suppressed or self.result.hides_groups)

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
        running: str | None = None,
    ) -> PanelAnswer:
        """Return the answer of the panel that these groups are drawn in.

        ``running`` says how the period that is not over is drawn, where the kind draws it apart.
        """
        return self.request.answer(
            table_of(self.result, unit=self.words.unit, titles=self.words.titles),
            matched=self.result.matched,
            value=self.total,
            unit=self.unit,
            spec=self._formatted(spec) if spec and self.rows else None,
            context=context,
            is_empty=not self.rows,
            notes=(
                period_note(self.request, self.result),
                running_note(self.result, running),
                self.span,
                *group_notes(self.result),
                *notes,
            ),
        )

    def _formatted(self, spec: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a chart whose axis is that of years, or has the decimals of the document."""
        decimals = self.words.decimals
        if self.is_year:
            return with_years(spec)
        is_computed = any(isinstance(row["v0"], float) for row in self.rows)
        return with_decimals(spec, decimals) if decimals is not None and is_computed else spec


def read_groups(
    request: PanelRequest,
    *,
    keys: tuple[int, int],
    limit: int = 0,
    is_sorted: bool = True,
    selection: FeatureQuery | None = None,
) -> Groups:
    """Run the question of a panel; it must have a number of ``keys`` between two.

    ``limit`` and the order (largest first, when ``is_sorted``) are those of a question without its own.

    Raises:
        InvalidParameter: the question does not fit the kind, or the layer.
        UnknownProperty: a field that the visitor does not have.
    """
    question = request.question
    check_keys(question, *keys)
    sort = largest_first(question) if is_sorted else ()
    query = aggregate_query(question, sort=sort, limit=limit)
    result = run_aggregate(request, query, selection=selection)
    result, span = compared_on_same_spans(request, query, result, selection=selection)
    unit = request.option("unit", "")
    units = measure_units(result.columns, unit)
    words = Words(unit, request.option("titles"), units, request.decimals)
    return Groups(request, result, words, chart_rows(result, words), span)


def in_order(request: PanelRequest, values: Iterable[Value], code: Callable[[Value], Any]) -> list[Value]:
    """Return values in the order that the document gives to their codes; the others after them, as they were."""
    ranks = {text: rank for rank, text in enumerate(request.option("order", ()))}
    return sorted(values, key=lambda value: ranks.get(_code(code(value)), len(ranks)))


def _code(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def by_total(groups: Groups, index: int) -> list[Any]:
    """Return the values of a key, those of the largest groups first; periods, bins and numbers in their order.

    The order of the document, where it says one, comes before.
    """
    key = groups.keys[index]
    sums: dict[Any, float] = {}
    for row in groups.result.rows:
        value = row[len(groups.keys)]
        sums[row[index]] = sums.get(row[index], 0) + (value if isinstance(value, int | float) else 0)
    if key.period or key.bins is not None or is_number(key):
        return sorted(sums, key=lambda value: (value is None, value or 0))
    return in_order(groups.request, sorted(sums, key=lambda value: -sums[value]), lambda value: value)


def is_running_total(measure: ResultColumn) -> bool:
    """Whether a measure is the total up to its group."""
    return measure.name.startswith("cumulated:")


def stacked_rows(groups: Groups) -> list[Row]:
    """Return rows with one for each part at each place of the axis: parts stand on each other, and none may be missing.

    Before its first row a part has nothing; a running total stays what it was, other amounts are none. Parts of means,
    and rows that are left out or suppressed, are no zero.
    """
    result, measure = groups.result, measures_of(groups.result)[0]
    is_total = is_running_total(measure)
    is_amount = is_total or is_added(measure)
    if len(groups.keys) < _STACKED or not is_amount or result.is_cut or not groups.is_whole:
        return groups.rows
    rows = {(row["k0"], row["k1"]): row for row in groups.rows if row["k0"] is not None}
    parts = {row["k1"]: row for row in groups.rows}
    rows_by_key = {row["k0"]: row for row in rows.values()}
    filled: list[Row] = []
    for part, named in parts.items():
        value: float = 0
        for key in sorted(rows_by_key):
            row = rows.get((key, part)) or _without_rows(
                rows_by_key[key], named, value, measure, groups.words
            )
            value = row["v0"] if is_total else 0
            filled.append(row)
    return [{**row, "n": index} for index, row in enumerate(filled)]


def _without_rows(key_row: Row, part: Row, value: float, measure: ResultColumn, words: Words) -> Row:
    """Return the row of a part at a place where it has none."""
    row = {name: key_row[name] for name in ("k0", "l0", "running") if name in key_row}
    return row | {
        "k1": part["k1"],
        "l1": part["l1"],
        "v0": value,
        "w0": mark_words(measure, value, words),
        "filters": part["filters"][-1:],
        "tip": tip([key_row["l0"], part["l1"]], measure_words(measure, value, words)),
    }


Row = dict[str, Any]
_STACKED = 2
_SYMBOL = 3
"""Letters of a unit that is a symbol: %, m², kWh."""


@dataclass(frozen=True, slots=True)
class Words:
    """The document's own words: the unit of the first measure, and titles of codes and measures.

    ``units`` are those of all measures, by name; ``decimals`` those of computed numbers.
    """

    unit: str = ""
    titles: Mapping[str, str] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    decimals: int | None = None

    def unit_of(self, measure: ResultColumn) -> str:
        """Return the unit of a measure."""
        return self.units.get(measure.name, measure.unit)

    def title_of(self, column: ResultColumn) -> str:
        """Return the title of a column."""
        return (self.titles or {}).get(column.name, column.title)


def chart_rows(result: AggregateResult, words: Words = Words()) -> list[Row]:
    """Return a row a group: keys ``k0``, ``k1`` and their words ``l0``, ``l1``; measures ``v0``… and words ``w0``….

    ``tip`` is what a tooltip and a screen reader say. ``filters`` are the page filters that a click on the mark sets,
    as [field, value], first key first. ``running`` marks a period that is not over. Groups whose first measure has no
    value are not drawn.
    """
    keys, measures = keys_of(result), measures_of(result)
    running = running_rows(result)
    rows: list[Row] = []
    for at, cells in enumerate(result.rows):
        values = cells[len(keys) :]
        if not values or not isinstance(values[0], int | float):
            continue
        row: Row = {"n": len(rows)} | ({"running": True} if at in running else {})
        for index, (column, value) in enumerate(zip(keys, cells, strict=False)):
            row |= {f"k{index}": json_key(column, value), f"l{index}": label(column, value, words.titles)}
        for index, (column, value) in enumerate(zip(measures, values, strict=True)):
            row |= {f"v{index}": json_value(value), f"w{index}": mark_words(column, value, words)}
        row["filters"] = [
            key_value for pair in zip(keys, cells, strict=False) if (key_value := key_filter(*pair))
        ]
        text = measure_words(measures[0], values[0], words)
        row["tip"] = tip([row[f"l{index}"] for index in range(len(keys))], text)
        rows.append(row)
    return rows


def json_key(column: ResultColumn, value: Scalar) -> str | float | None:
    """Return the value of a key as JSON holds it: the first day of a period, whatever the time zone."""
    start = filter_value(column, value) if column.period else None
    return start.partition("/")[0] if start else json_value(value)


def json_value(value: Scalar) -> str | float | None:
    """Return a value as JSON holds it: dates as ISO texts."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def measure_words(column: ResultColumn, value: Scalar, words: Words) -> str:
    """Write the value of a measure with its unit."""
    if isinstance(value, int | float):
        return amount(value, words.unit_of(column), is_year=is_year(column), decimals=words.decimals)
    return label(column, value)


def mark_words(column: ResultColumn, value: Scalar, words: Words) -> str:
    """Write the value of a measure at its mark: with a unit that is a symbol; a longer one is written once, below."""
    if isinstance(value, int | float) and not is_symbol(words.unit_of(column)) and not is_year(column):
        return amount(value, decimals=words.decimals)
    return measure_words(column, value, words)


def is_symbol(unit: str) -> bool:
    """Whether a unit is short enough to be written at every mark."""
    return len(unit) <= _SYMBOL


def tip(labels: list[str], value: str) -> str:
    """Return the description of a mark: « Annuel principal, en retard : 12 »."""
    return _("%(title)s : %(text)s") % {"title": ", ".join(labels), "text": value} if labels else value
