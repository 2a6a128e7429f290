"""Where the names of communes stand in a picture: inside, apart, over few dots, never cut by its edge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from explorer.sketch.territory import PlacedName, lines_of, placed_names
from interface.territory import CommuneShape

WIDTH = 1_000


def square(name: str, west: float) -> CommuneShape:
    """A commune 200 units wide and 400 high in a picture where a degree is 1,000 units."""
    bounds = (west, 0.0, west + 0.2, 0.4)
    shape = MultiPolygon(Polygon.from_bbox(bounds), srid=4326)
    return CommuneShape(name, name, None, None, (west + 0.1, 0.2), bounds, name, shape)


def placed(*shapes: CommuneShape, dots: tuple[tuple[float, float], ...] = ()) -> tuple[PlacedName, ...]:
    return placed_names(
        shapes, lambda x, y: (round(x * 1_000), round((0.4 - y) * 1_000)), dots, size=27, width=WIDTH
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


def test_a_name_leaves_the_dots_of_the_middle() -> None:
    crowd = tuple((0.5 + 0.001 * step, 0.2) for step in range(-30, 30))
    (name,) = placed(square("Meudon", 0.4), dots=crowd)
    assert not name.box[1] <= 200 <= name.box[3]


def test_no_name_is_cut_by_the_edge_of_the_picture() -> None:
    (name,) = placed(square("Une-commune-au-bord-de-l’image", -0.05))
    assert name.box[0] >= 0
    assert name.box[1] >= 0
