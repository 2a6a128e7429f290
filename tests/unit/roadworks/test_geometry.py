"""Lines along roads: what a drawing follows, and how far apart works are by the road."""

from __future__ import annotations

import pytest
import shapely

from roadworks.geometry import Network, Plane, Road, RoadPart, gap_along, overlap, parts_along

# A street of two sections, one that crosses it at their crossing, and a parallel street 15 m to the north.
WEST = Road("W", "Rue du Moulin", "Route", shapely.LineString([(0, 0), (100, 0)]))
EAST = Road("E", "Rue du Moulin", "Route", shapely.LineString([(100, 0), (200, 0)]))
CROSS = Road("C", "Rue Pasteur", "Route", shapely.LineString([(100, -80), (100, 0)]))
PARALLEL = Road("P", "Rue Hoche", "Route", shapely.LineString([(0, 15), (200, 15)]))
ROADS = (WEST, EAST, CROSS, PARALLEL)


def names(parts: list[RoadPart]) -> list[str]:
    return [part.road.cleabs for part in parts]


def test_a_drawing_follows_sections_in_its_order_and_neither_a_parallel_street_nor_one_that_it_crosses() -> (
    None
):
    assert names(parts_along(shapely.LineString([(180, 3), (20, 3)]), ROADS)) == ["E", "W"]


def test_a_part_ends_where_the_drawing_ends() -> None:
    (part,) = parts_along(shapely.LineString([(20, 2), (60, 2)]), ROADS)
    assert (round(part.start), round(part.end)) == (20, 60)


def test_a_drawing_away_from_roads_follows_none() -> None:
    assert parts_along(shapely.LineString([(20, 400), (60, 400)]), ROADS) == []


def test_two_places_are_joined_along_the_streets() -> None:
    around = Network(ROADS).followed(shapely.LineString([(60, 0), (100, -60)]))
    assert names(parts_along(around, ROADS)) == ["W", "C"]
    assert around.length == pytest.approx(100)


def test_places_of_one_section_are_joined_along_it_backwards_too() -> None:
    assert Network(ROADS).followed(shapely.LineString([(80, 0), (20, 0)])).length == pytest.approx(60)


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        (RoadPart(WEST, 0, 40), RoadPart(WEST, 30, 90), 0),
        (RoadPart(WEST, 0, 40), RoadPart(WEST, 55, 90), 15),
        (RoadPart(WEST, 40, 92), RoadPart(EAST, 5, 60), 13),
        (RoadPart(WEST, 40, 90), RoadPart(CROSS, 0, 78), 12),
        (RoadPart(WEST, 0, 100), RoadPart(PARALLEL, 0, 100), None),
    ],
    ids=["overlap", "same section", "through a crossing", "round a corner", "parallel streets"],
)
def test_a_gap_is_counted_along_the_road(first: RoadPart, second: RoadPart, gap: float | None) -> None:
    assert gap_along(first, second) == (gap if gap is None else pytest.approx(gap))


def test_only_parts_of_one_section_share_metres() -> None:
    assert overlap(RoadPart(WEST, 0, 40), RoadPart(WEST, 30, 90)) == 10
    assert overlap(RoadPart(WEST, 0, 40), RoadPart(PARALLEL, 0, 40)) == 0


def test_degrees_come_back_from_metres() -> None:
    line = shapely.LineString([(2.23, 48.81), (2.235, 48.812)])
    plane = Plane.around([line])
    assert shapely.hausdorff_distance(plane.degrees(plane.metres(line)), line) < 1e-6
