"""What the demonstration writes: texts the CNIG standard allows, pictures that are the same every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from gisportal.demo.photos import SIZE, draw_building, draw_playground, draw_tree
from gisportal.demo.prescriptions import cnig_text
from gisportal.demo.sample_rows import seeded_random
from layers.services.photos import ProcessedPhoto

Draw = Callable[[random.Random], ProcessedPhoto]


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


@pytest.mark.parametrize("draw", [draw_playground, draw_tree, draw_building])
def test_the_same_dice_draw_the_same_picture(draw: Draw) -> None:
    assert draw(seeded_random("one")) == draw(seeded_random("one"))


@pytest.mark.parametrize("draw", [draw_playground, draw_tree, draw_building])
def test_other_dice_draw_another_picture(draw: Draw) -> None:
    assert draw(seeded_random("one")) != draw(seeded_random("two"))


@pytest.mark.parametrize("draw", [draw_playground, draw_tree, draw_building])
def test_a_picture_is_a_jpeg_of_the_announced_size_with_its_thumbnail(draw: Draw) -> None:
    picture = draw(seeded_random("one"))
    with Image.open(BytesIO(picture.full)) as image:
        assert (image.format, image.size) == ("JPEG", (picture.width, picture.height)) == ("JPEG", SIZE)
    with Image.open(BytesIO(picture.thumbnail)) as image:
        assert (image.format, max(image.size)) == ("JPEG", 480)
