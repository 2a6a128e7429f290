"""Lines over time, one a value of a second key."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.lines import LinesKind, read_lines
from dashboards.panels.charts.marks import COLOURS
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.options import DECIMALS, FLAG, ORDER, TARGET, TITLES, UNIT, option_schema, titled
from dashboards.sources.keys import is_ordered
from dashboards.sources.source import PanelSource


class Line(LinesKind):
    """Lines over time, one a value of a second key."""

    name = "line"
    title = _("Courbes")
    short_title = _("Courbe")
    icon = "chart-line"
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
        titles=TITLES,
        colours=COLOURS,
        order=ORDER,
        target=TARGET,
        zero=titled(FLAG, _("Commencer l’échelle à zéro")),
    )

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return lines."""
        return read_lines(request, is_filled=False)

    def unsuitable_question(self, source: PanelSource, question: PanelQuestion) -> str:
        """Refuse a first key without an order."""
        return "" if is_ordered(source, question.by[0]) else str(_("Une courbe suit une date ou un nombre"))


LINE = Line()
