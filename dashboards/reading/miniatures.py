"""A dashboard as small as a card: the first panels of its page, with what their reader sees in them.

The answers that the page remembers are shown as they are; the others are asked until the time is over, and what is then
left is the pictogram of its kind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dashboards.documents.document import COLUMNS, Panel
from dashboards.panels.kinds import Miniature, PanelAnswer
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panel_reading import known_panel, read_panel
from dashboards.registry import PANEL_KINDS
from interface import territory
from layers.errors import LayersError

MINIATURE_PANELS = 6
BUDGET_S = 1.0
_LEAST_SPAN = 2


@dataclass(frozen=True, slots=True)
class MiniatureTile:
    """A panel of a miniature: its width, the pictogram of its kind, and what it shows as far as it was read."""

    span: int
    icon: str
    title: str
    shown: Miniature = field(default_factory=Miniature)


def tile_of(panel: Panel) -> MiniatureTile:
    """Return a panel of a miniature that nobody has read."""
    return MiniatureTile(
        min(max(panel.width, _LEAST_SPAN), COLUMNS), PANEL_KINDS[panel.kind].icon, panel.title
    )


def tiles(page: DashboardPage) -> list[MiniatureTile]:
    """Return the first panels of a page, with what they show."""
    end = time.monotonic() + BUDGET_S
    communes = territory.own(territory.ground(page.visitor), page.visitor.portal)
    found = []
    for panel in page.panels[:MINIATURE_PANELS]:
        reading = known_panel(page, panel) or (read_panel(page, panel) if time.monotonic() < end else None)
        answer = reading.answer if reading is not None else None
        found.append(_read(panel, answer, communes) if answer is not None else tile_of(panel))
    return found


def _read(panel: Panel, answer: PanelAnswer, communes: Sequence[territory.CommuneShape]) -> MiniatureTile:
    tile = tile_of(panel)
    try:
        return replace(tile, shown=PANEL_KINDS[panel.kind].miniature(answer, communes))
    except LayersError:
        return tile
