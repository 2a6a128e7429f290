"""The backdrop in a picture: what is in its box alone, as coarse as it, and names that leave others their room."""

from __future__ import annotations

import json
from typing import Any

from interface.backdrop import BackdropDrawing, draw, read_backdrop

BOX = (2.0, 48.0, 3.0, 49.0)


def place(x: float, y: float) -> tuple[float, float]:
    """A picture of 1,000 units a degree."""
    return (x - 2) * 1000, (49 - y) * 1000


def drawn(*features: tuple[str, str, int, dict[str, Any]], **options: Any) -> BackdropDrawing:
    collection = [
        {"type": "Feature", "properties": {"kind": kind, "name": name, "rank": rank}, "geometry": geometry}
        for kind, name, rank, geometry in features
    ]
    text = json.dumps({"type": "FeatureCollection", "attribution": "Essai", "features": collection})
    return draw(read_backdrop(text), place, BOX, **{"size": 20, **options})


def at(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def line(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": corners}


SQUARE = {"type": "Polygon", "coordinates": [[[1, 48.5], [2.5, 48.5], [2.5, 48.6], [1, 48.6], [1, 48.5]]]}


def test_a_surface_ends_at_the_edge_of_the_picture() -> None:
    [(kind, path)] = drawn(("water", "Lac", 1, SQUARE)).paths
    assert kind == "water"
    assert sorted(path.strip("MZ").split("L"))[0].split()[0] == "0"


def test_what_is_too_small_for_the_picture_is_not_in_it() -> None:
    assert drawn(("water", "Mare", 4, SQUARE)).paths == ()


def test_a_name_leaves_others_their_room() -> None:
    shown = drawn(("place", "Ville", 2, at(2.5, 48.5)), ("place", "Bourg", 3, at(2.51, 48.5)))
    assert [name.text for name in shown.names] == ["Ville"]


def test_a_name_leaves_data_their_room() -> None:
    assert drawn(("place", "Ville", 1, at(2.5, 48.5)), occupied=[(490, 490, 510, 510)]).names == ()


def test_a_name_is_whole_or_absent() -> None:
    assert drawn(("place", "Ville", 1, at(2.99, 48.5))).names == ()


def test_a_river_is_named_along_its_straightest_part() -> None:
    bent = line((2.0, 48.9), (2.1, 48.9), (2.1, 48.8), (2.2, 48.8), (2.2, 48.7), (2.9, 48.0001))
    [name] = drawn(("river", "La Seine", 1, bent)).names
    assert name.angle == 45
    assert name.x > 200


def test_a_name_is_never_upside_down() -> None:
    [name] = drawn(("river", "La Seine", 1, line((2.9, 48.5), (2.1, 48.51)))).names
    assert -90 < name.angle < 90
