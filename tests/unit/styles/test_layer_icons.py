"""Faces of layers: colours that stay apart, and the one that a new layer gets."""

from __future__ import annotations

from itertools import combinations

import pytest

from gisportal.catalogue import CODED
from gisportal.demo.datasets.definitions import SAMPLE_STYLES
from layers.definitions import GeometryType
from layers.styles.colours import LAYER_TOKENS
from styles.colours import DARK, LIGHT, Theme, contrast
from styles.layer_icons import APART, LayerIcon, alike, are_alike, free_icon, gap, layer_icon
from styles.pictures import pictogram

CODED_FACES = [layer_icon(one.style) for one in CODED.all()]
SAMPLES = [LayerIcon(str(style["token"]), str(style["icon"])) for style in SAMPLE_STYLES.values()]
EVERY = [*CODED_FACES, *SAMPLES]


def test_colours_of_layers_are_told_apart_by_everybody_in_both_themes() -> None:
    near = {pair: gap(*pair) for pair in combinations(LAYER_TOKENS, 2)}
    assert {pair: found for pair, found in near.items() if found.distance < APART} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_of_layers_are_read_on_paper(theme: Theme) -> None:
    found = {token: contrast(theme[token], theme["paper"]) for token in LAYER_TOKENS}
    assert {token: ratio for token, ratio in found.items() if ratio < 4.5} == {}


def test_no_two_layers_of_the_catalogue_and_the_demonstration_are_alike() -> None:
    assert alike(EVERY) == []


@pytest.mark.parametrize("face", EVERY, ids=lambda face: f"{face.token} {face.icon}")
def test_every_face_has_a_pictogram_that_exists(face: LayerIcon) -> None:
    assert pictogram(face.icon) is not None


def test_faces_of_one_pictogram_are_alike_when_their_colours_are_near() -> None:
    assert are_alike(LayerIcon("c-leaf", "maki:park"), LayerIcon("#125a08", "maki:park"))


def test_a_pictogram_tells_faces_of_one_colour_apart() -> None:
    assert not are_alike(LayerIcon("c-leaf", "maki:park"), LayerIcon("c-leaf", "maki:bus"))


def test_a_new_layer_gets_a_colour_that_nobody_has() -> None:
    used = [LayerIcon(token, "map-pin") for token in LAYER_TOKENS if token != "c-teal"]
    assert free_icon(used, GeometryType.POINT).token == "c-teal"


def test_a_new_layer_gets_the_free_colour_that_is_farthest() -> None:
    free = {token: gap(token, "c-blue").distance for token in LAYER_TOKENS if token != "c-blue"}
    found = free_icon([LayerIcon("c-blue", "map-pin")], GeometryType.POINT).token
    assert free[found] == max(free.values())


def test_when_every_colour_is_taken_the_pictogram_differs() -> None:
    used = [LayerIcon(token, "map-pin") for token in LAYER_TOKENS]
    assert free_icon(used, GeometryType.POINT).icon != "map-pin"
