"""Bars of groups: communes, codes, years, bins of a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.theme import height_of
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Row, in_order, read_groups
from dashboards.panels.kinds import Glyph, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import DECIMALS, FLAG, ORDER, TARGET, TITLES, UNIT, option_schema, titled
from dashboards.panels.queries import FOCUS, focused, is_in_order
from interface.territory import CommuneShape

MAX_NAMES = 12
"""Names that a panel has room for; the rest is told in words."""


class Bar(GroupsKind):
    """Bars of groups: communes, codes, years, bins of a number."""

    name = "bar"
    title = _("Barres")
    short_title = _("Barres")
    icon = "chart-bar"
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        target=TARGET,
        order=ORDER,
        background=titled(FLAG, _("Garder l’ensemble derrière, en pâle, quand la page est filtrée")),
        **FOCUS,
    )
    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(1, 1, offered=2)
    has_series = True
    shape = Glyph.BARS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return bars, of what its options narrow the question to."""
        return focused(_read)(request)

    def kind_for(self, question: PanelQuestion) -> str:
        """Return stacked bars for a second key."""
        return "stacked_bar" if len(question.by) > 1 else self.name

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars."""
        return bars_miniature(answer)


BAR = Bar()


def _read(request: PanelRequest) -> PanelAnswer:
    """Return bars, one a group of the key."""
    is_upright = is_in_order(request.question)
    limit = 0 if is_upright else MAX_NAMES
    groups = read_groups(request, keys=(1, 1), limit=limit)
    chart = BarChart(
        rows=in_order(request, groups.rows, _key),
        description=request.panel.title,
        height=height_of(request.panel),
        is_upright=is_upright,
        background=_background(request, limit),
        target=request.option("target"),
    )
    return groups.answer(bar_chart(chart))


def _background(request: PanelRequest, limit: int) -> list[Row] | None:
    """Return the groups without the filters of the page: a second query, cached since the page had none."""
    if request.unfiltered_query is None or not request.option("background", False):
        return None
    rows = read_groups(request, keys=(1, 1), limit=limit, selection=request.unfiltered_query).rows
    return in_order(request, rows, _key)


def _key(row: Row) -> Any:
    return row["k0"]
