"""The same small chart for each value of a key, on one scale, to compare trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.marks import interactive_mark, mark
from dashboards.panels.charts.theme import MAIN, source, specification
from dashboards.panels.fitting import TwoKeysKind
from dashboards.panels.groups import Groups, Row, by_total, read_groups
from dashboards.panels.kinds import Fit, Glyph, KeyRule, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import (
    DECIMALS,
    FLAG,
    ORDER,
    TITLES,
    UNIT,
    number_between,
    option_schema,
    titled,
)
from dashboards.sources.keys import is_ordered, main_key, second_key, time_key
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

MAX = 12


class SmallMultiples(TwoKeysKind):
    """The same small chart for each value of a key, on one scale."""

    name = "small_multiples"
    title = _("Petits multiples")
    icon = "layout-grid"
    options = option_schema(
        unit=UNIT,
        decimals=DECIMALS,
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
            rows=_chart_rows(groups, names),
            names=names,
            period=groups.keys[1].period,
            columns=request.option("columns", 3 if request.panel.width > 4 else 2),
            is_own_scale=request.option("own_scale", False),
            description=request.panel.title,
        )
        return groups.answer(multiples_chart(chart))

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with a key without order, then the one of the axis of each chart."""
        plain = [key for key in question.by if not is_ordered(source, key)]
        first = plain[0] if plain else main_key(source)
        second = next((key for key in question.by if is_ordered(source, key)), "") or time_key(source)
        keys = [first, second or second_key(source, first)]
        return Fit(replace(self.grouped(source, question, keys), series=()))

    def fills_narrow(self, answer: PanelAnswer) -> bool:
        """Return True: each chart needs its axis and its name."""
        return True

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars."""
        return bars_miniature(answer)


SMALL_MULTIPLES = SmallMultiples()


def _names(groups: Groups) -> list[str]:
    return [label(groups.keys[0], value, groups.words.titles) for value in by_total(groups, 0)[:MAX]]


def _chart_rows(groups: Groups, names: list[str]) -> list[Row]:
    return [row for row in groups.rows if row["l0"] in names and row["k1"] is not None]


HEIGHT, WIDTH = 90, 200


@dataclass(frozen=True, slots=True)
class MultiplesChart:
    """``names`` of the charts in their order, ``columns`` side by side; one scale for all unless ``is_own_scale``."""

    rows: list[Row]
    names: Sequence[str]
    description: str
    period: str = ""
    columns: int = 3
    is_own_scale: bool = False


def multiples_chart(chart: MultiplesChart) -> dict[str, Any]:
    """Return the specification; the page gives each chart its part of the width (``usermeta.columns``)."""
    last = _last(chart.rows)
    rows = [{**row, "end": row["w0"] if last[row["l0"]] is row else ""} for row in chart.rows]
    layered = altair.layer(*_marks(chart), data=source(rows)).properties(width=WIDTH, height=HEIGHT)
    heads = altair.Header(labelOrient="top", labelAnchor="start")
    facet = altair.Facet("l0:N", sort=list(chart.names), title=None, header=heads)
    facets = layered.facet(facet=facet, columns=int(chart.columns))
    if chart.is_own_scale:
        facets = facets.resolve_scale(y="independent")
    spec = specification(facets, height=HEIGHT, description=chart.description)
    for name in ("width", "height", "autosize"):
        spec.pop(name)
    return spec | {"usermeta": {"columns": int(chart.columns)}}


def _marks(chart: MultiplesChart) -> list[altair.Chart]:
    """Return the marks of one chart; their rows are those of the facet."""
    axis = altair.Axis(tickCount=3)
    value = altair.Y("v0:Q", title=None, axis=axis)
    if not chart.period:
        encoding = {"x": altair.X("l1:N", title=None), "y": value}
        return [_without_rows(interactive_mark("bar", [], encoding, color=MAIN))]
    time = altair.X(
        "k1:T", title=None, scale=altair.Scale(type="utc"), axis=altair.Axis(format="%Y", tickCount=3)
    )
    encoding = {"x": time, "y": value}
    words = {**encoding, "text": altair.Text("end:N")}
    return [
        _without_rows(mark("line", [], encoding, color=MAIN)),
        _without_rows(interactive_mark("point", [], encoding, color=MAIN, size=25)),
        _without_rows(mark("text", [], words, baseline="bottom", align="right", dy=-5)),
    ]


def _without_rows(chart: altair.Chart) -> altair.Chart:
    """Return a mark without rows of its own."""
    chart.data = altair.Undefined
    return chart


def _last(rows: Sequence[Row]) -> dict[str, Row]:
    rows_by_name: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: str(row["k1"])):
        rows_by_name[row["l0"]] = row
    return rows_by_name
