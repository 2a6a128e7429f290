"""Tile matrix sets: the arithmetic of the pyramids, held against independent definitions."""

from __future__ import annotations

import morecantile
import pytest

from layers.errors import UnknownTile
from layers.sql.tile_matrix_sets import (
    LAMBERT_93,
    SERVED,
    WEB_MERCATOR_QUAD,
    TileAddress,
    TileMatrixSet,
    tile_matrix_set,
)


def test_web_mercator_is_that_of_the_standard() -> None:
    standard = morecantile.tms.get("WebMercatorQuad")
    for zoom, matrix in enumerate(standard.tileMatrices):
        assert WEB_MERCATOR_QUAD.cell_sizes[zoom] == pytest.approx(matrix.cellSize, rel=1e-12)
        assert WEB_MERCATOR_QUAD.sizes[zoom] == (matrix.matrixWidth, matrix.matrixHeight)
    assert WEB_MERCATOR_QUAD.origin == pytest.approx(standard.tileMatrices[0].pointOfOrigin)


def test_envelope_is_that_of_an_independent_library() -> None:
    bounds = morecantile.tms.get("WebMercatorQuad").xy_bounds(morecantile.Tile(8299, 5638, 14))
    assert WEB_MERCATOR_QUAD.tile(14, 8299, 5638).envelope() == pytest.approx(tuple(bounds), abs=1e-6)


def test_lambert_tile_of_the_town_hall_of_issy() -> None:
    # Resolution 0.2 m at level 20: 51.2 m a tile. (645 600, 6 858 000) is in Issy-les-Moulineaux.
    tile = LAMBERT_93.tile(20, 645_600 * 10 // 512, (12_000_000 - 6_858_000) * 10 // 512)
    west, south, east, north = tile.envelope()
    assert (west <= 645_600 < east, south < 6_858_000 <= north) == (True, True)
    assert east - west == pytest.approx(51.2)


def test_scale_of_lambert_is_that_ign_publishes() -> None:
    # Scale denominator of level 20 in the capabilities of data.geopf.fr: 714.2857142857143 (0.28 mm a cell).
    assert LAMBERT_93.cell_sizes[20] / 0.00028 == pytest.approx(714.2857142857143)


@pytest.mark.parametrize("matrix_set", SERVED, ids=lambda matrix_set: matrix_set.id)
def test_neighbours_share_their_edge_to_the_last_bit(matrix_set: TileMatrixSet) -> None:
    zoom = 17
    column, row = (size // 3 for size in matrix_set.sizes[zoom])
    here = matrix_set.tile(zoom, column, row).envelope()
    assert here[2] == matrix_set.tile(zoom, column + 1, row).envelope()[0]
    assert here[1] == matrix_set.tile(zoom, column, row + 1).envelope()[3]


def test_buffer_is_a_share_of_the_side() -> None:
    tile = LAMBERT_93.tile(15, 400, 3000)
    west, *_rest = tile.envelope()
    assert tile.envelope(buffer=0.5)[0] == pytest.approx(west - 819.2)


@pytest.mark.parametrize(
    ("zoom", "column", "row", "culprit"),
    [
        (23, 0, 0, "23"),
        (-1, 0, 0, "-1"),
        (1, 2, 0, "colonne 2"),
        (1, 0, 2, "ligne 2"),
        (3, -1, 0, "colonne -1"),
    ],
)
def test_tile_outside_is_refused_by_name(zoom: int, column: int, row: int, culprit: str) -> None:
    with pytest.raises(UnknownTile, match=culprit):
        WEB_MERCATOR_QUAD.tile(zoom, column, row)


def test_unknown_set_is_refused_by_name() -> None:
    with pytest.raises(UnknownTile, match="PM"):
        tile_matrix_set("PM")


def test_covering_keeps_inside_the_pyramid() -> None:
    covered = LAMBERT_93.covering((-1e6, 0.0, 3e6, 2e7), 8)
    assert (covered.min_column, covered.max_column, covered.min_row, covered.max_row) == (0, 6, 0, 51)
    assert covered.count == 7 * 52


def test_covering_holds_the_tile_of_a_point() -> None:
    west, south, east, north = TileAddress(LAMBERT_93, 15, 400, 3000).envelope()
    inside = ((west + east) / 2, (south + north) / 2) * 2
    covered = LAMBERT_93.covering(inside, 15)
    assert (covered.min_column, covered.max_row, covered.count) == (400, 3000, 1)


@pytest.mark.parametrize("matrix_set", SERVED, ids=lambda served: served.id)
def test_served_set_is_that_of_its_name(matrix_set: TileMatrixSet) -> None:
    assert tile_matrix_set(matrix_set.id) is matrix_set
