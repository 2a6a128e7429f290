"""Bars of groups: communes, codes, years, bins of a number."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import answer, group_notes, option
from dashboards.panels.bar.spec import BarChart, bar_chart
from dashboards.panels.charts.rows import Words, chart_rows
from dashboards.panels.charts.size import height_of
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.options import FLAG, TARGET, TITLES, UNIT, options
from dashboards.panels.questions import (
    aggregate_query,
    ask,
    check_keys,
    is_in_order,
    largest_first,
    measures_of,
    total,
)
from dashboards.panels.tables import table_of

MOST_NAMES = 12
"""Names that a panel has room for; the rest is told in words."""


def read(request: PanelRequest) -> PanelAnswer:
    """Return bars, one a group of the first key."""
    question = request.question
    check_keys(question, 1, 1)
    is_upright = is_in_order(question)
    limit = 0 if is_upright else MOST_NAMES
    query = aggregate_query(question, sort=largest_first(question), limit=limit)
    result = ask(request, query)
    words = Words(option(request, "unit", ""), option(request, "titles"))
    rows = chart_rows(result, words)
    chart = BarChart(
        rows=rows,
        description=request.panel.title,
        height=height_of(request.panel),
        is_upright=is_upright,
        background=_background(request, words),
        target=option(request, "target"),
    )
    return answer(
        request,
        table_of(result, unit=words.unit, titles=words.titles),
        matched=result.matched,
        value=total(result),
        unit=words.unit_of(measures_of(result)[0]),
        spec=bar_chart(chart) if rows else None,
        is_empty=not rows,
        notes=group_notes(result),
    )


def _background(request: PanelRequest, words: Words) -> list[dict[str, object]] | None:
    """Return the groups without the filters of the page: a second question, remembered from before they were set."""
    if request.others is None or not option(request, "background", False):
        return None
    question = request.question
    query = aggregate_query(
        question, sort=largest_first(question), limit=0 if is_in_order(question) else MOST_NAMES
    )
    return chart_rows(ask(request, query, selection=request.others), words)


KIND = PanelKind(
    name="bar",
    title=_("barres"),
    icon="chart-bar",
    options=options(unit=UNIT, titles=TITLES, target=TARGET, background=FLAG),
    template="dashboards/panels/chart.html",
    read=read,
)
