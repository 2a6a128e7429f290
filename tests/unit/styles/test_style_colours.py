"""Colours as they are seen, and the palettes of ColorBrewer: against figures of their sources."""

from __future__ import annotations

import pytest

from layers.styles.palettes import PALETTES, PaletteKind, palettes_of
from styles.colours import CLEARLY_APART, Vision, contrast, difference, simulated, smallest_difference


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the lightest grey that passes AA


def test_difference_goes_from_none_to_black_and_white() -> None:
    assert difference("#123456", "#123456") == 0
    assert difference("#000000", "#ffffff") == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("vision", Vision)
def test_greys_are_seen_alike_by_everybody(vision: Vision) -> None:
    assert difference(simulated("#808080", vision), "#808080") < 0.5


def test_red_and_green_come_near_in_deuteranopia_alone() -> None:
    red, green = "#d7301f", "#6a8f00"
    assert difference(red, green, Vision.DEUTERANOPIA) < difference(red, green) / 2
    assert difference(red, green, Vision.TRITANOPIA) > CLEARLY_APART


@pytest.mark.parametrize("kind", [PaletteKind.SEQUENTIAL, PaletteKind.DIVERGING])
def test_five_classes_of_every_ordered_palette_stay_apart_in_each_vision(kind: PaletteKind) -> None:
    near = [
        (palette.name, vision.value)
        for palette in palettes_of(kind)
        for vision in Vision
        if (smallest_difference(palette.colours(5), vision) or (0, (0, 0)))[0] < CLEARLY_APART
    ]
    assert near == []


def test_a_palette_has_as_many_colours_as_asked_and_turns_round() -> None:
    for palette in PALETTES.values():
        for count in (1, 2, 3, 9, 14):
            assert len(palette.colours(count)) == count
        assert palette.colours(5, is_reversed=True) == palette.colours(5)[::-1]
    assert PALETTES["Greens"].colours(3) == ("#e5f5e0", "#a1d99b", "#31a354")
