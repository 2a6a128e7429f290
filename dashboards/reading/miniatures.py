"""A dashboard as small as a card: the first panels of its page, with what their reader sees in them.

The answers that the page remembers are shown as they are; the others are asked until the time is over, and what is then
left is the pictogram of its kind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.documents.document import COLUMNS, Panel
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.presenters import table_rows
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.miniature_shapes import MiniatureDrawing, drawing_of
from dashboards.reading.panel_reading import known_panel, read_panel
from dashboards.registry import PANEL_KINDS
from interface import territory
from layers.errors import LayersError

MINIATURE_PANELS = 6
BUDGET_S = 1.0
_LINES = 3
_LEAST_SPAN = 2
_SYMBOL = 3
"""A unit that is no longer is a symbol (« € », « km »), and stands beside its value."""


@dataclass(frozen=True, slots=True)
class MiniatureTile:
    """A panel of a miniature: its width, the pictogram of its kind, and what it shows as far as it was read."""

    span: int
    icon: str
    title: str
    value: str = ""
    unit: str = ""
    whole: str = ""
    gauge: int | None = None
    lines: tuple[tuple[str, str], ...] = ()
    drawing: MiniatureDrawing | None = None


def tile_of(panel: Panel) -> MiniatureTile:
    """Return a panel of a miniature that nobody has read."""
    return MiniatureTile(
        min(max(panel.width, _LEAST_SPAN), COLUMNS), PANEL_KINDS[panel.kind].icon, panel.title
    )


def tiles(page: DashboardPage) -> list[MiniatureTile]:
    """Return the first panels of a page, with what they show."""
    end = time.monotonic() + BUDGET_S
    communes = territory.own(territory.visible_communes(page.visitor), page.visitor.portal)
    found = []
    for panel in page.panels[:MINIATURE_PANELS]:
        reading = known_panel(page, panel) or (read_panel(page, panel) if time.monotonic() < end else None)
        answer = reading.answer if reading is not None else None
        found.append(_read(panel, answer, communes) if answer is not None else tile_of(panel))
    return found


def _read(panel: Panel, answer: PanelAnswer, communes: Sequence[territory.CommuneShape]) -> MiniatureTile:
    tile, context = tile_of(panel), answer.context or {}
    place = (tile.span, tile.icon, tile.title)
    if panel.kind in {"figure", "progress"} and not answer.is_empty:
        unit = context.get("unit") or ""
        return MiniatureTile(
            *place,
            value=context["value"],
            unit=unit if len(unit) <= _SYMBOL else "",
            whole=context.get("whole") or "",
            gauge=context.get("gauge"),
        )
    if panel.kind == "due":
        return MiniatureTile(
            *place, lines=tuple((group.title, str(group.count)) for group in context["groups"])
        )
    if panel.kind in {"table", "outline", "tracking"}:
        rows = table_rows(answer.table)[:_LINES]
        return MiniatureTile(
            *place,
            lines=tuple(
                (str(row.cells[0].text), str(row.cells[-1].text) if len(row.cells) > 1 else "")
                for row in rows
            ),
        )
    try:
        return MiniatureTile(*place, drawing=drawing_of(panel.kind, answer, communes))
    except LayersError:
        return tile
