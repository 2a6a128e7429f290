"""How wide and how high a table is on a sheet, estimated from its texts as CSS lays tables out (CSS 2, 17.5.2.2).

Pixels are those of the widest density; letters of a closer one are smaller by ``scale``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.panels.presenters import PanelPresentation

_LETTER, _LINE, _ROW_SIDES, _BORDER, _CELL_SIDES, _CELL_NARROWEST = 5.4, 13.7, 4, 1, 8, 10
"""Pixels of a letter, of a line, above and below a row, of its border, beside a cell, and of an empty cell."""
_BOLD = 1.06
"""How much wider bold words are."""
_HEAT_LETTERS, _HEAT_SIDES = 0.91, 4
"""How much smaller the letters of a heat table are, and the pixels beside its cells."""
_BREAKS = re.compile(r"[ \t\n\r]+|(?<=[-‐])")
Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table of texts, head first: columns are as wide as their longest word at least."""

    rows: Texts
    scale: float
    sides: float = _CELL_SIDES

    @property
    def least_width(self) -> float:
        """The pixels that it needs lest words stand out of their column, those of its head in bold."""
        return _BOLD * sum(self._words()) + self.sides * len(self.rows[0])

    def height(self, width: float) -> float:
        """Return its pixels where it has so many across."""
        words, texts = self._words(), self._columns(len)
        spare = width - self.sides * len(words) - sum(words)
        share = min(max(spare / max(sum(texts) - sum(words), 1), 0), 1)
        widths = [least + (most - least) * share for least, most in zip(words, texts, strict=True)]
        letter = _LETTER * self.scale
        lines = sum(
            max(
                math.ceil(round(len(text) * letter / each, 2)) for text, each in zip(row, widths, strict=True)
            )
            or 1
            for row in self.rows
        )
        return lines * _LINE * self.scale + len(self.rows) * (_ROW_SIDES * self.scale + _BORDER)

    def _words(self) -> list[float]:
        return self._columns(lambda text: max(map(len, _BREAKS.split(text))))

    def _columns(self, letters: Callable[[str], int]) -> list[float]:
        return [
            max(max(map(letters, texts)) * _LETTER * self.scale, _CELL_NARROWEST)
            for texts in zip(*self.rows, strict=True)
        ]


def data_table(presentation: PanelPresentation, scale: float) -> TableSize:
    """Return the size of all the data of a panel."""
    head = [column.title for column in presentation.columns]
    return TableSize([head, *([cell.text for cell in row.cells] for row in presentation.rows)], scale)


def written_tables(presentation: PanelPresentation, scale: float, *, rows: int) -> list[TableSize]:
    """Return the sizes of the tables that a panel writes, with so many rows at most; none for other kinds."""
    if not presentation.kind.paper.is_table or presentation.answer.is_empty:
        return []
    context = presentation.context
    if "parts" not in context:
        table = data_table(presentation, scale)
        return [TableSize(table.rows[: rows + 1], scale)]
    return [
        TableSize(
            [
                [context["corner"], *part.heads],
                *([row.label, *(cell.text for cell in row.cells)] for row in part.rows),
            ],
            scale * _HEAT_LETTERS,
            _HEAT_SIDES,
        )
        for part in context["parts"]
    ]
