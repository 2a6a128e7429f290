"""Values, legends and statistics of rasters as people read them, whatever the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interface import wording
from layers.access import RasterScope
from layers.models import Raster
from layers.queries.rasters import BandValue, ClassShare, Legend, RasterStatistics, legend
from layers.queries.rasters.areas import crs_name, is_geographic
from layers.vocabulary import RasterKind

# Numbers along a scale: as many as a narrow panel holds.
TICKS = 3
# Under this share of a surface, how much of it has values is told.
NEARLY_ALL = 0.995
_SMALLEST_SHARE = 0.001
METRES_A_DEGREE = 111_320
_INTEGERS_FROM = 10


@dataclass(frozen=True, slots=True)
class ScaleStop:
    """A colour of a scale, and where it stands along it, in percent."""

    colour: str
    offset: int


@dataclass(frozen=True, slots=True)
class LegendWords:
    """A legend to draw: a scale from ``stops`` with numbers under it, or ``classes`` (colour and words of each).

    ``text`` says it without colours. A picture has neither.
    """

    stops: tuple[ScaleStop, ...]
    ticks: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    text: str


def value_text(raster: Raster, value: float) -> str:
    """Write a value with the decimals and the unit of its raster: « 132 m »."""
    text = wording.number(round(value, raster.decimals) if raster.decimals else round(value))
    return f"{text}{wording.HARD_SPACE}{wording.unit(raster.unit)}" if raster.unit else text


def reading_text(scope: RasterScope, values: Sequence[BandValue]) -> str:
    """Return the value of a cell in words: a value and its class, the name of a code, or the bands of a picture."""
    inputs = [band for band in values if band.value is not None]
    if not inputs:
        return _("aucune donnée ici")
    if scope.raster.kind == RasterKind.IMAGE:
        texts = [
            (band.title or _("canal %d") % band.band, wording.number(band.value or 0)) for band in inputs
        ]
        return ", ".join(_("%(title)s : %(text)s") % {"title": title, "text": text} for title, text in texts)
    first = inputs[0]
    text = value_text(scope.raster, first.value or 0)
    if first.raster_class is None:
        return text
    if scope.raster.kind == RasterKind.CLASSES:
        return first.raster_class.title
    return _("%(value)s (%(class)s)") % {"value": text, "class": first.raster_class.title}


def legend_words(scope: RasterScope) -> LegendWords:
    """Return the legend of a raster in its own style."""
    raster_legend = legend(scope)
    if not raster_legend.entries:
        return LegendWords((), (), (), _("image, sans légende"))
    if not raster_legend.is_scale:
        classes = tuple((entry.colour, entry.title) for entry in raster_legend.entries)
        return LegendWords((), (), classes, ", ".join(title for _colour, title in classes))
    return _scale(scope, raster_legend)


def _scale(scope: RasterScope, raster_legend: Legend) -> LegendWords:
    last = len(raster_legend.entries) - 1
    stops = tuple(
        ScaleStop(entry.colour, round(100 * index / last))
        for index, entry in enumerate(raster_legend.entries)
    )
    visible = [raster_legend.entries[round(index * last / (TICKS - 1))] for index in range(TICKS)]
    ticks = tuple(value_text(scope.raster, entry.lower or 0) for entry in visible)
    text = _("échelle de %(low)s à %(high)s") % {"low": ticks[0], "high": ticks[-1]}
    return LegendWords(stops, ticks, (), text)


def share_text(share: float) -> str:
    """Write a share from 0 to 1 in percent; « < 0,1 % » where it would be rounded to 0."""
    if 0 < share < _SMALLEST_SHARE:
        return f"<{wording.HARD_SPACE}{wording.number(0.1)}{wording.HARD_SPACE}%"
    return f"{wording.number(round(100 * share, 1))}{wording.HARD_SPACE}%"


def statistics_facts(scope: RasterScope, statistics: RasterStatistics) -> list[tuple[str, str]]:
    """Return the statistics of a surface as titles and texts; nothing where no cell has a value."""
    measures = (
        (_("Moyenne"), statistics.mean),
        (_("Minimum"), statistics.minimum),
        (_("Maximum"), statistics.maximum),
        (_("Total"), statistics.total),
    )
    facts = [(title, value_text(scope.raster, value)) for title, value in measures if value is not None]
    facts += [(class_title(share), share_text(share.share)) for share in statistics.classes if share.cells]
    if facts and statistics.covered < NEARLY_ALL:
        facts.append((_("Surface renseignée"), share_text(statistics.covered)))
    return facts


def class_title(share: ClassShare) -> str:
    """Name a class, or the code that the style does not name."""
    if share.raster_class is not None:
        return share.raster_class.title
    return _("code %s") % wording.number(share.value or 0)


def resolution_text(scope: RasterScope) -> str:
    """Say how large a cell is in metres: « 5 m », « 20 × 30 m »; at its middle latitude when the grid is in degrees."""
    width, height = scope.online.resolution
    if is_geographic(scope.online.srid):
        _west, south, _east, north = scope.online.bounds
        width, height = (
            width * METRES_A_DEGREE * math.cos(math.radians((south + north) / 2)),
            height * METRES_A_DEGREE,
        )
    sides = [
        wording.number(round(side) if side >= _INTEGERS_FROM else round(side, 2)) for side in (width, height)
    ]
    text = sides[0] if sides[0] == sides[1] else f"{sides[0]} × {sides[1]}"
    return f"{text}{wording.HARD_SPACE}m"


def crs_text(scope: RasterScope) -> str:
    """Name the CRS of the grid, with its EPSG code: « RGF93 v1 / Lambert-93 (EPSG:2154) »."""
    srid = scope.online.srid
    name = crs_name(srid)
    return f"{name} (EPSG:{srid})" if name else f"EPSG:{srid}"
