"""Two keys crossed in a table, whose cells are the darker the more they hold: read as a table, by anybody."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from dashboards.panels.charts.marks import haloed, interactive_mark
from dashboards.panels.charts.theme import RAMP, specification
from dashboards.panels.fitting import TwoKeysKind
from dashboards.panels.groups import Groups, Row, by_total, mark_words, read_groups
from dashboards.panels.kinds import (
    Glyph,
    KeyRule,
    Miniature,
    PanelAnswer,
    PanelRequest,
    PaperLimits,
    PaperRule,
)
from dashboards.panels.labels import label
from dashboards.panels.miniatures import cells_miniature
from dashboards.panels.options import DECIMALS, ORDER, TITLES, UNIT, option_schema
from dashboards.panels.queries import measures_of
from dashboards.panels.tables import key_filter
from interface.territory import CommuneShape
from layers.aggregates import Scalar
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

MAX_ROWS, MAX_COLUMNS, PRINTED_COLUMNS, HALF_COLUMNS = 40, 24, 12, 6
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


class HeatTable(TwoKeysKind):
    """Two keys crossed in a table, whose cells are the darker the more they hold."""

    name = "heat_table"
    title = _("Tableau de chaleur")
    icon = "grid-3x3"
    options = option_schema(unit=UNIT, decimals=DECIMALS, titles=TITLES, order=ORDER)
    template = "dashboards/panels/heat_table.html"
    shows_rows = False
    keys = KeyRule(2, 2, label=_("En colonnes"), phrase=_("en colonnes selon {}"))
    has_series = True
    paper = PaperRule(is_written=True, is_table=True, base=44, row=17)
    shape = Glyph.ROWS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a table of the first key down and the second across."""
        groups = read_groups(request, keys=(2, 2), is_sorted=False)
        spec = heat_chart(groups.rows, ramp=RAMP, description=request.panel.title)
        return groups.answer(spec, context=heat_table(groups))

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return cells."""
        return cells_miniature(answer)

    def written_rows(self, answer: PanelAnswer) -> int:
        """Return how many rows its parts have."""
        return sum(len(part.rows) for part in (answer.context or {})["parts"])

    def fills_narrow(self, answer: PanelAnswer) -> bool:
        """Return whether it has more columns than half a sheet."""
        parts: Sequence[HeatPart] = (answer.context or {})["parts"]
        return len(parts[0].heads) > HALF_COLUMNS

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return the table in parts on a narrow sheet."""
        if not limits.is_narrow:
            return answer
        context = dict(answer.context or {})
        (table,) = context["parts"]
        return replace(answer, context=context | {"parts": table.split(PRINTED_COLUMNS)})


HEAT_TABLE = HeatTable()


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
    for name in down[:MAX_ROWS]:
        cells = tuple(_cell(groups, values.get((name, head)), largest) for head in across[:MAX_COLUMNS])
        filter = key_filter(groups.keys[0], name) or ("", "")
        rows.append(HeatRow(label(groups.keys[0], name, titles), cells, *filter))
    heads = tuple(label(groups.keys[1], head, titles) for head in across[:MAX_COLUMNS])
    return {
        "corner": groups.keys[0].title,
        "parts": (HeatPart(heads, tuple(rows)),),
        "is_cut": len(down) > MAX_ROWS or len(across) > MAX_COLUMNS,
    }


def _cell(groups: Groups, value: Scalar, largest: float) -> HeatCell:
    if not isinstance(value, int | float):
        return HeatCell("", 0)
    words = mark_words(measures_of(groups.result)[0], value, groups.words)
    share = abs(value) / largest if largest else 0
    return HeatCell(words, max(round(share * _STRONGEST / 5) * 5, 5) if value else 0)


ROW = 30


def heat_chart(rows: Sequence[Row], *, ramp: Sequence[str], description: str) -> dict[str, Any]:
    """Return the specification of a heat table, in the order of the rows."""
    down = list(dict.fromkeys(row["l0"] for row in rows))
    across = [label for _start, label in sorted({(str(row["k1"]), row["l1"]) for row in rows})]
    encoding = {
        "x": altair.X("l1:N", title=None, sort=across, axis=altair.Axis(orient="top")),
        "y": altair.Y("l0:N", title=None, sort=down),
    }
    colour = altair.Color("v0:Q", scale=altair.Scale(range=list(ramp)), legend=None)
    words = {**encoding, "text": altair.Text("w0:N")}
    layers = [interactive_mark("rect", rows, {**encoding, "color": colour}), *haloed(rows, words)]
    return specification(altair.layer(*layers), height=ROW * max(len(down), 2), description=description)
