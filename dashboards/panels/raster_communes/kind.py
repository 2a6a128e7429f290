"""A raster commune by commune: a statistic of its cells as bars, or as a table alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel
from dashboards.panels.answers import option
from dashboards.panels.bar.spec import BarChart, bar_chart
from dashboards.panels.charts.rows import Row, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.kinds import PanelAnswer, PanelColumn, PanelKind, PanelRequest, PanelTable
from dashboards.panels.options import FLAG, NAME, TARGET, TEXT, UNIT, choice, needed, options, titled
from interface.raster_words import share_text, value_text
from interface.territory import COMMUNE_FIELD
from layers.access import RasterScope
from layers.errors import InvalidParameter, UnknownLayer
from layers.models import Commune
from layers.queries.rasters import RasterStatistics, by_commune
from layers.vocabulary import RasterKind

Reader = Callable[[RasterStatistics], float | None]

STATISTICS = {
    "mean": gettext_lazy("Moyenne"),
    "median": gettext_lazy("Médiane"),
    "minimum": gettext_lazy("Minimum"),
    "maximum": gettext_lazy("Maximum"),
    "total": gettext_lazy("Total"),
    "share": gettext_lazy("Part d’une classe"),
}
SHARE = "share"


def read(request: PanelRequest) -> PanelAnswer:
    """Return a statistic of a raster in each commune of the page, the largest first.

    Raises:
        UnknownLayer: the raster is hidden or unknown.
        InvalidParameter: none is named, it is a picture, or has no such class.
        TooCostly: a commune holds more cells than are read at once.
    """
    scope = _raster(request)
    reader, title = _reader(request, scope)
    found = [(commune, reader(told)) for commune, told in by_commune(scope) if _is_asked(request, commune)]
    told = sorted(
        ((commune, value) for commune, value in found if value is not None), key=lambda pair: -pair[1]
    )
    is_share = option(request, "statistic", "mean") == SHARE
    rows = [_row(place, commune, value, scope, is_share) for place, (commune, value) in enumerate(told)]
    missing = [commune.nom for commune, value in found if value is None]
    unit = "%" if is_share else option(request, "unit") or scope.raster.unit
    return PanelAnswer(
        table=_table(told, title, unit, is_share, scope),
        matched=len(told),
        unit=unit,
        source=request.panel.source or _source(scope),
        date=scope.online.published_at,
        spec=None if option(request, "is_table", False) else _drawn(request, rows),
        is_empty=not rows,
        notes=(_("Sans valeur : %s.") % ", ".join(missing),) if missing else (),
    )


def _raster(request: PanelRequest) -> RasterScope:
    slug = option(request, "raster", "")
    if not slug:
        raise InvalidParameter(_("Nommez le raster de ce panneau."), parameter="raster")
    found = request.rasters.get(slug)
    if found is None:
        raise UnknownLayer(slug)
    if found.raster.kind == RasterKind.IMAGE:
        raise InvalidParameter(_("Une image n’a pas de statistiques."), parameter="raster")
    return found


def _reader(request: PanelRequest, scope: RasterScope) -> tuple[Reader, str]:
    """Return what reads the statistic asked, and its title."""
    statistic = option(request, "statistic", "mean")
    if statistic != SHARE:
        return (lambda told: getattr(told, statistic)), str(STATISTICS[statistic])
    name = option(request, "class", "")
    if name not in [each.title for each in scope.style.classes]:
        raise InvalidParameter(_("Le raster n’a pas de classe « %s ».") % name[:60], parameter="class")

    def share(told: RasterStatistics) -> float | None:
        named = (each for each in told.classes if each.raster_class and each.raster_class.title == name)
        return next((each.share for each in named), None) if told.cells else None

    return share, name


def _is_asked(request: PanelRequest, commune: Commune) -> bool:
    codes = request.query.communes
    return not codes or commune.code in codes


def _row(place: int, commune: Commune, value: float, scope: RasterScope, is_share: bool) -> Row:
    words = share_text(value) if is_share else value_text(scope.raster, value)
    return {
        "n": place,
        "k0": commune.code,
        "l0": commune.nom,
        "v0": _plain(value, scope, is_share),
        "w0": words,
        "filters": [(COMMUNE_FIELD, commune.code)],
        "tip": tip([commune.nom], words),
    }


def _plain(value: float, scope: RasterScope, is_share: bool) -> float:
    return round(100 * value, 1) if is_share else round(value, scope.raster.decimals + 1)


def _table(
    told: list[tuple[Commune, float]], title: str, unit: str, is_share: bool, scope: RasterScope
) -> PanelTable:
    return PanelTable(
        columns=(
            PanelColumn(COMMUNE_FIELD, _("Commune")),
            PanelColumn("value", title, unit=unit, is_number=True, is_rounded=True),
        ),
        rows=tuple((commune.nom, _plain(value, scope, is_share)) for commune, value in told),
        filters=tuple((COMMUNE_FIELD, commune.code) for commune, _value in told),
    )


def _drawn(request: PanelRequest, rows: list[Row]) -> Mapping[str, Any]:
    chart = BarChart(
        rows=rows,
        description=request.panel.title,
        height=height_of(request.panel),
        target=option(request, "target"),
    )
    return bar_chart(chart)


def _source(scope: RasterScope) -> str:
    return (
        _("%(title)s (données d’exemple)") % {"title": scope.layer.title}
        if scope.layer.is_sample
        else scope.layer.title
    )


def rasters(panel: Panel) -> tuple[str, ...]:
    """Return the raster that a panel reads."""
    slug = panel.options.get("raster", "")
    return (str(slug),) if slug else ()


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
            "is_table": titled(FLAG, gettext_lazy("En tableau, sans barres")),
        }
    ),
    template="dashboards/panels/raster_communes.html",
    read=read,
    rasters=rasters,
    is_counted=True,
)
