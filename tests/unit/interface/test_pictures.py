"""Faces and swatches in pages: tokens are classes, literal colours attributes, and nothing is an inline style."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from interface.pictures import colour_swatch, painted, style_icon, swatch, zoom_swatch
from layers.access import Scope
from layers.definitions import GeometryType
from layers.styles.definitions import Category, Style
from layers.styles.symbols import Fill, LinePattern, Stroke


def scope(style: Style, geometry: GeometryType) -> Scope:
    known: Any = SimpleNamespace(style=style, definition=SimpleNamespace(geometry=geometry))
    return cast("Scope", known)


def test_the_face_of_a_token_is_a_pictogram_on_a_class_of_its_colour() -> None:
    icon = style_icon(Style("t-nature", "trees"), "small-pic")
    assert 'class="pic small-pic hue-t-nature"' in icon
    assert 'class="icon"' in icon


@pytest.mark.parametrize(("token", "shown"), [("#2b8cbe", 'fill="#2b8cbe"'), ("t-nature/40", "strength-40")])
def test_the_face_of_another_colour_is_drawn_whole(token: str, shown: str) -> None:
    icon = style_icon(Style(token, "maki:park"))
    assert shown in icon
    assert 'class="face"' in icon
    assert "hue-t-territory" not in icon


def test_a_swatch_shows_the_symbol_of_a_class() -> None:
    own = Category("a", "A", "#ff0000", symbol=(Fill("t-waste/30"), LinePattern(), Stroke("ink")))
    style = Style("t-nature", "trees", "f", (own,))
    drawn = swatch(scope(style, GeometryType.SURFACE), own)
    assert 'class="is-fill hue-t-waste strength-30"' in drawn
    assert 'stroke="#ff0000"' in drawn
    assert 'class="is-stroke hue-ink strength-100"' in drawn
    assert "hue-t-nature" in swatch(scope(style, GeometryType.SURFACE))


def test_a_swatch_of_a_legend_has_the_symbol_of_each_zoom_and_shows_one() -> None:
    symbol = (Fill(zooms=(0, 14)), Stroke("ink", zooms=(11, 24)))
    drawn = zoom_swatch(scope(Style("t-nature", "trees", symbol=symbol), GeometryType.SURFACE))
    assert re.findall(r'data-zooms="([^"]*)"( hidden)?', drawn) == [
        ("0 11", " hidden"),
        ("11 14", " hidden"),
        ("14 24", ""),
    ]


def test_a_symbol_that_a_zoom_does_not_show_is_faint_in_the_legend() -> None:
    late = Style("t-nature", "trees", symbol=(Stroke(),), zooms=(13, 24))
    drawn = zoom_swatch(scope(late, GeometryType.LINE))
    assert [part.split('"')[0] for part in drawn.split('data-zooms="')[1:] if "is-undrawn" in part] == [
        "0 13"
    ]


def test_a_symbol_that_no_zoom_changes_is_drawn_once() -> None:
    assert "data-zooms" not in zoom_swatch(scope(Style("t-nature", "trees"), GeometryType.LINE))


def test_no_picture_of_a_page_has_a_style_of_its_own() -> None:
    for geometry in (GeometryType.POINT, GeometryType.LINE, GeometryType.SURFACE):
        drawn = swatch(scope(Style("#ff0000", "trees"), geometry))
        assert "style=" not in drawn
        assert "@" not in drawn


def test_a_piece_of_colour_is_a_class_or_an_attribute() -> None:
    assert "hue-t-nature strength-60" in colour_swatch("t-nature", 60)
    assert "hue-t-nature strength-40" in colour_swatch("t-nature/40")
    assert 'fill="#2b8cbe"' in colour_swatch("#2b8cbe", 60, "point")
    assert (painted("#2b8cbe", "fill"), painted("t-nature", "fill")) == ('fill="#2b8cbe"', "")
