"""How the values of a number are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.marks import haloed, integer_steps, interactive_mark, mark
from dashboards.panels.charts.theme import (
    LATE,
    MAIN,
    NUMBER_FORMAT,
    PALE,
    YEAR_FORMAT,
    height_of,
    specification,
)
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Groups, Row, read_groups, tip
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    KeyFamily,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelRequest,
)
from dashboards.panels.labels import amount, filter_value, is_year, label
from dashboards.panels.miniatures import bars_miniature
from dashboards.panels.options import FLAG, TARGET, TITLES, UNIT, option_schema, titled
from dashboards.panels.tables import key_filter
from dashboards.sources.keys import is_number_field, is_ordered, is_period, main_number
from dashboards.sources.source import FieldRole, PanelSource
from dashboards.sources.words import field_words, group_key
from interface.territory import CommuneShape
from interface.wording import unit
from layers.aggregates import ResultColumn
from layers.definitions import FieldType
from layers.errors import InvalidParameter
from layers.lazy import lazy_module
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import parse_measure

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

BINS, MAX_BINS = 12, 200


class Histogram(GroupsKind):
    """How the values of a number are spread."""

    name = "histogram"
    title = gettext_lazy("Histogramme")
    short_title = gettext_lazy("Répartition")
    icon = "chart-column"
    options = option_schema(
        unit=UNIT,
        titles=TITLES,
        threshold=titled(TARGET, gettext_lazy("Seuil")),
        background=titled(
            FLAG, gettext_lazy("Garder l’ensemble derrière, en pâle, quand la page est filtrée")
        ),
    )
    template = "dashboards/panels/chart.html"
    shows_rows = False
    keys = KeyRule(1, 1, families=(KeyFamily.NUMBERS,))
    measures = 0
    shape = Glyph.BARS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a histogram of the first key, cut into bins when the question does not say how."""
        groups = _binned(request)
        key = groups.keys[0]
        background = None
        if request.unfiltered_query is not None and request.option("background", False):
            background = bins_of(_binned(request, request.unfiltered_query))
        chart = HistogramChart(
            rows=bins_of(groups),
            description=request.panel.title,
            height=height_of(request.panel),
            title=f"{key.title} ({unit(key.unit)})" if key.unit else key.title,
            is_years=is_year(key),
            background=background,
            threshold=request.option("threshold"),
        )
        return groups.answer(histogram_chart(chart), notes=_missing(groups))

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without a number."""
        return "" if source.of_role(FieldRole.NUMBER, FieldRole.YEAR) else _("aucun nombre ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question about the number that it groups by or measures, else the main one."""
        grouped = next((key for key in question.by if not is_period(key) and is_ordered(source, key)), "")
        measured = [parse_measure(text).property for text in question.measures]
        number = next((source.fields[name].name for name in measured if is_number_field(source, name)), "")
        default = main_number(source) or source.of_role(FieldRole.NUMBER, FieldRole.YEAR)[0]
        key = grouped or number or default.name
        return Fit(replace(question, by=(key,), measures=("count",), fields=(), series=()))

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the number whose values are spread."""
        if not question.by:
            return super().question_title(question, source)
        return _("%s : répartition") % field_words(source, group_key(question.by[0]).property)

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return bars."""
        return bars_miniature(answer)


HISTOGRAM = Histogram()


def _binned(request: PanelRequest, selection: FeatureQuery | None = None) -> Groups:
    """Run the question, cut into bins.

    Raises:
        InvalidParameter: the key is a period, or something that is no number.
    """
    by = tuple(name if ":" in name else f"bins{BINS}:{name}" for name in request.question.by)
    binned = replace(request, question=replace(request.question, by=by))
    groups = read_groups(binned, keys=(1, 1), is_sorted=False, selection=selection)
    key = groups.keys[0]
    if key.bins is None or key.type in {FieldType.DATE, FieldType.DATETIME}:
        raise InvalidParameter(
            _("Un histogramme demande un nombre : « %s » n’en est pas un.") % key.title, parameter="by"
        )
    return groups


