"""Where the names of communes stand in a picture: inside, apart, beside counts, never cut by its edge."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from explorer.sketch.queries import CommuneCounts
from explorer.sketch.territory import DISC, PlacedName, lines_of, picture, placed_names
from interface.territory import CommuneShape

WIDTH = 1_000


def square(name: str, west: float) -> CommuneShape:
    """A commune 200 units wide and 400 high in a picture where a degree is 1,000 units."""
    bounds = (west, 0.0, west + 0.2, 0.4)
    shape = MultiPolygon(Polygon.from_bbox(bounds), srid=4326)
    return CommuneShape(name, name, None, None, (west + 0.1, 0.2), 0.1, bounds, name, shape)


def placed(*shapes: CommuneShape, marked: bool = False) -> tuple[PlacedName, ...]:
    codes = {shape.code for shape in shapes} if marked else set()
    return placed_names(
        shapes, lambda x, y: (round(x * 1_000), round((0.4 - y) * 1_000)), codes, size=27, width=WIDTH
    )


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Meudon", ("Meudon",)),
        ("Ville-d’Avray", ("Ville-", "d’Avray")),
        ("Boulogne-Billancourt", ("Boulogne-", "Billancourt")),
        ("Saint Germain en Laye", ("Saint Germain", "en Laye")),
    ],
)
def test_a_long_name_is_cut_near_its_middle(name: str, lines: tuple[str, ...]) -> None:
    assert lines_of(name) == lines


def test_a_name_alone_stands_in_the_middle_of_its_commune() -> None:
    (name,) = placed(square("Meudon", 0.4))
    assert name.x == 500
    assert name.box[1] < 200 < name.box[3]


def test_names_of_neighbours_do_not_meet() -> None:
    names = placed(*(square(f"Une-commune-longue-{number}", 0.2 * number) for number in range(1, 4)))
    by_column = sorted(names, key=lambda name: name.x)
    for one, other in pairwise(by_column):
        assert one.box[2] <= other.box[0] or one.box[3] <= other.box[1] or other.box[3] <= one.box[1]


def test_a_name_stands_beside_the_count_of_its_commune() -> None:
    (name,) = placed(square("Meudon", 0.4), marked=True)
    left, top, right, bottom = name.box
    assert right <= 500 - DISC or left >= 500 + DISC or bottom <= 200 - DISC or top >= 200 + DISC


def test_names_stand_on_the_same_side_of_their_counts() -> None:
    names = placed(*(square(f"Commune-{number}", 0.3 * number) for number in range(1, 4)), marked=True)
    assert [name.box[3] <= 200 - DISC for name in names] == [True, True, True]


def test_a_name_gives_way_to_the_count_of_a_neighbour() -> None:
    low, high = square("Meudon", 0.4), square("Issy", 0.4)
    high = replace(high, label=(0.5, 0.2 + (2 * DISC + 20) / 1_000))
    _, name = placed(high, low, marked=True)
    assert name.box[1] >= 200 + DISC, "the name of the one below stands under its count"


def test_a_commune_counts_the_features_of_every_layer() -> None:
    layers = [
        CommuneCounts("t-nature", {"Meudon": 11, "Vanves": 0, "": 2}),
        CommuneCounts("t-waste", {"Meudon": None, "Vanves": 0}),
    ]
    drawn = picture([square("Meudon", 0.2), square("Vanves", 0.6)], layers)
    marks = {path["code"]: path["mark"] for path in drawn.paths}
    assert marks["Vanves"] is None
    assert marks["Meudon"].text == "11…", "a suppressed count is left open"
    assert [(part.token, part.length, part.start) for part in marks["Meudon"].ring] == [
        ("t-nature", 11, 0),
        ("t-waste", 1, 11),
    ]
    assert drawn.outside == 2


def test_no_name_is_cut_by_the_edge_of_the_picture() -> None:
    (name,) = placed(square("Une-commune-au-bord-de-l’image", -0.05))
    assert name.box[0] >= 0
    assert name.box[1] >= 0
