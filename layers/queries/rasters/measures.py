"""What is told of a raster in a surface, as values."""

from __future__ import annotations

from dataclasses import dataclass

from layers.parsing.raster_styles import RasterClass


@dataclass(frozen=True, slots=True)
class ClassShare:
    """How much of a surface a class takes: ``cells`` of the grid (a fraction counts), ``share`` of those with a value.

    ``raster_class`` is None for a code that the style does not name; ``value`` is the code then, or None.
    """

    raster_class: RasterClass | None
    value: float | None
    cells: float
    share: float


@dataclass(frozen=True, slots=True)
class RasterStatistics:
    """What a surface holds of the first band. Measures are None where no cell has a value.

    ``cells`` is how many have one (a fraction counts), ``covered`` their share of the surface, from 0 to 1. ``total``
    is the sum, for rasters whose values may be added up. Codes have no mean: their measures are None, but for classes.
    """

    cells: float
    covered: float
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    total: float | None = None
    classes: tuple[ClassShare, ...] = ()
