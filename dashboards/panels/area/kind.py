"""Areas over time, one on the other when a second key cuts them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.lines import LinesKind, read_lines
from dashboards.panels.charts.marks import COLOURS
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.options import DECIMALS, ORDER, TARGET, TITLES, UNIT, option_schema


class Area(LinesKind):
    """Areas over time, one on the other when a second key cuts them."""

    name = "area"
    title = _("Aires")
    icon = "chart-area"
    options = option_schema(
        unit=UNIT, decimals=DECIMALS, titles=TITLES, colours=COLOURS, order=ORDER, target=TARGET
    )

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return areas."""
        return read_lines(request, is_filled=True)


AREA = Area()
