"""A stored picture of the documents is written again where what it shows has changed, and only there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.screenshots.camera import looks_the_same

WHITE, EDGE, BLACK = (255, 255, 255), (215, 215, 215), (0, 0, 0)


def picture(colour: tuple[int, int, int], width: int = 8) -> Image.Image:
    """Return a white picture with one pixel of a colour."""
    image = Image.new("RGB", (width, 8), WHITE)
    image.putpixel((3, 3), colour)
    return image


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def film(*frames: Image.Image) -> bytes:
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("stored", "taken", "is_same"),
    [
        pytest.param(png(picture(WHITE)), png(picture(WHITE)), True, id="the same"),
        pytest.param(png(picture(WHITE)), png(picture(EDGE)), True, id="the edge of a letter"),
        pytest.param(png(picture(WHITE)), png(picture(BLACK)), False, id="a point of ink"),
        pytest.param(png(picture(WHITE)), png(picture(WHITE, width=9)), False, id="another size"),
        pytest.param(
            film(picture(WHITE), picture(BLACK)),
            film(picture(WHITE), picture(BLACK)),
            True,
            id="the same film",
        ),
        pytest.param(
            film(picture(WHITE), picture(BLACK)),
            film(picture(WHITE), picture(WHITE)),
            False,
            id="another frame",
        ),
        pytest.param(
            film(picture(WHITE), picture(BLACK)),
            film(picture(WHITE), picture(BLACK), picture(WHITE)),
            False,
            id="a frame more",
        ),
    ],
)
def test_a_picture_is_the_same_but_for_the_edges_of_what_it_shows(
    tmp_path: Path, stored: bytes, taken: bytes, is_same: bool
) -> None:
    file = tmp_path / "picture"
    file.write_bytes(stored)
    assert looks_the_same(file, taken) is is_same


def test_a_picture_that_is_not_stored_is_written(tmp_path: Path) -> None:
    assert not looks_the_same(tmp_path / "picture", png(picture(WHITE)))
