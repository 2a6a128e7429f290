"""Tags of rasters: legends, resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from interface import raster_words as words
from layers.access import RasterScope
from layers.queries.rasters import BandValue, RasterStatistics

register = template.Library()


@register.inclusion_tag("interface/rasters/legend.html")
def raster_legend(scope: RasterScope, place: str = "legend") -> dict[str, Any]:
    """Draw the legend of a raster; ``place`` makes its ids unique in the page."""
    return {"legend": words.legend_words(scope), "id": f"{place}-{scope.slug}", "scope": scope}


@register.filter
def resolution(scope: RasterScope) -> str:
    """Say how large a cell is."""
    return words.resolution_text(scope)


@register.filter
def crs_name(scope: RasterScope) -> str:
    """Name the CRS of a raster, with its code."""
    return words.crs_text(scope)


@register.simple_tag
def raster_words(scope: RasterScope) -> str:
    """Say the legend of a raster without colours."""
    return words.legend_words(scope).text


@register.simple_tag
def raster_facts(scope: RasterScope, found: RasterStatistics) -> list[tuple[str, str]]:
    """Return what a surface holds, as titles and texts."""
    return words.statistics_facts(scope, found)


@register.simple_tag
def raster_value(scope: RasterScope, values: Sequence[BandValue]) -> str:
    """Say what a cell holds."""
    return words.reading_text(scope, values)
