"""Styles for other programs: few operators, constants, and the class that every other drawing gives a feature."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import Heat, Proportion, Style
from layers.styles.symbols import Marker
from styles.classes import class_of, classes_of, size_of
from styles.colours import LIGHT
from styles.maplibre.compiler import drawing, in_colours
from styles.maplibre.document import sprite
from styles.maplibre.points import proportional_steps
from styles.pictures import marker_picture
from tests.portable_styles import CASES, CLASSED, DRAWN, EVERYTHING, OPERATORS, met, portable

POINT, LINE, SURFACE = GeometryType.POINT, GeometryType.LINE, GeometryType.SURFACE


@pytest.mark.parametrize(("name", "value"), CASES, ids=repr)
def test_the_condition_of_a_class_holds_for_its_features_alone(name: str, value: object) -> None:
    classes = classes_of(CLASSED[name])
    chosen = [member for member in classes.members if met(classes.condition([member]), value)]
    expected = class_of(classes, {"f": value})
    assert chosen == ([] if expected is None else [expected])


@pytest.mark.parametrize(("name", "value"), CASES, ids=repr)
def test_the_condition_of_several_classes_holds_for_the_features_of_each(name: str, value: object) -> None:
    classes = classes_of(CLASSED[name])
    several = classes.members[1:]
    assert bool(met(classes.condition(several), value)) == (class_of(classes, {"f": value}) in several)


def test_the_condition_of_every_class_is_none() -> None:
    classes = classes_of(CLASSED["categories"])
    assert classes.condition(classes.members) is True


@pytest.mark.parametrize("value", [None, "a", -3, 0, 7, 40, 99.5, 100, 250])
def test_each_feature_is_in_one_step_of_a_proportion_near_its_own_size(value: object) -> None:
    proportion = Proportion(0, 100, 2, 30)
    (size,) = (size for size, condition in proportional_steps("f", proportion) if met(condition, value))
    assert abs(size - size_of(value, proportion, is_width=False)) <= 1


# Read by QGIS in other ways, or not at all; none says where features are or of which class.
PLACED = {"text-radial-offset", "symbol-sort-key", "circle-sort-key", "text-variable-anchor", "text-field"}


def operators(expression: Any) -> Iterator[str]:
    if isinstance(expression, list) and expression[0] != "literal":
        yield expression[0]
        for argument in expression[1:]:
            yield from operators(argument)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("geometry", [POINT, LINE, SURFACE], ids=lambda each: each.value)
def test_values_are_constants_and_filters_have_the_operators_of_qgis(
    name: str, geometry: GeometryType
) -> None:
    layers = [layer for layer in portable(DRAWN[name], geometry) if layer["type"] != "heatmap"]
    found = {
        (layer["id"], key): value
        for layer in layers
        for part in ("paint", "layout")
        for key, value in layer.get(part, {}).items()
        if key not in PLACED and isinstance(value, list) and isinstance(value[0], str)
    }
    dashes_and_fonts = {"text-font"}
    computed = {place: value for place, value in found.items() if place[1] not in dashes_and_fonts}
    assert {place: value for place, value in computed.items() if value[0] != "literal"} == {}
    used = {name for layer in layers for name in operators(layer.get("filter", True))}
    assert used <= {*OPERATORS, "has", "get"}


def test_labels_of_codes_read_the_field_by_its_name() -> None:
    (text,) = {
        str(layer["layout"]["text-field"])
        for layer in portable(EVERYTHING, SURFACE)
        if layer["id"].startswith("label")
    }
    assert text == "['match', ['get', 'h'], 'a', 'Acier', ['to-string', ['get', 'h']]]"


def test_labels_of_truths_compare_texts() -> None:
    label = Field("h", FieldType.BOOLEAN, "Ouvert")
    layers = drawing(EVERYTHING, POINT, label=label, is_portable=True).layers
    (text,) = (layer["layout"]["text-field"] for layer in layers if layer["id"] == "label")
    assert set(operators(text)) == {"case", "==", "to-string", "get"}


def test_a_clear_part_of_a_circle_has_no_opacity() -> None:
    """QGIS gives a colour the opacity of its property: a clear one becomes black."""
    clear = [
        (layer["paint"][f"{part}-color"], layer["paint"][f"{part}-opacity"])
        for layer in portable(Style("t-nature", "trees"), POINT)
        for part in ("circle", "circle-stroke")
        if layer["type"] == "circle"
    ]
    assert {opacity for colour, opacity in clear if colour == "rgba(0,0,0,0)"} == {0}
    assert {opacity for colour, opacity in clear if colour != "rgba(0,0,0,0)"} == {1}


def test_discs_of_counts_and_their_rings_follow_the_count() -> None:
    layers = [
        layer
        for layer in portable(Style("t-nature", "trees"), POINT)
        if layer["id"].startswith(("cluster", "ring"))
    ]
    radii = [(layer["filter"][2][2], layer["paint"]["circle-radius"]) for layer in layers]
    assert radii[:4] == [(1, 13.5), (1, 11), (10, 15.5), (10, 13)]


def test_a_density_keeps_its_weights() -> None:
    heat = Style("t-climate", "trees", "f", heat=Heat())
    assert portable(heat, POINT)[0] == in_colours(drawing(heat, POINT).layers[0], LIGHT)


def test_the_edges_of_pictures_have_the_colour_of_the_shape() -> None:
    picture = marker_picture(Marker("star", 21, "#ffffff", "", 0), "trees")
    pixels = np.asarray(Image.open(io.BytesIO(sprite({"star": picture}).png())).convert("RGBA"))
    edges = pixels[(pixels[..., 3] > 40) & (pixels[..., 3] < 215)]
    assert len(edges) > 10
    assert edges[:, :3].min() >= 250
