"""Bars of groups, cut by a second key or by the columns of a wide table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.panels.answers import option
from dashboards.panels.charts.colours import COLOURS, ChartLegendLine, colours_of
from dashboards.panels.charts.size import height_of
from dashboards.panels.groups import by_total, read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.options import FLAG, ORDER, TITLES, UNIT, options, titled
from dashboards.panels.questions import is_in_order
from dashboards.panels.stacked_bar.spec import StackedChart, stacked_chart
from dashboards.panels.tables import key_filter


def read(request: PanelRequest) -> PanelAnswer:
    """Return stacked bars: one a group of the first key, cut by the second."""
    groups = read_groups(request, keys=(2, 2), is_sorted=False)
    first, second = groups.keys
    parts = by_total(groups, 1)
    colours = colours_of(request, second, parts)
    labels = [label(second, part, groups.words.titles) for part in parts]
    chart = StackedChart(
        rows=groups.rows,
        description=request.panel.title,
        height=height_of(request.panel, has_legend=True),
        names=[label(first, value, groups.words.titles) for value in by_total(groups, 0)],
        parts=labels,
        colours=colours,
        is_upright=is_in_order(request.question),
        is_share=option(request, "share", False),
    )
    legend = [
        ChartLegendLine.of(words, colour, key_filter(second, part))
        for words, colour, part in zip(labels, colours, parts, strict=True)
    ]
    return groups.answer(stacked_chart(chart), context={"legend": legend})


KIND = PanelKind(
    name="stacked_bar",
    title=_("Barres empilées"),
    icon="chart-bar-stacked",
    options=options(
        unit=UNIT, titles=TITLES, colours=COLOURS, order=ORDER, share=titled(FLAG, _("En parts de 100 %"))
    ),
    template="dashboards/panels/chart.html",
    read=read,
)
