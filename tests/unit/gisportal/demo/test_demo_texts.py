"""What the demonstration writes: texts the CNIG standard allows, pictures that are the same every time."""

from __future__ import annotations

import pytest
from PIL import Image

from gisportal.demo.pictures import SIZE, draw
from gisportal.demo.prescriptions import cnig_text
from gisportal.demo.sources import dice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maison Cook (villa Cook), exemple", "Maison Cook, villa Cook, exemple"),
        ("Étangs de l’Ursine – nord", "Étangs de l'Ursine - nord"),
        ("Villa (fin)", "Villa, fin"),
    ],
)
def test_a_label_keeps_to_the_characters_of_the_standard(text: str, expected: str) -> None:
    assert cnig_text(text) == expected


def test_the_same_dice_draw_the_same_picture() -> None:
    assert draw(dice("one")).getvalue() == draw(dice("one")).getvalue()


def test_other_dice_draw_another_picture() -> None:
    assert draw(dice("one")).getvalue() != draw(dice("two")).getvalue()


def test_a_picture_is_a_png_of_the_announced_size() -> None:
    with Image.open(draw(dice("one"))) as image:
        assert (image.format, image.size) == ("PNG", SIZE)
