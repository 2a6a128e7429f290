"""Reads of the pages: catalogue, tables, sheets, ground of the map.

Everything starts from a scope of ``layers.access``: these reads add words and order, never rows.
"""

from explorer.queries.asking import Question, ask
from explorer.queries.catalogue import (
    Entry,
    ThemeEntries,
    by_theme,
    entries,
    entry,
    figures,
    matching,
    recent,
)
from explorer.queries.ground import CommuneShape, Dot, choices, dots, ground, own
from explorer.queries.lists import TablePage, columns, listed, named
from explorer.queries.sheet import Sheet, is_empty, read, row_name, sheet
from explorer.queries.shown import LayerList, MapView, map_view, named_feature, named_like

__all__ = [
    "CommuneShape",
    "Dot",
    "Entry",
    "LayerList",
    "MapView",
    "Question",
    "Sheet",
    "TablePage",
    "ThemeEntries",
    "ask",
    "by_theme",
    "choices",
    "columns",
    "dots",
    "entries",
    "entry",
    "figures",
    "ground",
    "is_empty",
    "listed",
    "map_view",
    "matching",
    "named",
    "named_feature",
    "named_like",
    "own",
    "read",
    "recent",
    "row_name",
    "sheet",
]
