"""Styles of rasters: what suits the values, and what an administrator may write instead."""

from __future__ import annotations

from typing import Any

import pytest
from rio_tiler.colormap import cmap

from layers.parsing.raster_styles import COLORMAPS, RasterClass, RasterStyle, default_style, parse_style
from layers.vocabulary import RasterKind

BYTES: dict[str, Any] = {
    "type": "uint8",
    "colour": "gray",
    "low": 5,
    "high": 250,
    "minimum": 0,
    "maximum": 255,
}
LEVELS: dict[str, Any] = {
    **BYTES,
    "type": "float32",
    "low": 10.0,
    "high": 90.0,
    "minimum": 0.0,
    "maximum": 100.0,
}


def named(*colours: str) -> list[dict[str, Any]]:
    return [BYTES | {"colour": colour} for colour in colours]


def test_measure_is_drawn_without_its_extreme_hundredths() -> None:
    assert default_style(RasterKind.MEASURE, [LEVELS]).ranges == ((10, 90),)


def test_measure_of_one_value_has_a_range_all_the_same() -> None:
    flat = LEVELS | {"low": 3.0, "high": 3.0, "minimum": 3.0, "maximum": 3.0}
    assert default_style(RasterKind.MEASURE, [flat]).ranges == ((3, 4),)


def test_picture_of_bytes_keeps_its_colours() -> None:
    assert default_style(RasterKind.IMAGE, named("red", "green", "blue")) == RasterStyle(bands=(1, 2, 3))


def test_picture_is_drawn_in_the_order_that_the_file_names() -> None:
    assert default_style(RasterKind.IMAGE, named("undefined", "blue", "green", "red")).bands == (4, 3, 2)


def test_codes_are_never_mixed_with_their_neighbours() -> None:
    assert default_style(RasterKind.CLASSES, [BYTES]).resampling == "nearest"


def test_every_colour_map_offered_is_one_of_the_library() -> None:
    assert set(COLORMAPS) <= set(cmap.list())


def test_classes_are_in_the_order_of_their_values() -> None:
    classes = [{"from": 5, "title": "b", "colour": "#FF0000"}, {"to": 5, "title": "a", "colour": "#00ff00"}]
    style = parse_style({"classes": classes}, default=RasterStyle(), bands=1)
    assert style.classes == (
        RasterClass(float("-inf"), 5, "a", "#00ff00"),
        RasterClass(5, float("inf"), "b", "#ff0000"),
    )


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"colours": 1}, "colours"),
        ({"bands": [1, 2]}, "bands"),
        ({"bands": [4]}, "bands"),
        ({"rescale": [5, 5]}, "rescale"),
        ({"rescale": [0, float("inf")]}, "rescale"),
        ({"rescale": "0,1"}, "rescale"),
        ({"colormap": "arc-en-ciel"}, "colormap"),
        ({"resampling": "magic"}, "resampling"),
        ({"opacity": 2}, "opacity"),
        ({"opacity": True}, "opacity"),
        ({"classes": []}, "classes"),
        ({"classes": [{"from": 1, "title": "a", "colour": "red"}]}, "colour"),
        ({"classes": [{"value": 1, "from": 0, "title": "a", "colour": "#000000"}]}, "classes"),
        ({"classes": [{"from": 2, "to": 1, "title": "a", "colour": "#000000"}]}, "ends before"),
        (
            {
                "classes": [
                    {"from": 0, "to": 2, "title": "a", "colour": "#000000"},
                    {"from": 1, "to": 3, "title": "b", "colour": "#000000"},
                ]
            },
            "overlap",
        ),
    ],
)
def test_style_that_cannot_be_is_refused_by_name(document: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_style(document, default=RasterStyle(), bands=3)


CLASS: dict[str, Any] = {"title": "Forêt", "colour": "#00ff00"}


def test_class_is_a_value_alone() -> None:
    style = parse_style({"classes": [CLASS | {"value": 3}]}, default=RasterStyle(), bands=1)
    assert [(each.lower, each.upper) for each in style.classes] == [(3, 3)]


@pytest.mark.parametrize("bounds", [{}, {"value": 3, "from": 1}, {"value": 3, "to": 4}], ids=str)
def test_class_that_is_neither_a_value_nor_a_range_is_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="value, or from and to"):
        parse_style({"classes": [CLASS | bounds]}, default=RasterStyle(), bands=1)


@pytest.mark.parametrize("opacity", [0, 0.5, 1])
def test_opacity_goes_from_nothing_to_the_whole(opacity: float) -> None:
    assert parse_style({"opacity": opacity}, default=RasterStyle(), bands=1).opacity == opacity


@pytest.mark.parametrize(
    ("rescale", "ranges"),
    [
        ([0, 10], ((0, 10),) * 3),
        ([[0, 10]], ((0, 10),) * 3),
        ([[0, 1], [0, 2], [0, 3]], ((0, 1), (0, 2), (0, 3))),
    ],
    ids=["a pair", "a pair in a list", "a pair a band"],
)
def test_one_range_is_that_of_every_band(rescale: list[Any], ranges: tuple[tuple[float, float], ...]) -> None:
    assert parse_style({"rescale": rescale}, default=RasterStyle(bands=(1, 2, 3)), bands=3).ranges == ranges
