"""Points counted by cell, once for all the tiles of a block: each adds those of its square, whatever its zoom.

A filter counts its own rows, and a map requests a dozen tiles of it at once, then those of the next zoom. A block is
the tile that has sixty-four cells of a level (``pyramids.LEVELS``) on a side. One statement counts them, for the tiles
of the block at the zooms that this level serves. They are cached by what they depend on: rights, version of the data,
question, categories of the style (ADR 0063).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from django.db import connection

from layers.definitions import Field, GeometryType
from layers.formats.mvt.tile_rows import TileRows, all_rows, tile_rows
from layers.formats.statements import BoundStatement
from layers.queries import Selection
from layers.queries.shared_answers import AnswerKey, SharedAnswers, answer_key
from layers.sql import pyramids
from layers.sql.limits import time_limit
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD, TileAddress

# Cells on a side of a block, as a power of two: those of a tile, eight times over.
_BITS = 2 * pyramids.CELL_BITS
_SIDE = 1 << _BITS
# A block of a larger table could take longer than a tile may: each tile counts its own rows.
MOST_ROWS = 2_000_000
# Where a row is, computed once: a subquery that is not pulled up, by an offset that the planner knows to be none before
# it evaluates constants, or it would read the rows by one process. The edges choose the cell, not the rows: the planner
# would expect a dozen rows, and sort them.
_COUNTED = """
SELECT CASE WHEN p.x >= %s AND p.x < %s AND p.y > %s AND p.y <= %s
            THEN (floor((p.x - %s) / %s) * %s + floor((%s - p.y) / %s))::int END AS cell,
       count(*), sum(p.x), sum(p.y), min(p.id){counts}
