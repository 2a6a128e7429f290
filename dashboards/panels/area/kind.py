"""Areas over time, one on the other when a second key cuts them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.colours import COLOURS
from dashboards.panels.charts.reading import read_lines
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.options import ORDER, TARGET, TITLES, UNIT, options


def read(request: PanelRequest) -> PanelAnswer:
    """Return areas."""
    return read_lines(request, is_filled=True)


KIND = PanelKind(
    name="area",
    title=_("Aires"),
    icon="chart-area",
    options=options(unit=UNIT, titles=TITLES, colours=COLOURS, order=ORDER, target=TARGET),
    template="dashboards/panels/chart.html",
    read=read,
    is_counted=True,
)