def bins_of(groups: Groups) -> list[Row]:
    """Return a row a bin from the first to the last, empty ones included, with where each ends."""
    key = groups.keys[0]
    rows_by_start = {row["k0"]: row for row in groups.rows if row["k0"] is not None}
    return [
        {**(rows_by_start.get(start) or _empty(groups, key, start)), "end": end}
        for start, end in _edges(key, rows_by_start)
    ]


def _edges(key: ResultColumn, rows_by_start: dict[float, Row]) -> list[tuple[float, float]]:
    assert key.bins is not None
    edges = [float(edge) for edge in key.bins.edges if isinstance(edge, int | float)]
    if edges:
        width = key.bins.step or 1
        return list(pairwise(edges)) if edges[0] != edges[-1] else [(edges[0], edges[0] + width)]
    if not rows_by_start:
        return []
    count = round((max(rows_by_start) - min(rows_by_start)) / key.bins.step) + 1
    if count > MAX_BINS:
        return [(start, start + key.bins.step) for start in sorted(rows_by_start)]
    starts = [min(rows_by_start) + index * key.bins.step for index in range(count)]
    return [(start, start + key.bins.step) for start in starts]


def _empty(groups: Groups, key: ResultColumn, start: float) -> Row:
    words = amount(0, groups.unit)
    value = filter_value(key, start)
    filter = key_filter(key, start) if value else None
    return {
        "k0": start, "l0": label(key, start), "v0": 0, "w0": words, "tip": tip([label(key, start)], words),
        "filters": [filter] if filter else [],
    }  # fmt: skip


def _missing(groups: Groups) -> list[str]:
    """Say how many rows have no value."""
    nulls = [row["v0"] for row in groups.rows if row["k0"] is None]
    if not nulls or not isinstance(nulls[0], int):
        return []
    return [ngettext("%d objet sans valeur.", "%d objets sans valeur.", nulls[0]) % nulls[0]]


LABELLED_BINS = 14


@dataclass(frozen=True, slots=True)
class HistogramChart:
    """``rows`` from ``k0`` to ``end``; ``threshold`` is a value of the axis, with its words."""

    rows: list[Row]
    description: str
    height: int
    title: str
    is_years: bool = False
    background: list[Row] | None = None
    threshold: Mapping[str, Any] | None = None


def histogram_chart(chart: HistogramChart) -> dict[str, Any]:
    """Return the specification of a histogram."""
    axis = altair.Axis(grid=False, format=YEAR_FORMAT if chart.is_years else NUMBER_FORMAT)
    axes = {
        "x": altair.X(
            "k0:Q",
            title=chart.title,
            axis=axis,
            scale=altair.Scale(zero=False, nice=False),
        ),
        "x2": altair.X2("end:Q"),
        "y": altair.Y(
            "v0:Q", title=None, stack=None, axis=altair.Axis(tickMinStep=integer_steps(chart.rows))
        ),
        "y2": altair.Y2(datum=0),
    }
    beyond: Any = altair.value(MAIN)
    if chart.threshold:
        over = altair.datum.k0 >= chart.threshold["value"]
        beyond = altair.condition(over, altair.value(LATE), altair.value(MAIN))
    layers = [mark("bar", chart.background, axes, color=PALE, orient="vertical")] if chart.background else []
    layers.append(
        interactive_mark(
            "bar", chart.rows, {**axes, "color": beyond}, orient="vertical", stroke="token:paper"
        )
    )
    layers += [*_values(chart), *_threshold(chart)]
    return specification(altair.layer(*layers), height=chart.height, description=chart.description)


def _values(chart: HistogramChart) -> list[altair.Chart]:
    if len(chart.rows) > LABELLED_BINS:
        return []
    rows = [{**row, "middle": (row["k0"] + row["end"]) / 2} for row in chart.rows if row["v0"]]
    words = {"x": altair.X("middle:Q"), "y": altair.Y("v0:Q"), "text": altair.Text("w0:N")}
    return [mark("text", rows, words, baseline="bottom", dy=-4)]


def _threshold(chart: HistogramChart) -> list[altair.Chart]:
    if not chart.threshold:
        return []
    rows = [{"at": chart.threshold["value"], "title": chart.threshold.get("title", "")}]
    where = {"x": altair.X("at:Q")}
    words = {**where, "text": altair.Text("title:N")}
    return [mark("rule", rows, where), *haloed(rows, words, align="left", baseline="top", y=0, dx=5)]
