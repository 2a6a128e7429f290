"""Features in their style as a picture: the classes, sizes and order of the map, within bounds."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
import shapely
from defusedxml import ElementTree

from layers.definitions import GeometryType
from layers.styles.definitions import Category, Heat, NumberInterval, Overlay, Proportion, Style
from layers.styles.symbols import Fill, LinePattern, Stroke
from styles.classes import REST, class_of, classes_of
from styles.feature_pictures import MAX_POSITIONS, FeaturesPicture, PicturedFeature, features_picture

SQUARE = shapely.box(0, 0, 10, 10)
STATES = Style(
    "c-blue",
    "map",
    field="etat",
    categories=(Category("bon", "Bon", "c-leaf"), Category("3", "Trois", "c-wine")),
    overlays=(Overlay("suivi", ("true",), "Suivi", "c-plum"),),
)
GRADUATED = Style(
    "c-blue",
    "map",
    field="n",
    intervals=(
        NumberInterval(0, 10, "Peu", "c-leaf"),
        NumberInterval(10, 10, "Dix", "c-wine"),
        NumberInterval(10, 20, "Plus", "c-plum"),
    ),
    hides_others=True,
)


def drawn(
    style: Style, geometry: GeometryType, *features: PicturedFeature, zoom: float = 12
) -> FeaturesPicture:
    """Return the picture of some features, which is well-formed."""
    found = features_picture(style, geometry, features, zoom=zoom, prefix="x-")
    ElementTree.fromstring(f"<svg>{found.shapes}</svg>")
    return found


@pytest.mark.parametrize(
    ("style", "value", "expected"),
    [
        (STATES, "bon", 0),
        (STATES, 3.0, 1),
        (STATES, Decimal("3.00"), 1),
        (STATES, None, REST),
        (GRADUATED, 9.9, 0),
        (GRADUATED, 10, 1),
        (GRADUATED, "10.5", 2),
        (GRADUATED, 20, 2),
        (GRADUATED, 20.1, None),
        (GRADUATED, "dix", None),
        (GRADUATED, None, None),
        (GRADUATED, True, None),
    ],
)
def test_a_feature_is_in_the_class_that_the_map_gives_it(
    style: Style, value: object, expected: int | None
) -> None:
    assert class_of(classes_of(style), {style.field: value}) == expected


def test_classes_and_overlays_are_those_of_the_features() -> None:
    features = (PicturedFeature(SQUARE, {"etat": "bon", "suivi": True}), PicturedFeature(SQUARE, {}))
    found = drawn(STATES, GeometryType.SURFACE, *features)
    assert found.members == {0, REST}
    assert found.overlays == {0}
    assert "@c-wine" not in found.shapes


def test_symbol_layers_are_drawn_level_by_level() -> None:
    style = Style(
        "c-blue", "map", symbol=(Fill("c-leaf"), LinePattern(colour="c-wine"), Stroke("c-plum", 2, offset=3))
    )
    paths, _, shapes = drawn(style, GeometryType.SURFACE, PicturedFeature(SQUARE, {})).shapes.partition(
        "</defs>"
    )
    assert re.findall(r"@c-leaf|url\(|@c-plum", shapes) == ["@c-leaf", "url(", "@c-plum"]
    assert re.search(r'd="M[37] [37]L', paths)  # the stroke inside


def test_a_hole_is_not_filled_and_two_surfaces_that_meet_are() -> None:
    hollow = SQUARE.difference(shapely.box(4, 4, 6, 6))
    shapes = drawn(Style("c-blue", "map"), GeometryType.SURFACE, PicturedFeature(hollow, {})).shapes
    (path,) = re.findall(r' d="([^"]*)"', shapes)
    rings = path.removesuffix("Z").split("Z")
    turns = [
        math.copysign(
            1, shapely.LinearRing([tuple(map(float, p.split())) for p in ring[1:].split("L")]).is_ccw - 0.5
        )
        for ring in rings
    ]
    assert sorted(turns) == [-1, 1]


def test_areas_of_circles_and_widths_of_lines_follow_the_value() -> None:
    style = Style("c-blue", "map", field="n", proportion=Proportion(0, 100, 6, 40))
    points = [PicturedFeature(shapely.Point(5, 5), {"n": n}) for n in (25, 100, None)]
    radii = re.findall(r'<circle r="([\d.]+)"', drawn(style, GeometryType.POINT, *points).shapes)
    assert sorted(set(map(float, radii))) == [3, round(math.sqrt(36 + (1600 - 36) / 4)) / 2, 20]
    lines = [PicturedFeature(shapely.LineString([(0, 0), (9, 0)]), {"n": n}) for n in (50, 100)]
    assert re.findall(r'stroke-width="([\d.]+)"', drawn(style, GeometryType.LINE, *lines).shapes) == [
        "40",
        "23",
    ]


def test_a_picture_is_bounded_however_fine_its_lines() -> None:
    circle = shapely.Point(200, 200).buffer(150, quad_segs=40_000)
    found = drawn(Style("c-blue", "map"), GeometryType.SURFACE, *[PicturedFeature(circle, {})] * 50)
    assert len(found.shapes) < 14 * MAX_POSITIONS


def test_a_density_is_drawn_by_its_points_and_its_palette() -> None:
    style = Style("c-blue", "map", heat=Heat(palette="YlOrRd"))
    found = drawn(style, GeometryType.POINT, *[PicturedFeature(shapely.Point(9, 9), {})] * 3)
    assert found.shapes.count("<use ") == 3
    assert "feComponentTransfer" in found.shapes
    assert found.members == frozenset()
