"""Names of communes in a picture: none over another, none out of it."""

from __future__ import annotations

from itertools import combinations

import pytest

from interface.standalone.svg import PictureFrame, place_names
from interface.territory import CommuneShape

BOX = (2.0, 48.8, 2.2, 48.9)


def commune(name: str, at: tuple[float, float]) -> CommuneShape:
    """Return a commune of which the place of the name alone counts."""
    return CommuneShape(name, name, None, None, at, 0.01, BOX, "{}", None)


CROWD = [
    commune("Ville-d’Avray", (2.10, 48.850)),
    commune("Sèvres", (2.104, 48.8505)),
    commune("Marnes-la-Coquette", (2.102, 48.851)),
    commune("Issy-les-Moulineaux", (2.199, 48.8505)),
]


@pytest.mark.parametrize("width", [200, 420, 1_000])
def test_no_name_is_over_another(width: float) -> None:
    frame = PictureFrame(BOX, width)
    names = place_names(CROWD, frame)
    assert [pair for pair in combinations(names, 2) if pair[0].is_over(pair[1])] == []
    assert [name for name in names if name.box[0] < -1 or name.box[2] > width + 1] == []
    assert [name.text for name in names] == [each.name for each in CROWD]


def test_a_name_without_room_is_left_out() -> None:
    frame = PictureFrame(BOX, 150)
    crowd = [commune(f"Commune {n}", (2.1, 48.85)) for n in range(8)]
    names = place_names(crowd, frame)
    assert [name.text for name in names] == [each.name for each in crowd[: len(names)]]
    assert 1 < len(names) < len(crowd)
