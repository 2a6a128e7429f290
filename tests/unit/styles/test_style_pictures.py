"""Pictures of symbols: patterns repeat without a seam, pictograms are told from their disc, nothing active gets in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.test import override_settings

from layers.definitions import GeometryType
from layers.styles.colours import COLOUR_TOKENS
from layers.styles.symbols import (
    MARKER_SHAPES,
    POINT_SYMBOL,
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    coloured,
)
from styles.colours import DARK, LIGHT, rgb
from styles.patterns import pattern_picture
from styles.pictures import in_theme, marker_picture, pictogram, pictogram_or_fallback, readable_on
from styles.swatches import icon_picture, swatch

_SEGMENT = re.compile(r"M(-?[\d.]+) (-?[\d.]+)l(-?[\d.]+) (-?[\d.]+)")


def _crossings(pattern: LinePattern, side: int) -> list[float]:
    """Return where lines cross x = 0 (side 0) or x = width (side 1) of the tile, as heights."""
    tile = pattern_picture(pattern, "map")
    x = tile.width * side
    found = set()
    for left, top, right, fall in (map(float, parts) for parts in _SEGMENT.findall(tile.shapes)):
        if not right or not min(left, left + right) - 1e-3 <= x <= max(left, left + right) + 1e-3:
            continue
        y = top + fall * (x - left) / right
        if 0.05 < y < tile.height - 0.05:
            found.add(round(y, 1))
    return sorted(found)


@pytest.mark.parametrize("angle", [10, 30, 45, 60, 100, 135, 170])
def test_lines_leave_a_tile_where_they_come_into_the_next(angle: float) -> None:
    pattern = LinePattern(spacing=7, angle=angle, colour="ink")
    left, right = _crossings(pattern, 0), _crossings(pattern, 1)
    assert left
    assert left == pytest.approx(right, abs=0.15)


@pytest.mark.parametrize(("spacing", "angle"), [(8, 45), (11.34, 90), (7.56, 0), (5, 20), (12, 135)])
def test_a_tile_of_whole_pixels_keeps_the_spacing_of_its_lines(spacing: float, angle: float) -> None:
    tile = pattern_picture(LinePattern(spacing=spacing, angle=angle, colour="ink"), "map")
    assert (tile.width % 1, tile.height % 1) == (0, 0)
    count = len(_SEGMENT.findall(tile.shapes))
    assert count > 0
    assert max(tile.width, tile.height) <= 96


def test_staggered_points_fill_two_rows_of_a_tile() -> None:
    tile = pattern_picture(
        PointPattern(Marker(size=2, fill="ink", stroke=""), 8, 6, is_staggered=True), "map"
    )
    assert (tile.width, tile.height) == (8, 12)
    places = set(re.findall(r"translate\((-?[\d.]+) (-?[\d.]+)\)", tile.shapes))
    assert {("0", "0"), ("8", "0"), ("4", "6"), ("0", "12")} <= places


def test_the_markers_of_a_coarse_pattern_lie_on_some_of_a_fine_one() -> None:
    fine, coarse = (
        pattern_picture(PointPattern(Marker(size=1, fill="ink", stroke=""), across, across), "map")
        for across in (5, 10)
    )
    places = [set(re.findall(r"translate\((\d+) (\d+)\)", tile.shapes)) for tile in (fine, coarse)]
    assert ("0", "0") in places[0] & places[1]


@pytest.mark.parametrize("token", COLOUR_TOKENS)
@pytest.mark.parametrize("share", [100, 60, 30, 10])
def test_a_pictogram_is_told_from_its_disc_in_both_themes(token: str, share: int) -> None:
    disc = f"{token}/{share}"
    drawn = readable_on(disc)
    for theme in (LIGHT, DARK):
        assert _contrast(rgb(drawn, theme), rgb(disc, theme)) >= 3


def _contrast(*colours: tuple[int, int, int]) -> float:
    def luminance(channels: tuple[int, int, int]) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted(map(luminance, colours), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("shape", MARKER_SHAPES)
def test_every_shape_is_a_document_without_colours_of_its_own(shape: str) -> None:
    (marker,) = coloured((Marker(shape, 20, angle=30, icon="face"),), "t-waste")
    assert isinstance(marker, Marker)
    text = in_theme(marker_picture(marker, "maki:park").svg(), DARK)
    assert "@" not in text
    assert ElementTree.fromstring(text).get("width") == ElementTree.fromstring(text).get("height")


def test_a_swatch_shows_what_a_symbol_stacks() -> None:
    symbol = coloured(
        (Fill(), LinePattern(), Stroke(dash=(4, 2)), MarkerLine(Marker("triangle", 4), 8)), "#ff0000"
    )
    drawn = swatch(symbol, GeometryType.SURFACE, "map").shapes
    assert [drawn.count(part) > 0 for part in ("fill-opacity", "<path", "dasharray", "<polygon")] == [
        True
    ] * 4


def test_edges_leave_the_middle_of_a_swatch_to_be_seen() -> None:
    band = (Stroke("ink", 12, offset=6), Stroke("ink", 2))
    drawn = swatch(band, GeometryType.SURFACE, "map").shapes
    heights = [float(height) - 5 for height in re.findall(r'height="([\d.]+)" fill="none"', drawn)]
    assert min(heights) > 4


def test_a_swatch_of_points_is_that_of_the_zooms_where_they_are_read() -> None:
    drawn = swatch(coloured(POINT_SYMBOL, "t-nature"), GeometryType.POINT, "trees").shapes
    assert pictogram_or_fallback("trees").shapes in drawn
    assert icon_picture("t-nature", "trees").shapes.count("@t-nature") == 1


def test_only_shapes_of_a_pictogram_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "lucide-static" / "icons"
    folder.mkdir(parents=True)
    (folder / "bad.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script>'
        '<path d="M0 0" onload="x" style="y" fill="url(z)"/></svg>'
    )
    pictogram.cache_clear()
    with override_settings(NODE_MODULES=tmp_path):
        found = pictogram("bad")
    pictogram.cache_clear()
    assert found is not None
    assert found.shapes == '<path d="M0 0"/>'


@pytest.mark.parametrize("name", ["../../secret", "maki:../x", "maki:", "", "no-such-icon"])
def test_an_unknown_pictogram_is_none(name: str) -> None:
    assert pictogram(name) is None


def test_a_maki_pictogram_is_filled() -> None:
    assert [pictogram_or_fallback(name).is_filled for name in ("maki:playground", "trees")] == [True, False]
