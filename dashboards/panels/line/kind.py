"""Lines over time, one a value of a second key."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.colours import COLOURS
from dashboards.panels.charts.reading import read_lines
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.options import FLAG, ORDER, TARGET, TITLES, UNIT, options, titled


def read(request: PanelRequest) -> PanelAnswer:
    """Return lines."""
    return read_lines(request, is_filled=False)


KIND = PanelKind(
    name="line",
    title=_("Courbes"),
    icon="chart-line",
    options=options(
        unit=UNIT,
        titles=TITLES,
        colours=COLOURS,
        order=ORDER,
        target=TARGET,
        zero=titled(FLAG, _("Commencer l’échelle à zéro")),
    ),
    template="dashboards/panels/chart.html",
    read=read,
    is_counted=True,
)
