"""The bar of filters: what is asked of a page, and the features of its main layer that answer.

The main layer is the one that most panels are about: the bar counts its features under the condition that most of
these panels have, so that it counts what they count, and leads to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.filters.conditions import (
    FilterTarget,
    PanelFilters,
    feature_query,
    filter_target,
    main_condition,
    main_slug,
    page_filters,
)
from dashboards.filters.parsing import COMMUNE, OPEN_END, PERIOD, PageState, Pair, Period
from dashboards.filters.presenters import FilterChip, chips, rows_address
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.frames import address_with, page_address
from interface import territory, wording
from interface.shared_pages import leave_incomplete
from layers.access import Scope
from layers.aggregates import aggregate
from layers.errors import InvalidParameter, LayersError
from layers.parsing.aggregates import AggregateQuery
from layers.parsing.relative_periods import FREQUENT, relative_period_words
from layers.queries import Selection, select
from layers.queries.shared_answers import AnswerKey, SharedAnswers, answer_key

TYPED_PERIOD = ("de", "a")
# Small counts are suppressed, as everywhere: what is stored is what the engine of aggregates says.
_counts: SharedAnswers[int | None] = SharedAnswers(
    "bar", 2_000, encode=lambda count: json.dumps(count).encode(), decode=json.loads
)


@dataclass(frozen=True, slots=True)
class MainLayer:
    """The layer that a page is mostly about: how many of its features answer, of how many; None when not told."""

    scope: Scope
    rows: FilterTarget
    filters: PanelFilters
    matched: int | None = None
    total: int | None = None


def main_layer(page: DashboardPage) -> MainLayer | None:
    """Return the layer that most panels are about; None for a page without any."""
    slug = main_slug(page.panels)
    if not slug:
        return None
    scope = page.scopes[slug]
    rows = filter_target(PanelQuestion(slug, filter=main_condition(page.panels, slug)), scope)
    assert rows is not None
    return MainLayer(scope, rows, page_filters(rows, page.state, page.document))


def counted(main: MainLayer) -> MainLayer:
    """Return the main layer with its counts: under the filters of the page, and without.

    Raises:
        InvalidParameter: a value that its field cannot have.
        TooSlow: the database did not answer in time.
    """
    total = _count(main, PanelFilters())
    matched = total if main.filters.is_empty else _count(main, main.filters)
    return replace(main, matched=matched, total=total)


def with_cached_counts(main: MainLayer) -> MainLayer:
    """Return the main layer with its counts when these are stored, without waiting for any."""
    try:
        total, matched = (
            _counts.recall_stored(*_question(main, each)) for each in (PanelFilters(), main.filters)
        )
    except LayersError:
        return main
    if total is None or matched is None:
        leave_incomplete()
        return main
    return replace(main, matched=matched, total=total)


def counted_if_possible(main: MainLayer) -> MainLayer:
    """Return the main layer with its counts, or without them when they take too long."""
    try:
        return counted(main)
    except LayersError:
        leave_incomplete()
        return main


def _count(main: MainLayer, filters: PanelFilters) -> int | None:
    try:
        return _counts.recall(*_question(main, filters))
    except InvalidParameter:
        if main.scope.can_read_rows:
            raise
        return None  # filters that rows of which statistics alone are open do not take together


def _question(main: MainLayer, filters: PanelFilters) -> tuple[AnswerKey, Callable[[], int | None]]:
    selection = select(main.scope, feature_query(filters, main.rows.question.filter))
    return answer_key(selection.scope, selection.query.identity), partial(_counted, selection)


def _counted(selection: Selection) -> int | None:
    count = aggregate(selection, AggregateQuery()).rows[0][0]
    return count if isinstance(count, int) else None


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """A commune that the page may be narrowed to."""

    code: str
    name: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period that is asked often, and the page under it."""

    words: str
    query: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FilterBar:
    """What is asked of the page, how many features answer, where they are listed, and what else may be asked.

    ``age`` says how old the counts are, empty where they are current.
    """

    chips: tuple[FilterChip, ...]
    main: MainLayer | None
    rows: str
    communes: tuple[CommuneChoice, ...]
    periods: tuple[PeriodChoice, ...]
    fields: tuple[tuple[str, str], ...]
    period: Period | None
    state: PageState
    age: str = ""

    def hidden_fields(self, name: str) -> list[Pair]:
        """Return what a form about one filter must send back of the others."""
        return [pair for pair in self.state.pairs if pair[0] != name]

    @property
    def commune_hidden_fields(self) -> list[Pair]:
        """What the form of communes sends back."""
        return self.hidden_fields(COMMUNE)

    @property
    def period_hidden_fields(self) -> list[Pair]:
        """What the form of the period sends back."""
        return self.hidden_fields(PERIOD)

    @property
    def has_counts(self) -> bool:
        """Whether the features were counted."""
        return self.main is not None and self.main.matched is not None


def filter_bar(page: DashboardPage, main: MainLayer | None, *, age_s: int | None = None) -> FilterBar:
    """Return the bar of filters; ``main`` is the main layer of the page, with counts of ``age_s``, or without any."""
    state = page.state
    is_placed = any(part.has_commune for part in page.rows)
    declared = {part.kind: part for part in page.document.filters}
    offered = territory.choices(page.visitor.portal) if is_placed and "commune" in declared else []
    fields = [(part.field, part.title) for part in page.document.filters if part.kind == "values"]
    return FilterBar(
        chips=tuple(chips(state, page.rows, page.document)),
        main=main,
        rows=rows_address(main.scope, main.rows.question, main.filters) if main is not None else "",
        communes=tuple(CommuneChoice(each.code, each.nom, each.code in state.communes) for each in offered),
        periods=_periods(state) if "period" in declared else (),
        fields=tuple(fields),
        period=state.period,
        state=state,
        age="" if age_s is None else wording.data_age(age_s),
    )


def _periods(state: PageState) -> tuple[PeriodChoice, ...]:
    """Return the periods that people ask for most, counted from today; the one asked is among them."""
    chosen = state.period.name if state.period else ""
    names = FREQUENT if not chosen or chosen in FREQUENT else (*FREQUENT, chosen)
    choices = [
        PeriodChoice(
            str(capfirst(relative_period_words(name))),
            urlencode(state.asking(PERIOD, [name]).pairs),
            chosen == name,
        )
        for name in names
    ]
    everything = PeriodChoice(
        _("Toutes les dates"), urlencode(state.asking(PERIOD, ()).pairs), state.period is None
    )
    return (everything, *choices)


def under_period(page: DashboardPage, first: str, last: str) -> str:
    """Return the address of the page under the two days of a form; either may be empty.

    Raises:
        InvalidParameter: what is no day.
    """
    periods = [f"{first or OPEN_END}/{last or OPEN_END}"] if first or last else []
    return address_with(page_address(page.dashboard), page.state.asking(PERIOD, periods).pairs)
