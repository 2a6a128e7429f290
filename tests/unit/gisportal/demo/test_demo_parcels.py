"""The sample parcels: they tile the zones without gap or overlap, and have one identifier each."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache

import shapely

from gisportal.demo.parcels import SMALLEST, SampleParcel, square_metres, tile_parcels
from gisportal.demo.plui import Zone, tile
from gisportal.demo.sample_rows import read_features
from gisportal.demo.streets import network


@cache
def zones() -> list[Zone]:
    return tile(communes())


def communes() -> dict[str, shapely.Polygon]:
    return {
        feature["properties"]["code"]: shapely.get_parts(shapely.from_geojson(json.dumps(feature)))[0]
        for feature in read_features("communes.geojson")
    }


@cache
def parcels() -> list[SampleParcel]:
    return tile_parcels(zones(), network(communes()))


def test_there_are_three_thousand_parcels_of_their_own_identifier() -> None:
    assert len(parcels()) >= 3_000
    assert len({parcel.idu for parcel in parcels()}) == len(parcels())


def test_neighbours_share_every_vertex_and_never_overlap() -> None:
    assert shapely.coverage_is_valid([parcel.shape for parcel in parcels()])


def test_the_parcels_of_a_zone_are_the_zone_but_for_millimetres_along_its_border() -> None:
    by_zone: dict[int, list[shapely.Polygon]] = defaultdict(list)
    for parcel in parcels():
        by_zone[parcel.zone].append(parcel.shape)
    wrong = []
    for index, zone in enumerate(zones()):
        whole = shapely.coverage_union_all(by_zone[index])
        difference = shapely.symmetric_difference(whole, zone.shape)
        holes = len(shapely.get_parts(whole)) > 1 or len(whole.interiors) != len(zone.shape.interiors)
        if holes or square_metres(difference) > 2 or difference.buffer(-2e-8).area > 0:
            wrong.append(zone)
    assert wrong == []


def test_a_parcel_is_of_the_commune_of_its_zone() -> None:
    assert [parcel.idu for parcel in parcels() if zones()[parcel.zone].code != parcel.code] == []


def test_no_parcel_is_too_small() -> None:
    assert min(square_metres(parcel.shape) for parcel in parcels()) > SMALLEST * 0.9


def test_numbers_count_from_one_in_each_section() -> None:
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for parcel in parcels():
        numbers[parcel.code, parcel.section].append(parcel.number)
    assert all(sorted(of_section) == [*range(1, len(of_section) + 1)] for of_section in numbers.values())


def test_parcels_are_the_same_at_every_load() -> None:
    again = tile_parcels(zones(), network(communes()))
    assert [(it.idu, it.shape.wkb) for it in again] == [(it.idu, it.shape.wkb) for it in parcels()]
