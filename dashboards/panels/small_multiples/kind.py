"""The same small chart for each value of a key, on one scale: who goes up, who goes down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.rows import Row
from dashboards.panels.fitting import TwoKeysKind
from dashboards.panels.groups import Groups, by_total, read_groups
from dashboards.panels.kinds import Fit, Glyph, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import FLAG, ORDER, TITLES, UNIT, number_between, option_schema, titled
from dashboards.panels.small_multiples.spec import MultiplesChart, multiples_chart
from dashboards.sources.keys import is_ordered, main_key, second_key, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape

MOST = 12


class SmallMultiples(TwoKeysKind):
    """The same small chart for each value of a key, on one scale."""

    name = "small_multiples"
    title = _("Petits multiples")
    icon = "layout-grid"
    options = option_schema(
        unit=UNIT,
        titles=TITLES,
        order=ORDER,
        columns=number_between(1, 6, title=_("Graphiques côte à côte"), description="Charts side by side."),
        own_scale=titled(FLAG, _("Une échelle pour chacun")),
    )
    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(2, 2, label=_("Dans chacun"), phrase=_("chacun selon {}"))
    shape = Glyph.BARS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return small charts: one a value of the first key, over the second."""
        groups = read_groups(request, keys=(2, 2), is_sorted=False)
        names = _names(groups)
        chart = MultiplesChart(
            rows=_drawn(groups, names),
            names=names,
            period=groups.keys[1].period,
            columns=request.option("columns", 3 if request.panel.width > 4 else 2),
            is_own_scale=request.option("own_scale", False),
            description=request.panel.title,
        )
        return groups.answer(multiples_chart(chart))

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with a key without order, then one along which each chart goes."""
        plain = [key for key in question.by if not is_ordered(source, key)]
        first = plain[0] if plain else main_key(source)
        second = next((key for key in question.by if is_ordered(source, key)), "") or time_key(source)
        keys = [first, second or second_key(source, first)]
        return Fit(replace(self.grouped(source, question, keys), series=()))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars."""
        return bars_miniature(answer)


SMALL_MULTIPLES = SmallMultiples()


def _names(groups: Groups) -> list[str]:
    return [label(groups.keys[0], value, groups.words.titles) for value in by_total(groups, 0)[:MOST]]


def _drawn(groups: Groups, names: list[str]) -> list[Row]:
    return [row for row in groups.rows if row["l0"] in names and row["k1"] is not None]
