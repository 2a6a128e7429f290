"""The layer that a page is mostly about: what its bar counts and leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace

from dashboards.documents.document import PanelQuestion
from dashboards.filters.conditions import PanelFilters, QuestionRows, feature_query, page_filters, panel_rows
from dashboards.reading.dashboard_page import DashboardPage
from layers.access import Scope
from layers.aggregates import aggregate
from layers.cache import BoundedCache
from layers.errors import InvalidParameter, LayersError
from layers.parsing.aggregates import AggregateQuery
from layers.queries import Selection, select


@dataclass(frozen=True, slots=True)
class MainRows:
    """The main layer of a page: how many of its features match, of how many; None when not published."""

    scope: Scope
    rows: QuestionRows
    filters: PanelFilters
    matched: int | None = None
    total: int | None = None


def main_rows(page: DashboardPage) -> MainRows | None:
    """Return the layer that most panels are about; None for a page without any."""
    counts = Counter(panel.question.layer for panel in page.panels if panel.question is not None)
    if not counts:
        return None
    slug = max(counts, key=counts.__getitem__)
    scope = page.scopes[slug]
    rows = panel_rows(PanelQuestion(slug), scope)
    assert rows is not None
    return MainRows(scope, rows, page_filters(rows, page.state, page.document))


def counted(main: MainRows) -> MainRows:
    """Return the main rows with their counts: under the filters of the page, and without.

    Raises:
        InvalidParameter: a value that its field cannot have.
        TooSlow: the database did not answer in time.
    """
    total = _count(main.scope, PanelFilters())
    matched = total if main.filters.is_bare else _count(main.scope, main.filters)
    return replace(main, matched=matched, total=total)


def counted_if_known(main: MainRows) -> MainRows:
    """Return the main rows with their counts when these are cached, without a query."""
    try:
        keys = [_key(select(main.scope, feature_query(each))) for each in (PanelFilters(), main.filters)]
    except LayersError:
        return main
    total, matched = (_counts.known(key) for key in keys)
    return main if total is None or matched is None else replace(main, matched=matched, total=total)


def counted_if_possible(main: MainRows) -> MainRows:
    """Return the main rows with their counts, or without them when they take too long."""
    try:
        return counted(main)
    except LayersError:
        return main


def _count(scope: Scope, filters: PanelFilters) -> int | None:
    selection = select(scope, feature_query(filters))
    cached = _counts.known(_key(selection))
    if cached is not None:
        return cached
    try:
        value = aggregate(selection, AggregateQuery()).rows[0][0]
    except InvalidParameter:
        if scope.tells_rows:
            raise
        return None  # filters that rows of which statistics alone are open do not take together
    return _counts.recall(_key(selection), lambda: value) if isinstance(value, int) else None


def _key(selection: Selection) -> Hashable:
    return (selection.scope.key, selection.version, selection.query.identity)


# Small counts are suppressed, as everywhere: what is remembered is what the engine of aggregates says.
_counts: BoundedCache[int] = BoundedCache(2_000)
