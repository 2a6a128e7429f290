"""Reads of rasters: the value at a point, the statistics of a surface, and the files that both open."""

from layers.queries.rasters.areas import Area, communes_areas, parse_area, visible_area
from layers.queries.rasters.cells import BandValue, Clip, GridFile, clip, opened, value_at
from layers.queries.rasters.legends import Legend, LegendEntry, legend
from layers.queries.rasters.statistics import ClassShare, RasterStatistics, by_commune, statistics

__all__ = [
    "Area",
    "BandValue",
    "ClassShare",
    "Clip",
    "GridFile",
    "Legend",
    "LegendEntry",
    "RasterStatistics",
    "by_commune",
    "clip",
    "communes_areas",
    "legend",
    "opened",
    "parse_area",
    "statistics",
    "value_at",
    "visible_area",
]
