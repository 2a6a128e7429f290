"""A raster by commune: a statistic of its cells as bars, as a map of the communes, or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.classification import class_of, classify
from dashboards.maps.definitions import BBOX, CLASS_OPTIONS, MapMode, read_options
from dashboards.maps.drawing import MapArea, MapDrawing, drawing_in
from dashboards.maps.files import map_picture, standalone_map
from dashboards.maps.groups import class_lines
from dashboards.maps.miniatures import map_miniature
from dashboards.maps.presenters import map_context
from dashboards.maps.raster_by_commune.statistic import SHARE, STATISTICS, CommuneStatistic, read_statistic
from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.theme import height_of
from dashboards.panels.controls import ChoiceGroup, EditedPanel, plain
from dashboards.panels.groups import Row, tip
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    Miniature,
    PanelAnswer,
    PanelColumn,
    PanelDrawing,
    PanelKind,
    PanelRequest,
    PanelTable,
    PaperRule,
)
from dashboards.panels.miniatures import bars_miniature, rows_miniature
from dashboards.panels.options import NAME, TARGET, TEXT, UNIT, choice, needed, option_schema, titled
from dashboards.panels.sentences import bold
from dashboards.sources.source import PanelSource
from dashboards.sources.words import TITLE_MAX, lowered
from interface.standalone.document import StandaloneMap
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER, CommuneShape, own, visible_communes
from layers.access import RasterScope, visible_rasters
from layers.errors import InvalidParameter
from layers.queries import select
from layers.visitor import Visitor
from layers.vocabulary import RasterKind

BARS, MAP, TABLE = "bars", "map", "table"
DISPLAYS = {
    BARS: gettext_lazy("des barres"),
    MAP: gettext_lazy("une carte des communes"),
    TABLE: gettext_lazy("un tableau"),
}
_GLYPHS = {BARS: Glyph.BARS, MAP: Glyph.MAP, TABLE: Glyph.ROWS}
_SENTENCES = {
    BARS: gettext_lazy("{} dans chaque commune, en barres"),
    MAP: gettext_lazy("{} dans chaque commune, en carte"),
    TABLE: gettext_lazy("{} dans chaque commune, en tableau"),
}
_SUBJECTS = {
    "mean": gettext_lazy("La moyenne de « {} »"),
    "median": gettext_lazy("La médiane de « {} »"),
    "minimum": gettext_lazy("Le minimum de « {} »"),
    "maximum": gettext_lazy("Le maximum de « {} »"),
    "total": gettext_lazy("Le total de « {} »"),
    SHARE: gettext_lazy("La part de « {1} » dans « {0} »"),
}


class RasterByCommune(PanelKind):
    """A statistic of a raster in each commune of the page, as bars, as a map or as a table."""

    name = "raster_by_commune"
    title = gettext_lazy("Raster par commune")
    paper = PaperRule(stretch=1.35)
    icon = "image"
    options = option_schema(
        **{
            "raster": needed(titled({**NAME, "description": "Name of a raster."}, gettext_lazy("Raster"))),
            "statistic": choice(
                gettext_lazy("Statistique"), STATISTICS, description="What is told of the cells of a commune."
            ),
            "class": titled(
                {**TEXT, "description": "Title of a class, for its share."}, gettext_lazy("Classe")
            ),
            "unit": UNIT,
            "target": TARGET,
            "display": choice(
                gettext_lazy("Dessin"),
                DISPLAYS,
                description="bars (if absent), a map of the communes, or a table.",
            ),
            **CLASS_OPTIONS,
            **BBOX,
        }
    )
    template = "dashboards/maps/raster_by_commune.html"
    shows_rows = False
    has_order = has_filter = has_notice = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a statistic of a raster in each commune of the page, drawn by the options of the document.

        Raises:
            LayersError: as ``read_statistic``.
        """
        statistic, display = read_statistic(request), request.option("display", BARS)
        missing = ", ".join(commune.nom for commune in statistic.missing)
        drawing = _map(request, statistic) if display == MAP and statistic.values else None
        return PanelAnswer(
            table=_table(statistic),
            matched=len(statistic.values),
            unit=statistic.unit,
            source=request.panel.source or _source(statistic),
            date=statistic.scope.online.published_at,
            spec=_bars(request, statistic) if display == BARS else None,
            context=map_context(request, drawing) if drawing is not None else None,
            has_drawing=drawing is not None,
            is_empty=not statistic.values,
            notes=(_("Sans valeur : %s.") % missing,) if missing else (),
        )

    def other_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return the communes, which are drawn whatever the panel shows."""
        return (COMMUNES_LAYER,)

    def rasters(self, panel: Panel) -> tuple[str, ...]:
        """Return the raster that a panel reads."""
        slug = panel.options.get("raster", "")
        return (str(slug),) if slug else ()

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse all but the communes, and a maker who sees no raster."""
        if source.scope.slug != COMMUNES_LAYER or source.relation is not None:
            return _("Choisissez la couche des communes.")
        return "" if _measures(source.scope.visitor) else _("Aucun raster ne vous est ouvert.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question of the communes, and the first raster that its maker sees."""
        return Fit(PanelQuestion(question.layer), {"raster": _measures(source.scope.visitor)[0].slug})

    def option_groups(self, edited: EditedPanel, name: str) -> list[ChoiceGroup] | None:
        """Return the rasters with statistics that the maker sees, and the classes of the one that is named."""
        visible = visible_rasters(edited.maker)
        if name == "raster":
            measured_rasters = [each for each in visible if each.raster.kind != RasterKind.IMAGE]
            return [plain(*((each.slug, each.layer.title) for each in measured_rasters))]
        if name == "class":
            slug = edited.panel.options.get("raster")
            titles = [
                raster_class.title
                for each in visible
                if each.slug == slug
                for raster_class in each.style.classes
            ]
            return [plain(("", _("rien")), *((title, title) for title in titles))]
        return None

    def default_title(self, panel: Panel, source: PanelSource) -> str:
        """Name the raster and its statistic."""
        words = {"title": _raster_title(panel, source), "text": lowered(_statistic_label(panel))}
        return (_("%(title)s : %(text)s par commune") % words)[:TITLE_MAX]

    def sentence(self, panel: Panel, question: PanelQuestion, source: PanelSource) -> SafeString:
        """Say the statistic of the raster, and how it is drawn."""
        statistic = str(panel.options.get("statistic", "mean"))
        form = _SENTENCES[str(panel.options.get("display", BARS))]
        subject = format_html(
            str(_SUBJECTS[statistic]),
            bold(_raster_title(panel, source)),
            bold(str(panel.options.get("class", ""))),
        )
        return format_html(str(form), subject)

    def glyph(self, panel: Panel) -> Glyph:
        """Return the shape of how it is drawn."""
        return _GLYPHS[str(panel.options.get("display", BARS))]

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the map, the bars or the first rows, as it is drawn."""
        if drawing := drawing_in(answer):
            return map_miniature(drawing, communes)
        return bars_miniature(answer) if answer.spec is not None else rows_miniature(answer)

    def picture(
        self, answer: PanelAnswer, visitor: Visitor, *, width: float, height: float
    ) -> PanelDrawing | None:
        """Return the map over the communes, of a panel that is drawn as one."""
        drawing = drawing_in(answer)
        return map_picture(drawing, visitor, width=width, height=height) if drawing else None

    def has_map_file(self, panel: Panel) -> bool:
        """Return whether it is drawn as a map."""
        return panel.options.get("display") == MAP

    def map_file(self, request: PanelRequest, *, filters: Sequence[str] = ()) -> StandaloneMap:
        """Return the map as one file."""
        statistic = read_statistic(request)
        if not statistic.values:
            raise InvalidParameter(_("Aucune commune n’a de valeur à dessiner."), parameter="raster")
        return standalone_map(request, _map(request, statistic), filters=filters, source=_source(statistic))


RASTER_BY_COMMUNE = RasterByCommune()


def _measures(visitor: Visitor) -> list[RasterScope]:
    """Return the rasters of measures that a visitor sees."""
    return [each for each in visible_rasters(visitor) if each.raster.kind == RasterKind.MEASURE]


def _raster_title(panel: Panel, source: PanelSource) -> str:
    """Return the title of the raster that a panel reads; its name where its maker does not see it."""
    slug = str(panel.options.get("raster", ""))
    titles = {each.slug: each.layer.title for each in visible_rasters(source.scope.visitor)}
    return titles.get(slug, slug)


def _statistic_label(panel: Panel) -> str:
    statistic = str(panel.options.get("statistic", "mean"))
    if statistic == SHARE:
        return _("part de « %s »") % str(panel.options.get("class", ""))
    return str(STATISTICS[statistic])


def _table(statistic: CommuneStatistic) -> PanelTable:
    return PanelTable(
        columns=(
            PanelColumn(COMMUNE_FIELD, _("Commune")),
            PanelColumn("value", statistic.title, unit=statistic.unit, is_number=True, is_rounded=True),
        ),
        rows=tuple((commune.nom, statistic.plain(value)) for commune, value in statistic.values),
        filters=tuple((COMMUNE_FIELD, commune.code) for commune, _value in statistic.values),
    )


def _bars(request: PanelRequest, statistic: CommuneStatistic) -> Mapping[str, Any]:
    chart = BarChart(
        rows=[_bar(index, statistic) for index in range(len(statistic.values))],
        description=request.panel.title,
        height=height_of(request.panel),
        target=request.option("target"),
    )
    return bar_chart(chart)


def _bar(index: int, statistic: CommuneStatistic) -> Row:
    commune, value = statistic.values[index]
    words = statistic.words(value)
    return {
        "n": index,
        "k0": commune.code,
        "l0": commune.nom,
        "v0": statistic.plain(value),
        "w0": words,
        "filters": [(COMMUNE_FIELD, commune.code)],
        "tip": tip([commune.nom], words),
    }


def _map(request: PanelRequest, statistic: CommuneStatistic) -> MapDrawing:
    """Return the communes in classes of the values, as the map of any measure."""
    map_options = read_options({**request.panel.options, "mode": MapMode.CHOROPLETH.value})
    values = {commune.code: value for commune, value in statistic.values}
    plain = {code: statistic.plain(value) for code, value in values.items()}
    classes = classify(list(plain.values()), map_options.classes, method=map_options.method)
    shapes = own(visible_communes(request.visitor), request.visitor.portal)
    areas = tuple(
        MapArea(
            shape.code,
            shape.name,
            plain[shape.code],
            statistic.words(values[shape.code]),
            class_of(classes, plain[shape.code]),
        )
        if shape.code in values
        else MapArea(shape.code, shape.name, None, "")
        for shape in shapes
    )
    drawing = MapDrawing(
        options=map_options,
        selection=select(request.scope, request.query),
        table=_table(statistic),
        matched=len(statistic.values),
        token=map_options.colour or statistic.scope.layer.theme.token,
        field=COMMUNE_FIELD,
        title=statistic.title,
        unit=statistic.unit,
        areas=areas,
        classes=classes,
        largest=max(map(abs, plain.values())),
    )
    return replace(drawing, legend=tuple(class_lines(drawing)))


def _source(statistic: CommuneStatistic) -> str:
    layer = statistic.scope.layer
    return _("%(title)s (données d’exemple)") % {"title": layer.title} if layer.is_sample else layer.title
