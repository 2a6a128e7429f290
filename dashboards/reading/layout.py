"""The places of panels on the grid, when some are absent for a reader: those that stay take the room that is left.

A hole would tell that something is hidden, and looks like a defect. What the authors leave free themselves stays free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dashboards.documents.document import COLUMNS, Panel
from dashboards.reading.sketches import placed


def closed_up(panels: Sequence[Panel], absent: Collection[str]) -> tuple[Panel, ...]:
    """Return the panels of a section without the absent ones, by name: their neighbours are as wide as all were."""
    if not absent:
        return tuple(panels)
    found: list[Panel] = []
    for band in _bands(panels):
        kept = [panel for panel in band if panel.id not in absent]
        found += kept if len(kept) == len(band) else _filled(kept, _width(band))
    return tuple(found)


def _bands(panels: Iterable[Panel]) -> list[list[Panel]]:
    """Return panels by bands across the page: none stands in two of them."""
    bands: list[list[Panel]] = []
    bottom = 0
    for _column, row, panel in placed(panels):
        if not bands or row >= bottom:
            bands.append([])
        bands[-1].append(panel)
        bottom = max(bottom, row + max(panel.height, 1))
    return bands


def _width(panels: Iterable[Panel]) -> int:
    """Return the width of the widest row of panels one after the other."""
    return max((sum(_columns(panel) for panel in row) for row in _rows(panels)), default=COLUMNS)


def _filled(panels: Sequence[Panel], width: int) -> list[Panel]:
    """Return panels on rows that are all as wide, each in proportion to what it was."""
    return [panel for row in _rows(panels) for panel in _stretched(row, width)]


def _rows(panels: Iterable[Panel]) -> list[list[Panel]]:
    rows: list[list[Panel]] = []
    room = 0
    for panel in panels:
        if not rows or _columns(panel) > room:
            rows.append([])
            room = COLUMNS
        rows[-1].append(panel)
        room -= _columns(panel)
    return rows


def _stretched(row: Sequence[Panel], width: int) -> list[Panel]:
    """Return the panels of a row whose ends fall where their shares of its width end."""
    whole, before, found = sum(_columns(panel) for panel in row), 0, []
    for panel in row:
        after = before + _columns(panel)
        columns = round(after * width / whole) - round(before * width / whole)
        found.append(replace(panel, width=max(columns, 1)))
        before = after
    return found


def _columns(panel: Panel) -> int:
    return min(max(panel.width, 1), COLUMNS)
