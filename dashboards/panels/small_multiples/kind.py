"""The same small chart for each value of a key, on one scale: who goes up, who goes down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import option
from dashboards.panels.charts.rows import Row
from dashboards.panels.groups import Groups, by_total, read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.options import FLAG, ORDER, TITLES, UNIT, number_between, options, titled
from dashboards.panels.small_multiples.spec import MultiplesChart, multiples_chart

MOST = 12


def read(request: PanelRequest) -> PanelAnswer:
    """Return small charts: one a value of the first key, over the second."""
    groups = read_groups(request, keys=(2, 2), is_sorted=False)
    names = _names(groups)
    chart = MultiplesChart(
        rows=_drawn(groups, names),
        names=names,
        period=groups.keys[1].period,
        columns=option(request, "columns", 3 if request.panel.width > 4 else 2),
        is_own_scale=option(request, "own_scale", False),
        description=request.panel.title,
    )
    return groups.answer(multiples_chart(chart))


def _names(groups: Groups) -> list[str]:
    return [label(groups.keys[0], value, groups.words.titles) for value in by_total(groups, 0)[:MOST]]


def _drawn(groups: Groups, names: list[str]) -> list[Row]:
    return [row for row in groups.rows if row["l0"] in names and row["k1"] is not None]


KIND = PanelKind(
    name="small_multiples",
    title=_("Petits multiples"),
    icon="layout-grid",
    options=options(
        unit=UNIT,
        titles=TITLES,
        order=ORDER,
        columns=number_between(1, 6, title=_("Graphiques côte à côte"), description="Charts side by side."),
        own_scale=titled(FLAG, _("Une échelle pour chacun")),
    ),
    template="dashboards/panels/chart.html",
    read=read,
    is_counted=True,
)
