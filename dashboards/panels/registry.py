"""The kinds of panels, by the name that documents give them. A new kind is a folder and a row."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.maps.kind import MAP
from dashboards.panels.bar.kind import KIND as BAR
from dashboards.panels.figure.kind import KIND as FIGURE
from dashboards.panels.kinds import PanelKind
from dashboards.panels.table.kind import KIND as TABLE
from dashboards.panels.text.kind import KIND as TEXT

PANEL_KINDS: Mapping[str, PanelKind] = {kind.name: kind for kind in (FIGURE, BAR, TABLE, MAP, TEXT)}