FROM (SELECT s.id, ST_X(s.geometry) AS x, ST_Y(s.geometry) AS y{category} FROM {source} OFFSET '0') AS p
GROUP BY cell ORDER BY cell
"""
_COUNT = ", count(*) FILTER (WHERE p.category = %s)"
# From the number of a column of cells to the next: a point less than a rounding from an edge is in a cell beyond.
_STRIDE = 2 * _SIDE
# The number of a cell in its block, the points in it, the sums of their places in metres, their smallest id, and how
# many are of each category.
_Cell = list[Any]
_blocks: SharedAnswers[list[_Cell]] = SharedAnswers(
    "tile-cells", 500, encode=lambda cells: json.dumps(cells).encode(), decode=json.loads
)


@dataclass(frozen=True, slots=True)
class TileCells:
    """The cells of a tile that hold points, by column: how many, their mean (EPSG:3857), smallest id, categories."""

    counts: list[int]
    xs: list[float]
    ys: list[float]
    ids: list[int]
    categories: list[list[int]]

    @property
    def total(self) -> int:
        """How many points the tile holds."""
        return sum(self.counts)

    def rows(self) -> BoundStatement:
        """Write them as rows ``(n, x, y, id, k0, k1, …)``."""
        types = ["bigint", "float8", "float8", "bigint", *["bigint"] * len(self.categories)]
        arrays = ", ".join(f"%s::{name}[]" for name in types)
        names = ", ".join(["n", "x", "y", "id", *(f"k{index}" for index in range(len(self.categories)))])
        sql = f"SELECT * FROM unnest({arrays}) AS u({names})"  # noqa: S608 (numbers of columns; values are bound)
        return BoundStatement(sql, (self.counts, self.xs, self.ys, self.ids, *self.categories))


def categories(selection: Selection, fields: Sequence[Field]) -> tuple[Field | None, tuple[str, ...]]:
    """Return the field whose categories the style counts, and their codes; nothing when the fields lack it."""
    style = selection.scope.style
    codes = tuple(str(category.value) for category in style.categories)
    field = next((field for field in fields if field.name == style.field), None) if codes else None
    return (field, codes) if field else (None, ())


def table_of(selection: Selection) -> str:
    """Return the table of a layer as ``regclass`` reads it."""
    return connection.ops.quote_name(selection.scope.definition.model._meta.db_table)


def is_counted_by_block(selection: Selection, address: TileAddress) -> bool:
    """Whether the cells of a tile come out of a block: single points, Web Mercator, to the last level, no join."""
    if address.matrix is not WEB_MERCATOR_QUAD or address.zoom > pyramids.LEVELS[-1]:
        return False
    return selection.scope.definition.geometry is GeometryType.POINT and selection.parts is None


def cached_total(selection: Selection, address: TileAddress, fields: Sequence[Field]) -> int | None:
    """Return how many points a tile holds when its block is counted, else None."""
    if not is_counted_by_block(selection, address):
        return None
    cells = _blocks.cached(_key(selection, address, fields))
    return None if cells is None else _of_tile(cells, address).total


def tile_cells(selection: Selection, address: TileAddress, fields: Sequence[Field]) -> TileCells | None:
    """Return the cells of a tile, its block counted once; None where each tile counts its own rows.

    Raises:
        TooSlow: counting the block took longer than a tile may.
    """
    if not is_counted_by_block(selection, address):
        return None
    key = _key(selection, address, fields)
    if _blocks.cached(key) is None and pyramids.analysed_rows(table_of(selection)) > MOST_ROWS:
        return None
    return _of_tile(_blocks.recall(key, lambda: _count(selection, _block(address), fields)), address)


def _key(selection: Selection, address: TileAddress, fields: Sequence[Field]) -> AnswerKey:
    field, codes = categories(selection, fields)
    block = _block(address)
    place = (_level(address), block.zoom, block.column, block.row)
    return answer_key(selection.scope, "cells", selection.query.identity, field and field.name, codes, place)


def _level(address: TileAddress) -> int:
    return pyramids.cells_of(address.zoom, address.column, address.row).level


def _block(address: TileAddress) -> TileAddress:
    """Return the tile whose side is that of sixty-four cells of the level of a tile."""
    zoom = _level(address) - pyramids.CELL_BITS
    shift = address.zoom - zoom
    return WEB_MERCATOR_QUAD.tile(zoom, address.column >> shift, address.row >> shift)


def _count(selection: Selection, block: TileAddress, fields: Sequence[Field]) -> list[_Cell]:
    """Count the rows of a block by cell, each category of the style apart, by as many processes as a total may have."""
    field, codes = categories(selection, fields)
    counted = (field,) if codes and field else ()
    with time_limit("tile", is_grouping=True), connection.cursor() as cursor:
        is_whole = _holds_every_row(block, table_of(selection))
        if is_whole:
            rows = all_rows(selection, counted)
        else:
            rows = tile_rows(selection, block, counted, margin=0.0, is_ordered=False)
        if rows is None:
            return []
        statement = _statement(block, rows, codes)
        cursor.execute(statement.sql, statement.parameters)
        # Rows past an edge have no cell.
        return [list(cell) for cell in cursor.fetchall() if cell[0] is not None]


def _holds_every_row(block: TileAddress, table: str) -> bool:
    """Whether a table has no row outside a block: its rows need not be compared with it."""
    west, south, east, north = block.envelope()
    extent = pyramids.index_extent(table)
    if extent is None:
        return False
    return west <= extent[0] and south <= extent[1] and extent[2] <= east and extent[3] <= north


def _statement(block: TileAddress, rows: TileRows, codes: Sequence[str]) -> BoundStatement:
    category = f", s.{rows.compiled.columns[0].name}::text AS category" if codes else ""
    sql = _COUNTED.format(category=category, counts=_COUNT * len(codes), source=rows.source)
    west, south, east, north = block.envelope()
    side = (east - west) / _SIDE
    edges, grid = (west, east, south, north), (west, side, _STRIDE, north, side)
    return BoundStatement(sql, (*edges, *grid, *codes, *rows.parameters))


def _of_tile(cells: Iterable[_Cell], address: TileAddress) -> TileCells:
    """Add the cells of a block that a tile holds, as coarse as its own."""
    square = pyramids.cells_of(address.zoom, address.column, address.row)
    first_i, first_j = square.first_i % _SIDE, square.first_j % _SIDE
    last_i, last_j = first_i + square.last_i - square.first_i, first_j + square.last_j - square.first_j
    added: dict[tuple[int, int], Sequence[Any]] = {}
    for number, n, x, y, pk, *counts in cells:
        i, j = (min(place, _SIDE - 1) for place in divmod(number, _STRIDE))
        if first_i <= i <= last_i and first_j <= j <= last_j:
            own = (n, x, y, pk if n == 1 else 0, *counts)
            place = (i >> square.shift, j >> square.shift)
            former = added.get(place)
            added[place] = own if former is None else tuple(map(add, former, own))
    columns = [list(column) for column in zip(*added.values(), strict=True)] or [[], [], [], []]
    numbers, xs, ys, ids, *kinds = columns
    return TileCells(numbers, _means(xs, numbers), _means(ys, numbers), ids, kinds)


def _means(sums: Sequence[float], numbers: Sequence[int]) -> list[float]:
    return [total / n for total, n in zip(sums, numbers, strict=True)]
