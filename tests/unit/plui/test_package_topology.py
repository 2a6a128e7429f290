"""Overlaps and gaps of zones, against shapely pair by pair."""

from __future__ import annotations

import itertools

import numpy
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from plui.packages.checks.topology import NOISE_M2, gaps, overlaps
from plui.packages.content import TableContent
from plui.packages.standards import Model, table_models
from tests.plu_packages import box

ZONES = table_models(Model("PLUi", 2025))["ZONE_URBA"]
sides = st.integers(0, 20)
boxes = st.tuples(sides, sides, st.integers(1, 8), st.integers(1, 8)).map(
    lambda at: box(at[0], at[1], at[0] + at[2], at[1] + at[3])
)
holes = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True, max_size=8)


def table(count: int) -> TableContent:
    return TableContent(ZONES, "zones.shp", ["LIBELLE"], [["U"] * count], [None] * count, has_geometry=True)


@given(st.lists(boxes, min_size=2, max_size=8))
def test_overlaps_are_those_of_every_pair(shapes: list[shapely.Polygon]) -> None:
    areas = {
        each.value: each.size for each in overlaps(table(len(shapes)), numpy.array(shapes, dtype=object))
    }
    expected = {
        f"{first + 1}-{second + 1}": area
        for first, second in itertools.combinations(range(len(shapes)), 2)
        if (area := shapes[first].intersection(shapes[second]).area) > NOISE_M2
    }
    assert areas == pytest.approx(expected)


@given(holes)
def test_gaps_are_what_the_zones_leave_inside(cells: list[tuple[int, int]]) -> None:
    ground = box(-2, -2, 9, 9)
    left = [box(x, y, x + 0.5, y + 0.5) for x, y in cells]
    zones = ground - shapely.union_all(left) if left else ground
    assert sum(each.size for each in gaps(table(1), zones)) == pytest.approx(0.25 * len(cells))


def test_a_gap_of_a_hundredth_of_a_square_metre_is_noise() -> None:
    zones = box(0, 0, 10, 10) - box(5, 5, 5.1, 5.1)
    assert list(gaps(table(1), zones)) == []
