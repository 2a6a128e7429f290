"""The kinds of panels, by the name that documents give them. A new kind is a folder and a row."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.maps.kind import MAP
from dashboards.maps.raster_communes import KIND as RASTER_BY_COMMUNE
from dashboards.panels.area.kind import KIND as AREA
from dashboards.panels.bar.kind import KIND as BAR
from dashboards.panels.donut.kind import KIND as DONUT
from dashboards.panels.due.kind import KIND as DUE
from dashboards.panels.figure.kind import KIND as FIGURE
from dashboards.panels.gallery.kind import KIND as GALLERY
from dashboards.panels.heat_table.kind import KIND as HEAT_TABLE
from dashboards.panels.histogram.kind import KIND as HISTOGRAM
from dashboards.panels.kinds import PanelKind
from dashboards.panels.line.kind import KIND as LINE
from dashboards.panels.outline.kind import KIND as OUTLINE
from dashboards.panels.progress.kind import KIND as PROGRESS
from dashboards.panels.scatter.kind import KIND as SCATTER
from dashboards.panels.sheet.kind import KIND as SHEET
from dashboards.panels.small_multiples.kind import KIND as SMALL_MULTIPLES
from dashboards.panels.stacked_bar.kind import KIND as STACKED_BAR
from dashboards.panels.table.kind import KIND as TABLE
from dashboards.panels.text.kind import KIND as TEXT
from dashboards.panels.tracking.kind import KIND as TRACKING
from dashboards.panels.trajectory.kind import KIND as TRAJECTORY

PANEL_KINDS: Mapping[str, PanelKind] = {
    kind.name: kind
    for kind in (
        FIGURE, BAR, STACKED_BAR, LINE, AREA, HISTOGRAM, HEAT_TABLE, DONUT, SMALL_MULTIPLES, SCATTER, MAP, TABLE,
        GALLERY, PROGRESS, OUTLINE, TRACKING, TRAJECTORY, DUE, SHEET,
        RASTER_BY_COMMUNE, TEXT,
    )
}  # fmt: skip
