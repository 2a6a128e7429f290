"""Colours of a style without a style sheet."""

from __future__ import annotations

import json
import re
from itertools import product

from django.conf import settings

from gisportal.catalogue import CODED
from interface.pictures import painted_shapes
from layers.styles.colours import IN_THE_DARK, is_black
from layers.styles.palettes import PALETTES
from plui.catalogue import ZONES
from plui.styles.symbols import BANDS, LINES, POINTS, SURFACES, ZONE_SYMBOLS
from styles.classes import classes_of
from styles.colours import (
    CLEARLY_APART,
    DARK,
    LIGHT,
    MIN_GRAPHIC,
    Theme,
    Vision,
    contrast,
    difference,
    resolved,
    rgb,
)


def test_a_share_is_mixed_with_the_paper_of_the_theme() -> None:
    assert [rgb(text) for text in ("t-nature", "t-nature/100", "t-nature/0")] == [
        (61, 122, 31),
        (61, 122, 31),
        (255, 255, 255),
    ]
    assert rgb("t-nature/50") == (158, 188, 143)
    assert rgb("t-nature/0", DARK) == (16, 25, 29)


def test_a_literal_is_the_same_in_every_theme() -> None:
    assert {resolved("#2b8cbe"), resolved("#2b8cbe", DARK)} == {"#2b8cbe"}


def test_black_is_a_light_ink_on_dark_paper_where_it_would_not_be_seen() -> None:
    assert [resolved(text) for text in ("#343434", "#000000")] == ["#343434", "#000000"]
    assert [resolved(text, DARK) for text in ("#343434", "#000000")] == [DARK["ink-2"], DARK["ink-2"]]


def literals() -> set[str]:
    """Return the colours of the CNIG's symbols."""
    symbols = (SURFACES, LINES, POINTS, ZONE_SYMBOLS)
    return {colour for table in symbols for colour in re.findall(r"#[0-9a-f]{6}", repr(table))}


def test_each_colour_of_the_cnig_is_read_on_dark_paper() -> None:
    assert len(literals()) > 30
    faint = {
        colour for colour in literals() if contrast(resolved(colour, DARK), DARK["paper-2"]) < MIN_GRAPHIC
    }
    assert faint == set()


def test_a_colour_without_need_is_the_same_in_the_dark() -> None:
    needless = {colour for colour in IN_THE_DARK if contrast(colour, DARK["paper-2"]) >= MIN_GRAPHIC}
    assert needless <= {"#e60000"}
    assert not any(is_black(colour) for colour in IN_THE_DARK)


def test_classes_of_a_palette_keep_their_colours_in_the_dark() -> None:
    for palette in PALETTES.values():
        for count in range(3, 10):
            assert not set(palette.colours(count)) & set(IN_THE_DARK)


def test_zones_u_auc_and_aus_are_told_apart_by_everybody_in_both_themes() -> None:
    opacity = ZONES.style.fill_opacity * ZONE_SYMBOLS["U"][0].opacity
    for theme in (LIGHT, DARK):
        ground = theme["paper-2"]
        insides = {zone: resolved(symbol[0].colour, theme) for zone, symbol in ZONE_SYMBOLS.items()}
        fills = {zone: over(inside, ground, opacity) for zone, inside in insides.items()}
        for one, other in (("U", "AUc"), ("AUc", "AUs"), ("U", "AUs")):
            for vision in Vision:
                assert difference(fills[one], fills[other], vision) >= CLEARLY_APART, (one, other, vision)
    dark = [resolved(BANDS[zone], DARK) for zone in ("U", "AUc", "AUs")]
    assert min(difference(dark[0], dark[1], vision) for vision in Vision) >= CLEARLY_APART


def test_what_a_question_dims_is_near_the_colour_of_no_class() -> None:
    script = (settings.BASE_DIR / "interface/static/interface/map/style.js").read_text("utf-8")
    (share,) = re.findall(r"const DIM = ([\d.]+);", script)
    (grey,) = re.findall(r'const FADED = "([\w-]+)";', script)
    alike = []
    for layer in CODED.all():
        classes = [each.token for each in classes_of(layer.style).style_classes] or [layer.style.token]
        if not layer.geometry.is_located or layer.geometry.is_surface:  # a dimmed surface has no fill
            continue
        for theme, vision in product((LIGHT, DARK), Vision):
            dim, inks = (
                over(grey, theme["paper-2"], float(share), theme),
                {resolved(each, theme) for each in classes},
            )
            alike += [(layer.slug, ink) for ink in inks if difference(dim, ink, vision) < CLEARLY_APART]
    assert alike == []


def over(colour: str, ground: str, share: float, theme: Theme = LIGHT) -> str:
    """Return a colour at a share over another one."""
    channels = zip(rgb(colour, theme), rgb(ground, theme), strict=True)
    return "#" + "".join(f"{round(own * share + below * (1 - share)):02x}" for own, below in channels)


def test_pages_and_scripts_have_the_same_colours_in_the_dark() -> None:
    script = (settings.BASE_DIR / "interface/static/interface/map/colours.js").read_text("utf-8")
    (table,) = re.findall(r"IN_THE_DARK = (\{.*?\});", script, re.S)
    assert json.loads(re.sub(r",\s*\}", "}", table)) == IN_THE_DARK
    assert 'fill="light-dark(#730000, #d98c8c)"' in painted_shapes('<path fill="@#730000"/>')
    assert 'fill="#2b8cbe"' in painted_shapes('<path fill="@#2b8cbe"/>')
