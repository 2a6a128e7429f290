"""The sample streets: sections that meet at shared ends and nowhere else, and houses in the order of their street."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from functools import cache

import shapely

from gisportal.demo.sample_rows import read_features
from gisportal.demo.streets import Section, length, network

SHARED = {"Rue des Deux-Communes", "Chemin des Bornes", "Rue de la Limite", "Rue du Partage"}


@cache
def communes() -> dict[str, shapely.Polygon]:
    return {
        feature["properties"]["code"]: shapely.get_parts(shapely.from_geojson(json.dumps(feature)))[0]
        for feature in read_features("communes.geojson")
    }


@cache
def sections() -> list[Section]:
    return network(communes())


def test_every_commune_has_streets() -> None:
    assert {code for section in sections() for code in section.codes} == set(communes())


def test_sections_that_touch_share_an_end_point_and_none_crosses_another() -> None:
    shapes = [section.shape for section in sections()]
    lefts, rights = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    faults = []
    for left, right in zip(lefts, rights, strict=True):
        if left < right:
            one, other = shapes[left], shapes[right]
            ends = {one.coords[0], one.coords[-1]} & {other.coords[0], other.coords[-1]}
            if not shapely.intersection(one, other).equals(shapely.MultiPoint(list(ends))):
                faults.append((left, right))
    assert faults == []


def test_a_street_is_cut_only_where_it_meets_another_or_changes() -> None:
    by_node: dict[tuple[float, ...], list[Section]] = defaultdict(list)
    for section in sections():
        for end in (section.shape.coords[0], section.shape.coords[-1]):
            by_node[end].append(section)
    same = [
        (one.name, node)
        for node, members in by_node.items()
        if len(members) == 2
        for one, other in [members]
        if one is not other and (one.street, one.codes) == (other.street, other.codes)
        if (one.is_path, one.is_bridge) == (other.is_path, other.is_bridge) and not one.is_bridge
    ]
    assert same == []


def test_most_sections_hang_together() -> None:
    nodes: dict[tuple[float, ...], set[int]] = defaultdict(set)
    for index, section in enumerate(sections()):
        nodes[section.shape.coords[0]].add(index)
        nodes[section.shape.coords[-1]].add(index)
    reached, waiting = {0}, [0]
    while waiting:
        shape = sections()[waiting.pop()].shape
        following = (nodes[shape.coords[0]] | nodes[shape.coords[-1]]) - reached
        reached |= following
        waiting += following
    assert len(reached) > 0.9 * len(sections())


def test_a_section_lies_in_the_communes_of_its_sides() -> None:
    outside = [
        section.name
        for section in sections()
        if not shapely.union_all([communes()[code] for code in section.codes])
        .buffer(2e-6)
        .contains(section.shape)
    ]
    assert outside == []


def test_some_streets_follow_a_boundary_and_have_another_commune_on_each_side() -> None:
    assert {section.name for section in sections() if section.codes[0] != section.codes[1]} == SHARED


def test_a_name_is_that_of_one_street_of_a_commune() -> None:
    streets = {(section.codes[0], section.street): section.name for section in sections()}
    repeated = Counter((code, name) for (code, _street), name in streets.items())
    assert [key for key, count in repeated.items() if count > 1] == []


def test_odd_numbers_are_on_the_left_and_grow_along_the_street() -> None:
    last: dict[tuple[str, int, bool], tuple[int, str]] = {}
    for section in sections():
        for house in section.houses:
            assert house.number % 2 == house.is_left
            street = (section.codes[0], section.street, house.is_left)
            assert last.get(street, (-1, "")) < (house.number, house.suffix)
            last[street] = (house.number, house.suffix)


def test_a_house_stands_some_metres_from_its_section_on_its_side() -> None:
    for section in sections():
        metres = shapely.transform(section.shape, lambda points: points * (73_300.0, 111_200.0))
        for house in section.houses:
            place = shapely.Point(house.point[0] * 73_300.0, house.point[1] * 111_200.0)
            assert 6 < metres.distance(place) < 10
            at = metres.project(place)
            before, after = (metres.interpolate(at + step) for step in (-1, 1))
            cross = (after.x - before.x) * (place.y - before.y) - (after.y - before.y) * (place.x - before.x)
            assert (cross > 0) == house.is_left


def test_there_are_houses_for_five_thousand_addresses() -> None:
    assert sum(len(section.houses) for section in sections()) >= 5_000


def test_lengths_are_metres() -> None:
    assert 1_100 < length(shapely.LineString([(2.2, 48.80), (2.2, 48.81)])) < 1_120


def test_the_network_is_the_same_at_every_load() -> None:
    again = network(communes())
    assert [(it.name, it.shape.wkb, it.houses) for it in again] == [
        (it.name, it.shape.wkb, it.houses) for it in sections()
    ]
