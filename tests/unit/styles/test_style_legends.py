"""Legends as pictures, and sprites: what they hold, and where."""

from __future__ import annotations

from dataclasses import replace

from defusedxml.ElementTree import fromstring

from layers.styles.definitions import Category
from styles.legends import legend_svg
from styles.maplibre.document import sprite, standing_alone
from tests.styled_layers import STYLES

SVG = "{http://www.w3.org/2000/svg}"


def test_a_legend_has_the_titles_of_its_classes_and_literal_colours() -> None:
    root = fromstring(legend_svg(STYLES["categories"]))
    assert root.findtext(f"{SVG}desc") == "Équipements, Espaces verts, Transports, Autres"
    assert "@" not in legend_svg(STYLES["categories"])
    assert root.find(f".//{SVG}text") is None


def test_a_legend_of_many_classes_has_columns() -> None:
    layer = STYLES["categories"]
    many = tuple(Category(str(number), f"Classe {number}", "t-nature") for number in range(90))
    wide = fromstring(legend_svg(replace(layer, style=replace(layer.style, categories=many))))
    assert float(wide.get("height", "0")) < 1_200
    assert float(wide.get("width", "0")) > 3 * 100


def test_pictures_of_a_sprite_lie_apart_and_twice_as_large_at_two_dots_a_pixel() -> None:
    found = sprite(
        {name: one for layer in STYLES.values() for name, one in standing_alone(layer).pictures.items()}
    )
    places = list(found.boxes.values())
    for at, one in enumerate(places):
        for other in places[at + 1 :]:
            is_beside = one.x + one.width < other.x or other.x + other.width < one.x
            assert is_beside or one.y + one.height < other.y or other.y + other.height < one.y
    assert max(place.x + place.width for place in places) == found.width
    name = next(iter(found.boxes))
    assert found.index(2)[name]["width"] == 2 * found.index(1)[name]["width"]


def test_a_style_of_maplibre_has_no_layer_that_needs_a_script() -> None:
    layer = STYLES["shapes"]
    names = {one["id"] for one in standing_alone(layer).layers}
    assert not {name for name in names if name.startswith("pie")}
