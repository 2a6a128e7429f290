"""A statistic of a raster by commune, for a panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.kinds import PanelRequest
from interface.raster_words import share_text, value_text
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


@dataclass(frozen=True, slots=True)
class CommuneStatistic:
    """A statistic of a raster in the communes of a page: ``told`` largest first, ``missing`` without a value.

    ``unit`` is that of the values, which are percents when it ``is_share``.
    """

    scope: RasterScope
    title: str
    unit: str
    is_share: bool
    told: tuple[tuple[Commune, float], ...]
    missing: tuple[Commune, ...]

    def plain(self, value: float) -> float:
        """Return a value as it is written in a table: rounded, in percents when it is a share."""
        return round(100 * value, 1) if self.is_share else round(value, self.scope.raster.decimals + 1)

    def words(self, value: float) -> str:
        """Write a value with its unit."""
        return share_text(value) if self.is_share else value_text(self.scope.raster, value)


def read_statistic(request: PanelRequest) -> CommuneStatistic:
    """Return the statistic of a panel on its raster, in each commune of the page.

    Raises:
        UnknownLayer: the raster is hidden or unknown.
        InvalidParameter: none is named, it is a picture, or has no such class.
        TooCostly: a commune holds more cells than are read at once.
    """
    scope = _raster(request)
    reader, title = _reader(request, scope)
    values = [
        (commune, reader(known_values))
        for commune, known_values in by_commune(scope)
        if _is_asked(request, commune)
    ]
    known_values = [(commune, value) for commune, value in values if value is not None]
    is_share = request.option("statistic", "mean") == SHARE
    return CommuneStatistic(
        scope=scope,
        title=title,
        unit="%" if is_share else request.option("unit") or scope.raster.unit,
        is_share=is_share,
        told=tuple(sorted(known_values, key=lambda pair: -pair[1])),
        missing=tuple(commune for commune, value in values if value is None),
    )


def _raster(request: PanelRequest) -> RasterScope:
    slug = request.option("raster", "")
    if not slug:
        raise InvalidParameter(_("Nommez le raster de ce panneau."), parameter="raster")
    scope = request.rasters.get(slug)
    if scope is None:
        raise UnknownLayer(slug)
    if scope.raster.kind == RasterKind.IMAGE:
        raise InvalidParameter(_("Une image n’a pas de statistiques."), parameter="raster")
    return scope


def _reader(request: PanelRequest, scope: RasterScope) -> tuple[Reader, str]:
    """Return the reader of the chosen statistic, and its title."""
    statistic = request.option("statistic", "mean")
    if statistic != SHARE:
        return (lambda told: getattr(told, statistic)), str(STATISTICS[statistic])
    name = request.option("class", "")
    if name not in [each.title for each in scope.style.classes]:
        raise InvalidParameter(_("Le raster n’a pas de classe « %s ».") % name[:60], parameter="class")

    def share(told: RasterStatistics) -> float | None:
        named = (each for each in told.classes if each.raster_class and each.raster_class.title == name)
        return next((each.share for each in named), None) if told.cells else None

    return share, name


def _is_asked(request: PanelRequest, commune: Commune) -> bool:
    codes = request.query.communes
    return not codes or commune.code in codes
