"""One list of theme colours, ``layers.styles.colours.COLOUR_TOKENS``: CSS, scripts and files name the same ones."""

from __future__ import annotations

import re

import pytest

from gisportal.catalogue import THEMES
from interface.pictures import TOKENS
from layers.styles.colours import COLOUR_TOKENS, NEUTRAL_TOKENS
from styles import colours
from tests.architecture.tree import text

DESIGN = "interface/static/interface/design"
LIGHT, DARK = text(f"{DESIGN}/tokens.css").split("@media", 1)
SCRIPT = re.search(r"const NAMES = \[(.*?)\]", text("interface/static/interface/map/palette.js"), re.DOTALL)
WRITTEN = {
    "light tokens": re.findall(r"--([tc]-[a-z]+):", LIGHT),
    "dark tokens": re.findall(r"--([tc]-[a-z]+):", DARK),
    "classes": re.findall(r"^\.hue-([tc]-[a-z]+) \{", text(f"{DESIGN}/hues.css"), re.MULTILINE),
    "palette of the map": re.findall(r'"([tc]-[a-z]+)"', SCRIPT[1] if SCRIPT else ""),
    "page of the design system": re.findall(
        r"hue-([tc]-[a-z]+)", text("interface/templates/interface/style/foundations.html")
    ),
}


@pytest.mark.parametrize("place", WRITTEN)
def test_theme_colours_are_the_same_everywhere(place: str) -> None:
    assert sorted(set(WRITTEN[place])) == sorted(COLOUR_TOKENS)


def test_every_theme_has_a_colour_of_the_list() -> None:
    assert {theme.token for theme in THEMES} - set(COLOUR_TOKENS) == set()


def test_every_colour_of_a_tag_has_its_class() -> None:
    assert (
        TOKENS - set(re.findall(r"^\.hue-([a-z0-9-]+) \{", text(f"{DESIGN}/hues.css"), re.MULTILINE)) == set()
    )


def test_every_colour_of_the_map_is_a_token() -> None:
    names = set(re.findall(r'"([a-z0-9-]+)"', SCRIPT[1] if SCRIPT else ""))
    assert names - set(re.findall(r"--([a-z0-9-]+):", LIGHT)) == set()


@pytest.mark.parametrize(
    ("sheet", "theme"), [(LIGHT, colours.LIGHT), (DARK, colours.DARK)], ids=["light", "dark"]
)
def test_colours_without_a_style_sheet_are_those_of_the_sheet(sheet: str, theme: colours.Theme) -> None:
    written = dict(re.findall(r"--([a-z0-9-]+): *(#[0-9a-f]{6})", sheet))
    assert theme == {name: written[name] for name in (*COLOUR_TOKENS, *NEUTRAL_TOKENS)}
