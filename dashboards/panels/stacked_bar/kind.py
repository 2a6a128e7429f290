"""Bars of groups, cut by a second key or by the columns of a wide table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.marks import COLOURS
from dashboards.panels.charts.stacked_bars import stacked_answer
from dashboards.panels.fitting import TwoKeysKind
from dashboards.panels.groups import read_groups
from dashboards.panels.kinds import Glyph, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import DECIMALS, FLAG, ORDER, TITLES, UNIT, option_schema, titled
from interface.territory import CommuneShape

MIRRORED = {
    **FLAG,
    "title": gettext_lazy("En miroir : une part de chaque côté"),
    "description": "The two values of the second key on either side of a line, as a pyramid of ages.",
}


class StackedBar(TwoKeysKind):
    """Bars of groups, cut by a second key or by the columns of a wide table."""

    name = "stacked_bar"
    title = gettext_lazy("Barres empilées")
    icon = "chart-bar-stacked"
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        colours=COLOURS,
        order=ORDER,
        share=titled(FLAG, gettext_lazy("En parts de 100 %")),
        mirrored=MIRRORED,
    )
    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(2, 2, needed=1)
    has_series = True
    shape = Glyph.BARS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return stacked bars: one a group of the first key, cut by the second."""
        return stacked_answer(read_groups(request, keys=(2, 2), is_sorted=False))

    def kind_for(self, question: PanelQuestion) -> str:
        """Return plain bars without a second key."""
        return "bar" if len(question.by) < 2 and not question.series else self.name

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars whose parts follow one another."""
        return bars_miniature(answer)


STACKED_BAR = StackedBar()
