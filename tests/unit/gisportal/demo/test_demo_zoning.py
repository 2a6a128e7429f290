"""The sample zoning: CNIG §4.1 wants zones that tile the perimeter without gap or overlap."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely

from gisportal.demo.plui import ZONES, Zone, tile
from gisportal.demo.sample_rows import read_features


@pytest.fixture(scope="module")
def communes() -> dict[str, Any]:
    return {
        feature["properties"]["code"]: shapely.get_parts(shapely.from_geojson(json.dumps(feature)))[0]
        for feature in read_features("communes.geojson")
    }


@pytest.fixture(scope="module")
def zones(communes: dict[str, Any]) -> list[Zone]:
    return tile(communes)


def test_neighbours_share_every_vertex_and_never_overlap(zones: list[Zone]) -> None:
    assert shapely.coverage_is_valid([zone.shape for zone in zones])


def test_there_is_no_gap(zones: list[Zone]) -> None:
    whole = shapely.coverage_union_all([zone.shape for zone in zones])
    assert (whole.geom_type, len(whole.interiors)) == ("Polygon", 0)


def test_zones_cover_the_territory_to_a_ten_thousandth(zones: list[Zone], communes: dict[str, Any]) -> None:
    # Where a zone's border meets a commune's, the node is rounded to the grid of 0.1 m.
    territory = shapely.union_all(list(communes.values()))
    whole = shapely.coverage_union_all([zone.shape for zone in zones])
    assert whole.symmetric_difference(territory).area < 1e-4 * territory.area


def test_zones_are_simple_polygons(zones: list[Zone]) -> None:
    assert {zone.shape.geom_type for zone in zones} == {"Polygon"}


def test_there_are_about_three_hundred_zones_and_every_kind(zones: list[Zone]) -> None:
    assert 250 <= len(zones) <= 350
    assert {zone.label for zone in zones} == set(ZONES)
