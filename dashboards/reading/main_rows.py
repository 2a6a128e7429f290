"""The layer that a page is mostly about: what its bar counts and leads to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from dashboards.documents.document import PanelQuestion
from dashboards.filters.conditions import PanelFilters, feature_query, page_filters
from dashboards.filters.fields import QuestionRows, panel_rows
from dashboards.reading.dashboard_page import DashboardPage
from layers.access import Scope
from layers.aggregates import aggregate
from layers.errors import LayersError
from layers.parsing.aggregates import AggregateQuery
from layers.queries import select


@dataclass(frozen=True, slots=True)
class MainRows:
    """The layer that a page is mostly about: how many of its features answer, of how many; None when not told."""

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


def _count(scope: Scope, filters: PanelFilters) -> int | None:
    value = aggregate(select(scope, feature_query(filters)), AggregateQuery()).rows[0][0]
    return value if isinstance(value, int) else None


def counted_if_possible(main: MainRows) -> MainRows:
    """Return the main rows with their counts, or without them when they take too long."""
    try:
        return counted(main)
    except LayersError:
        return main
