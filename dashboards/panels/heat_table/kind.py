"""Two keys crossed in a table, whose cells are the darker the more they hold: read as a table, by anybody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.palette import RAMP
from dashboards.panels.charts.rows import mark_words
from dashboards.panels.groups import Groups, by_total, read_groups
from dashboards.panels.heat_table.spec import heat_chart
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import label
from dashboards.panels.options import ORDER, TITLES, UNIT, options
from dashboards.panels.questions import measures_of
from dashboards.panels.tables import key_filter
from layers.aggregates import Scalar

MOST_ROWS, MOST_COLUMNS = 40, 24
_STRONGEST = 45
"""Percents of the colour that the darkest cell takes: its words are dark too, and must be read."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell: its words, and how strong its colour is, in percents (0 for none)."""

    text: str
    strength: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row, with the page filter that its name sets."""

    label: str
    cells: tuple[HeatCell, ...]
    field: str = ""
    value: str = ""


def read(request: PanelRequest) -> PanelAnswer:
    """Return a table of the first key down and the second across."""
    groups = read_groups(request, keys=(2, 2), is_sorted=False)
    spec = heat_chart(groups.rows, ramp=RAMP, description=request.panel.title)
    return groups.answer(spec, context=heat_table(groups))


@dataclass(frozen=True, slots=True)
class HeatPart:
    """A table: the head of each column, and the rows."""

    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    def split(self, most: int) -> tuple[HeatPart, ...]:
        """Return tables of at most so many columns, about as wide as each other, with the names of the rows in each."""
        count = max(math.ceil(len(self.heads) / most), 1)
        width = math.ceil(len(self.heads) / count)
        return tuple(
            HeatPart(
                self.heads[first : first + width],
                tuple(replace(row, cells=row.cells[first : first + width]) for row in self.rows),
            )
            for first in range(0, len(self.heads), width)
        )


def heat_table(groups: Groups) -> Mapping[str, Any]:
    """Return the table, in one part, and whether something is not in it."""
    down, across = by_total(groups, 0), by_total(groups, 1)
    titles = groups.words.titles
    values = {(row[0], row[1]): row[2] for row in groups.result.rows}
    numbers = [abs(value) for value in values.values() if isinstance(value, int | float)]
    largest = max(numbers, default=0)
    rows = []
    for name in down[:MOST_ROWS]:
        cells = tuple(_cell(groups, values.get((name, head)), largest) for head in across[:MOST_COLUMNS])
        found = key_filter(groups.keys[0], name) or ("", "")
        rows.append(HeatRow(label(groups.keys[0], name, titles), cells, *found))
    heads = tuple(label(groups.keys[1], head, titles) for head in across[:MOST_COLUMNS])
    return {
        "corner": groups.keys[0].title,
        "parts": (HeatPart(heads, tuple(rows)),),
        "is_cut": len(down) > MOST_ROWS or len(across) > MOST_COLUMNS,
    }


def _cell(groups: Groups, value: Scalar, largest: float) -> HeatCell:
    if not isinstance(value, int | float):
        return HeatCell("", 0)
    words = mark_words(measures_of(groups.result)[0], value, groups.words)
    share = abs(value) / largest if largest else 0
    return HeatCell(words, max(round(share * _STRONGEST / 5) * 5, 5) if value else 0)


KIND = PanelKind(
    name="heat_table",
    title=_("Tableau de chaleur"),
    icon="grid-3x3",
    options=options(unit=UNIT, titles=TITLES, order=ORDER),
    template="dashboards/panels/heat_table.html",
    read=read,
    is_counted=True,
)
