"""The share of each cell that a surface covers, against the intersection of each cell, and statistics of both kinds of
cells, against ``exactextract``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from exactextract import exact_extract
from exactextract.feature import JSONFeatureSource
from exactextract.raster import NumPyRasterSource
from hypothesis import given
from hypothesis import strategies as st

from layers.queries.rasters.zonal import WeightedValues, cell_shares
from tests.examples import examples

ROWS, COLUMNS = 6, 5
BOX = (0.0, 0.0, float(COLUMNS), float(ROWS))
# Every value is another one: see ``WeightedValues.median``.
VALUES = np.random.default_rng(17).normal(50, 20, (ROWS, COLUMNS)).astype("float32")
VALUES[2, 3] = np.nan

radii = st.lists(st.floats(0.2, 7), min_size=3, max_size=9)
centres = st.tuples(st.floats(-1, COLUMNS + 1), st.floats(-1, ROWS + 1))


def star(centre: tuple[float, float], radii: list[float]) -> Polygon:
    """Return a ring around a centre, each corner at its own distance; a small one is a hole of it."""
    x, y = centre
    turn = 2 * math.pi / len(radii)

    def ring(scale: float) -> list[tuple[float, float]]:
        corners = [
            (x + scale * radius * math.cos(turn * number), y + scale * radius * math.sin(turn * number))
            for number, radius in enumerate(radii)
        ]
        return [*corners, corners[0]]

    return Polygon(ring(1), ring(0.4))


def geojson(shape: Polygon | MultiPolygon) -> dict[str, Any]:
    return {"type": shape.geom_type, "coordinates": shape.coords}


def shares_of(shape: Polygon | MultiPolygon) -> Any:
    """Return the share of each cell of the window."""
    found = cell_shares(geojson(shape), BOX, (ROWS, COLUMNS))
    shares = np.zeros(ROWS * COLUMNS)
    for first, end, share in zip(found.firsts, found.ends, found.shares, strict=True):
        shares[first:end] += share
    return shares.reshape(ROWS, COLUMNS)


def intersections(shape: Polygon | MultiPolygon) -> Any:
    return np.array(
        [
            [
                shape.intersection(Polygon.from_bbox((column, ROWS - 1 - row, column + 1, ROWS - row))).area
                for column in range(COLUMNS)
            ]
            for row in range(ROWS)
        ]
    )


@examples(300)
@given(centres, radii)
def test_share_is_that_of_the_intersection_with_the_cell(
    centre: tuple[float, float], radii: list[float]
) -> None:
    shape = star(centre, radii)
    assert shares_of(shape) == pytest.approx(intersections(shape), abs=1e-9)


def test_sides_on_those_of_cells_cover_whole_cells() -> None:
    found = cell_shares(geojson(Polygon.from_bbox((1, 1, 4, 5))), BOX, (ROWS, COLUMNS))
    assert set(found.shares) == {1.0}
    assert (found.ends - found.firsts).tolist() == [3, 3, 3, 3]


def test_each_part_counts_whichever_way_it_turns() -> None:
    left, right = Polygon.from_bbox((0.5, 1, 1, 2)), Polygon.from_bbox((3, 3.5, 4, 4))
    turned = Polygon(list(right.coords[0])[::-1])
    shape = MultiPolygon(left, turned)
    assert shares_of(shape) == pytest.approx(intersections(shape))


def test_surface_far_larger_than_the_window_costs_no_more_than_the_window() -> None:
    shape = Polygon.from_bbox((-1e12, -1e12, 1e12, 1e12))
    assert (shares_of(shape) == 1).all()


def test_surface_outside_the_window_has_no_cell() -> None:
    assert not len(cell_shares(geojson(Polygon.from_bbox((7, 1, 9, 2))), BOX, (ROWS, COLUMNS)).firsts)


@examples(300)
@given(centres, radii)
def test_statistics_are_those_of_exactextract(centre: tuple[float, float], radii: list[float]) -> None:
    shape = geojson(star(centre, radii))
    found = WeightedValues.of(*cell_shares(shape, BOX, (ROWS, COLUMNS)).pick(VALUES))
    if found.weight < 1e-3:  # exactextract counts in single precision
        return
    feature = JSONFeatureSource([{"type": "Feature", "geometry": shape, "properties": {}}])
    names = ("count", "sum", "mean", "min", "max", "stdev", "median")
    (theirs,) = exact_extract(NumPyRasterSource(VALUES, *BOX), feature, list(names))
    ours = (found.weight, found.total, found.mean, *found.extremes, found.deviation, found.median)
    assert ours == pytest.approx([theirs["properties"][name] for name in names], rel=1e-3, abs=1e-3)


def test_median_of_whole_cells_is_that_of_their_values() -> None:
    values = np.random.default_rng(1).integers(0, 9, 1_000).astype("float32")
    nothing = np.zeros(0)
    assert WeightedValues.of(values, nothing, nothing).median == np.median(values)
