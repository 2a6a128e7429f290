"""Groups over time as a line chart: what ``line`` and ``area`` share."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.colours import ChartLegendLine, colours_of
from dashboards.panels.charts.palette import LINES, SERIES
from dashboards.panels.charts.size import height_of
from dashboards.panels.charts.time import LineChart, line_chart
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Groups, by_total, read_groups
from dashboards.panels.kinds import Fit, Glyph, KeyFamily, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import is_number, is_year, label
from dashboards.panels.miniatures import lines_miniature
from dashboards.panels.tables import key_filter
from dashboards.sources.keys import is_ordered, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers.errors import InvalidParameter


class LinesKind(GroupsKind):
    """Lines or areas over periods, years or numbers, one a value of a second key."""

    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(1, 2, families=(KeyFamily.PERIODS, KeyFamily.YEARS, KeyFamily.BINS))
    has_series = True
    shape = Glyph.LINE

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without anything to follow."""
        return "" if time_key(source) else _("aucune date ni aucun nombre à suivre ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question along a key that has an order, parted by its other key."""
        along = next((key for key in question.by if is_ordered(source, key)), "") or time_key(source)
        if question.series:
            return Fit(self.grouped(source, question, [along]))
        part = next((key for key in question.by if key != along), "") if len(question.by) > 1 else ""
        return Fit(self.grouped(source, question, [along, part]))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return lines."""
        return lines_miniature(answer)


def read_lines(request: PanelRequest, *, is_filled: bool) -> PanelAnswer:
    """Return lines or areas over the first key, one a value of the second.

    Raises:
        InvalidParameter: the first key is neither a period nor a number.
    """
    groups = read_groups(request, keys=(1, 2), is_sorted=False)
    _check_axis(groups)
    palette = SERIES if is_filled else LINES
    parts = by_total(groups, 1) if len(groups.keys) > 1 else []
    colours = colours_of(request, groups.keys[1], parts, palette) if parts else []
    labels = [label(groups.keys[1], part, groups.words.titles) for part in parts]
    chart = LineChart(
        rows=[row for row in groups.rows if row["k0"] is not None],
        description=request.panel.title,
        height=height_of(request.panel, has_legend=bool(labels)),
        period=groups.keys[0].period,
        is_years=is_year(groups.keys[0]),
        series=labels,
        colours=colours,
        is_filled=is_filled,
        starts_at_zero=request.option("zero", True),
        target=request.option("target"),
    )
    legend = [
        ChartLegendLine.of(words, colour, key_filter(groups.keys[1], part))
        for words, colour, part in zip(labels, colours, parts, strict=True)
    ]
    return groups.answer(line_chart(chart), context={"legend": legend})


def _check_axis(groups: Groups) -> None:
    key = groups.keys[0]
    if not (key.period or key.bins is not None or is_number(key)):
        raise InvalidParameter(
            _("Une courbe suit une période ou un nombre : « %s » n’en est pas.") % key.title, parameter="by"
        )
