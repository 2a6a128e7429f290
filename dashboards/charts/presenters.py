"""A chart of a layer, read under the rights of who looks, with its table, its files and where its features are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone, translation

from dashboards import access
from dashboards.charts.choices import ChartChoices, ChartQuery, chart_choices, chart_panel
from dashboards.documents.document import Panel
from dashboards.panels.downloads import TABLES, forms_of
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import panel_source
from interface.territory import COMMUNE_FIELD
from layers.access import Scope
from layers.cache import BoundedCache

_answers: BoundedCache[PanelAnswer] = BoundedCache(300, most=8 * 1024 * 1024)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A form in which a chart is taken, and its address."""

    form: str
    address: str


@dataclass(frozen=True, slots=True)
class LayerChart:
    """A chart that was read. ``address`` is its own page; ``kept`` the hidden fields of its form for the selection.

    ``dashboard`` is the address that makes one of the layer, empty for who may make none.
    """

    scope: Scope
    choices: ChartChoices
    panel: Panel
    answer: PanelAnswer
    shown: PanelPresentation
    address: str
    kept: tuple[Pair, ...]
    files: tuple[ChartFile, ...]
    dashboard: str

    @property
    def picture(self) -> str:
        """The address of its picture, for who has no script; empty where nothing is drawn."""
        return next((file.address for file in self.files if file.form == "SVG"), "")


def layer_chart(scope: Scope, query: ChartQuery) -> LayerChart | None:
    """Read the chart of an address on a layer; None where nothing groups its features.

    Raises:
        UnknownProperty, InvalidParameter: as ``chart_choices``.
        TooSlow, Busy: the database did not answer in time.
    """
    source = panel_source(scope)
    choices = chart_choices(source, query)
    if choices is None:
        return None
    panel = chart_panel(source, choices)
    answer = read_chart(scope, query, panel)
    pairs = [*query.kept, *choices.pairs]
    arguments = [scope.slug]
    forms = [form for form in forms_of(answer) if form not in TABLES or scope.can_download]
    return LayerChart(
        scope=scope,
        choices=choices,
        panel=panel,
        answer=answer,
        shown=present(panel, PANEL_KINDS[panel.kind], answer, address=partial(_features, scope, query)),
        address=f"{reverse('dashboards:layer-chart', args=arguments)}?{urlencode(pairs)}",
        kept=query.kept,
        files=tuple(
            ChartFile(
                form.upper(),
                f"{reverse('dashboards:chart-file', args=[*arguments, form])}?{urlencode(pairs)}",
            )
            for form in forms
        ),
        dashboard=_dashboard(scope),
    )


def read_chart(scope: Scope, query: ChartQuery, panel: Panel) -> PanelAnswer:
    """Return the answer of a chart, cached until rights or data change."""
    assert panel.question is not None
    request = PanelRequest(panel, panel.question, scope.visitor, scope, query.selection)
    key = (
        scope.key,
        scope.version,
        repr(panel),
        query.selection.identity,
        translation.get_language(),
        _day(),
    )
    return _answers.recall(key, partial(PANEL_KINDS[panel.kind].read, request))


def _day() -> object:
    return timezone.localdate()


def _features(scope: Scope, query: ChartQuery, field: str, value: str) -> str:
    """Return the map of the features of a group, or their list for a layer without geometry or a richer selection."""
    is_plain = not query.kept or all(name in {"q", COMMUNE_FIELD} for name, _value in query.kept)
    if not scope.definition.geometry.is_located or not is_plain:
        return ""
    wanted = (COMMUNE_FIELD, value) if field == COMMUNE_FIELD else (f"{scope.slug}.{field}", _of_map(value))
    pairs_kept = [pair for pair in query.kept if pair[0] != wanted[0]]
    pairs = [("couches", scope.slug), ("tableau", scope.slug), *pairs_kept, wanted]
    return f"{reverse('explorer:map')}?{urlencode(pairs)}"


def _of_map(value: str) -> str:
    """Write a value of a panel as the map's address does: days of a period are both held, a bin's end is not."""
    start, slash, end = value.partition("/")
    if not slash:
        return value
    return f"{start}..{end}" if "-" in start[1:] else f"{start}..<{end}"


def _dashboard(scope: Scope) -> str:
    if not access.may_create(scope.visitor):
        return ""
    return f"{reverse('dashboards:new')}?{urlencode({'couche': scope.slug})}"
