"""The panel kind ``raster_by_commune``: a statistic of a raster as bars, as a map of the communes, or as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel
from dashboards.maps.classification import class_of, classify
from dashboards.maps.definitions import CLASS_OPTIONS, MapMode, read_options
from dashboards.maps.drawing import MapDrawing, MapPlace
from dashboards.maps.groups import class_lines
from dashboards.maps.presenters import map_context
from dashboards.panels.answers import option
from dashboards.panels.bar.spec import BarChart, bar_chart
from dashboards.panels.charts.rows import Row, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelKind, PanelRequest, PanelTable
from dashboards.panels.options import NAME, TARGET, TEXT, UNIT, choice, needed, options, titled
from dashboards.panels.raster_communes.values import STATISTICS, CommuneStatistic, read_statistic
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER, own, visible_communes
from layers.queries import select

BARS, MAP, TABLE = "bars", "map", "table"
DISPLAYS = {
    BARS: gettext_lazy("des barres"),
    MAP: gettext_lazy("une carte des communes"),
    TABLE: gettext_lazy("un tableau"),
}


def read(request: PanelRequest) -> PanelAnswer:
    """Return a statistic of a raster in each commune of the page, drawn as the document asks.

    Raises:
        LayersError: as ``read_statistic``.
    """
    found, display = read_statistic(request), option(request, "display", BARS)
    missing = ", ".join(commune.nom for commune in found.missing)
    drawing = _map(request, found) if display == MAP and found.told else None
    return PanelAnswer(
        table=_table(found),
        matched=len(found.told),
        unit=found.unit,
        source=request.panel.source or _source(found),
        date=found.scope.online.published_at,
        spec=_bars(request, found) if display == BARS else None,
        context=map_context(request, drawing) if drawing is not None else None,
        is_empty=not found.told,
        notes=(_("Sans valeur : %s.") % missing,) if missing else (),
    )


def _table(found: CommuneStatistic) -> PanelTable:
    return PanelTable(
        columns=(
            PanelColumn(COMMUNE_FIELD, _("Commune")),
            PanelColumn("value", found.title, unit=found.unit, is_number=True, is_rounded=True),
        ),
        rows=tuple((commune.nom, found.plain(value)) for commune, value in found.told),
        filters=tuple((COMMUNE_FIELD, commune.code) for commune, _value in found.told),
    )


def _bars(request: PanelRequest, found: CommuneStatistic) -> Mapping[str, Any]:
    chart = BarChart(
        rows=[_bar(place, found) for place in range(len(found.told))],
        description=request.panel.title,
        height=height_of(request.panel),
        target=option(request, "target"),
    )
    return bar_chart(chart)


def _bar(place: int, found: CommuneStatistic) -> Row:
    commune, value = found.told[place]
    words = found.words(value)
    return {
        "n": place,
        "k0": commune.code,
        "l0": commune.nom,
        "v0": found.plain(value),
        "w0": words,
        "filters": [(COMMUNE_FIELD, commune.code)],
        "tip": tip([commune.nom], words),
    }


def _map(request: PanelRequest, found: CommuneStatistic) -> MapDrawing:
    """Return the communes in classes of the values, as the map of any measure."""
    asked = read_options({**request.panel.options, "mode": MapMode.CHOROPLETH.value})
    values = {commune.code: value for commune, value in found.told}
    plain = {code: found.plain(value) for code, value in values.items()}
    classes = classify(list(plain.values()), asked.classes, method=asked.method)
    shapes = own(visible_communes(request.visitor), request.visitor.portal)
    places = tuple(
        MapPlace(
            shape.code,
            shape.name,
            plain[shape.code],
            found.words(values[shape.code]),
            class_of(classes, plain[shape.code]),
        )
        if shape.code in values
        else MapPlace(shape.code, shape.name, None, "")
        for shape in shapes
    )
    drawing = MapDrawing(
        options=asked,
        selection=select(request.scope, request.query),
        table=_table(found),
        matched=len(found.told),
        token=asked.colour or found.scope.layer.theme.token,
        field=COMMUNE_FIELD,
        title=found.title,
        unit=found.unit,
        places=places,
        classes=classes,
        largest=max(map(abs, plain.values())),
    )
    return replace(drawing, legend=tuple(class_lines(drawing)))


def _source(found: CommuneStatistic) -> str:
    layer = found.scope.layer
    return _("%(title)s (données d’exemple)") % {"title": layer.title} if layer.is_sample else layer.title


def rasters(panel: Panel) -> tuple[str, ...]:
    """Return the raster that a panel reads."""
    slug = panel.options.get("raster", "")
    return (str(slug),) if slug else ()


def other_layers(_panel: Panel) -> tuple[str, ...]:
    """Return the communes, which are drawn whatever the panel shows."""
    return (COMMUNES_LAYER,)


KIND = PanelKind(
    name="raster_by_commune",
    title=gettext_lazy("Raster par commune"),
    icon="image",
    options=options(
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
        }
    ),
    template="dashboards/panels/raster_communes.html",
    read=read,
    other_layers=other_layers,
    rasters=rasters,
    is_counted=True,
)
