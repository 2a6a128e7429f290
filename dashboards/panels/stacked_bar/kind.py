"""Bars of groups, cut by a second key or by the columns of a wide table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.colours import COLOURS, ChartLegendLine, colours_of
from dashboards.panels.charts.size import height_of
from dashboards.panels.fitting import TwoKeysKind
from dashboards.panels.groups import Groups, by_total, in_order, read_groups
from dashboards.panels.kinds import Glyph, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import FLAG, ORDER, TITLES, UNIT, option_schema, titled
from dashboards.panels.queries import is_in_order
from dashboards.panels.stacked_bar.spec import StackedChart, stacked_chart
from dashboards.panels.tables import key_filter
from interface.territory import CommuneShape
from layers.errors import InvalidParameter

_SIDES = 2
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
        groups = read_groups(request, keys=(2, 2), is_sorted=False)
        first, second = groups.keys
        is_mirrored = request.option("mirrored", False)
        parts = _sides(groups) if is_mirrored else by_total(groups, 1)
        colours = colours_of(request, second, parts)
        labels = [label(second, part, groups.words.titles) for part in parts]
        chart = StackedChart(
            rows=groups.rows,
            description=request.panel.title,
            height=height_of(request.panel, has_legend=True),
            names=[
                label(first, value, groups.words.titles) for value in _names(groups, is_mirrored=is_mirrored)
            ],
            parts=labels,
            colours=colours,
            is_upright=is_in_order(request.question) and not is_mirrored,
            is_share=request.option("share", False) and not is_mirrored,
            is_mirrored=is_mirrored,
        )
        legend = [
            ChartLegendLine.of(words, colour, key_filter(second, part))
            for words, colour, part in zip(labels, colours, parts, strict=True)
        ]
        return groups.answer(stacked_chart(chart), context={"legend": legend})

    def kind_for(self, question: PanelQuestion) -> str:
        """Return plain bars without a second key."""
        return "bar" if len(question.by) < 2 and not question.series else self.name

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars whose parts follow one another."""
        return bars_miniature(answer)


STACKED_BAR = StackedBar()


def _sides(groups: Groups) -> list[Any]:
    """Return the two values of the second key, the left one first: in the order of the document, else of their words.

    Raises:
        InvalidParameter: there are others.
    """
    found = by_total(groups, 1)
    if len(found) > _SIDES:
        raise InvalidParameter(
            _("Des barres en miroir ont deux parts ; « %(field)s » en a %(count)d.")
            % {"field": groups.keys[1].title, "count": len(found)},
            parameter="by",
        )
    by_words = sorted(found, key=lambda value: label(groups.keys[1], value, groups.words.titles))
    return in_order(groups.request, by_words, lambda value: value)


def _names(groups: Groups, *, is_mirrored: bool) -> list[Any]:
    """Return the values of the first key from top to bottom; a mirror has the last bin at the top, as ages are read."""
    found = by_total(groups, 0)
    return found[::-1] if is_mirrored and is_in_order(groups.request.question) else found
