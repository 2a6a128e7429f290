"""The kinds of panels, by the name that documents give them: a new kind is a folder and a row.

What names some of them elsewhere takes their objects from here: only these are in ``__all__``.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.maps.kind import MAP
from dashboards.maps.raster_by_commune.kind import RASTER_BY_COMMUNE
from dashboards.panels.area.kind import AREA
from dashboards.panels.bar.kind import BAR
from dashboards.panels.donut.kind import DONUT
from dashboards.panels.due.kind import DUE
from dashboards.panels.figure.kind import FIGURE
from dashboards.panels.gallery.kind import GALLERY
from dashboards.panels.heat_table.kind import HEAT_TABLE
from dashboards.panels.histogram.kind import HISTOGRAM
from dashboards.panels.kinds import PanelKind
from dashboards.panels.line.kind import LINE
from dashboards.panels.outline.kind import OUTLINE
from dashboards.panels.progress.kind import PROGRESS
from dashboards.panels.scatter.kind import SCATTER
from dashboards.panels.sheet.kind import SHEET
from dashboards.panels.small_multiples.kind import SMALL_MULTIPLES
from dashboards.panels.spatial_join.kind import SPATIAL_JOIN
from dashboards.panels.stacked_bar.kind import STACKED_BAR
from dashboards.panels.table.kind import TABLE
from dashboards.panels.text.kind import TEXT
from dashboards.panels.tracking.kind import TRACKING
from dashboards.panels.trajectory.kind import TRAJECTORY

__all__ = [
    "BAR",
    "COMMON_KINDS",
    "DONUT",
    "DUE",
    "FALLBACK_KINDS",
    "FIGURE",
    "GALLERY",
    "HISTOGRAM",
    "LAYER_CHART_KINDS",
    "LINE",
    "MAP",
    "PANEL_KINDS",
    "SHEET",
    "STACKED_BAR",
    "TABLE",
    "TEXT",
]

PANEL_KINDS: Mapping[str, PanelKind] = {
    kind.name: kind
    for kind in (
        FIGURE, BAR, STACKED_BAR, LINE, AREA, HISTOGRAM, HEAT_TABLE, DONUT, SMALL_MULTIPLES, SCATTER, MAP, TABLE,
        GALLERY, PROGRESS, OUTLINE, TRACKING, TRAJECTORY, DUE, SHEET,
        RASTER_BY_COMMUNE, SPATIAL_JOIN, TEXT,
    )
}  # fmt: skip
# The kinds that most panels are, in the order of the grid of the builder.
COMMON_KINDS: tuple[PanelKind, ...] = (FIGURE, BAR, LINE, MAP, TABLE, PROGRESS, GALLERY, TEXT)
# The kinds that can show any layer: a panel becomes one of them when its kind cannot show the new layer.
FALLBACK_KINDS: tuple[PanelKind, ...] = (TABLE, FIGURE)
# How a reader draws a layer on its page: the first one where another does not suit.
LAYER_CHART_KINDS: tuple[PanelKind, ...] = (BAR, LINE, DONUT, TABLE)
