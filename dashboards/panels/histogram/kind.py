"""How the values of a number are spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.charts.rows import Row, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Groups, read_groups
from dashboards.panels.histogram.spec import HistogramChart, histogram_chart
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
from layers.parsing import FeatureQuery
from layers.parsing.measures import parse_measure

BINS, MOST_BINS = 12, 200


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
        if request.others is not None and request.option("background", False):
            background = bins_of(_binned(request, request.others))
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
        usual = main_number(source) or source.of_role(FieldRole.NUMBER, FieldRole.YEAR)[0]
        key = grouped or number or usual.name
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
    """Ask the question, cut into bins.

    Raises:
        InvalidParameter: the key is a period, or something that is no number.
    """
    by = tuple(name if ":" in name else f"bins{BINS}:{name}" for name in request.question.by)
    asked = replace(request, question=replace(request.question, by=by))
    groups = read_groups(asked, keys=(1, 1), is_sorted=False, selection=selection)
    key = groups.keys[0]
    if key.bins is None or key.type in {FieldType.DATE, FieldType.DATETIME}:
        raise InvalidParameter(
            _("Un histogramme demande un nombre : « %s » n’en est pas un.") % key.title, parameter="by"
        )
    return groups


def bins_of(groups: Groups) -> list[Row]:
    """Return a row a bin from the first to the last, empty ones included, with where each ends."""
    key = groups.keys[0]
    given = {row["k0"]: row for row in groups.rows if row["k0"] is not None}
    return [
        {**(given.get(start) or _empty(groups, key, start)), "end": end} for start, end in _edges(key, given)
    ]


def _edges(key: ResultColumn, given: dict[float, Row]) -> list[tuple[float, float]]:
    assert key.bins is not None
    edges = [float(edge) for edge in key.bins.edges if isinstance(edge, int | float)]
    if edges:
        width = key.bins.step or 1
        return list(pairwise(edges)) if edges[0] != edges[-1] else [(edges[0], edges[0] + width)]
    if not given:
        return []
    count = round((max(given) - min(given)) / key.bins.step) + 1
    if count > MOST_BINS:
        return [(start, start + key.bins.step) for start in sorted(given)]
    starts = [min(given) + place * key.bins.step for place in range(count)]
    return [(start, start + key.bins.step) for start in starts]


def _empty(groups: Groups, key: ResultColumn, start: float) -> Row:
    words = amount(0, groups.unit)
    told = filter_value(key, start)
    found = key_filter(key, start) if told else None
    return {
        "k0": start, "l0": label(key, start), "v0": 0, "w0": words, "tip": tip([label(key, start)], words),
        "filters": [found] if found else [],
    }  # fmt: skip


def _missing(groups: Groups) -> list[str]:
    """Say how many rows have no value."""
    nulls = [row["v0"] for row in groups.rows if row["k0"] is None]
    if not nulls or not isinstance(nulls[0], int):
        return []
    return [ngettext("%d objet sans valeur.", "%d objets sans valeur.", nulls[0]) % nulls[0]]
