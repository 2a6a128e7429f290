"""Bars of groups: communes, codes, years, bins of a number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import option
from dashboards.panels.bar.spec import BarChart, bar_chart
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.size import height_of
from dashboards.panels.focus import FOCUS, focused
from dashboards.panels.groups import in_order, read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.options import FLAG, ORDER, TARGET, TITLES, UNIT, options, titled
from dashboards.panels.questions import is_in_order

MOST_NAMES = 12
"""Names that a panel has room for; the rest is told in words."""


def read(request: PanelRequest) -> PanelAnswer:
    """Return bars, one a group of the key."""
    is_upright = is_in_order(request.question)
    limit = 0 if is_upright else MOST_NAMES
    groups = read_groups(request, keys=(1, 1), limit=limit)
    chart = BarChart(
        rows=in_order(request, groups.rows, _key),
        description=request.panel.title,
        height=height_of(request.panel),
        is_upright=is_upright,
        background=_background(request, limit),
        target=option(request, "target"),
    )
    return groups.answer(bar_chart(chart))


def _background(request: PanelRequest, limit: int) -> list[Row] | None:
    """Return the groups without the filters of the page: a second question, remembered from before they were set."""
    if request.others is None or not option(request, "background", False):
        return None
    found = read_groups(request, keys=(1, 1), limit=limit, selection=request.others).rows
    return in_order(request, found, _key)


def _key(row: Row) -> Any:
    return row["k0"]


KIND = PanelKind(
    name="bar",
    title=_("Barres"),
    icon="chart-bar",
    options=options(
        unit=UNIT,
        titles=TITLES,
        target=TARGET,
        order=ORDER,
        **FOCUS,
        background=titled(FLAG, _("Garder l’ensemble derrière, en pâle, quand la page est filtrée")),
    ),
    template="dashboards/panels/chart.html",
    read=focused(read),
    is_counted=True,
)
