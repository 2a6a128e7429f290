"""QML by value: renderers, symbol layers, sizes in points, scales of zooms, labels."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from django.utils import translation

from layers.definitions import GeometryType
from layers.styles.definitions import Category, Labels, NumberInterval, Proportion, Style
from layers.styles.symbols import Fill, Marker, Stroke
from styles.qml.documents import qml_element
from styles.styled_layers import StyledLayer
from tests.styled_layers import STYLES, styled


def written(layer: StyledLayer) -> Element:
    """Return the renderer of a layer."""
    found = qml_element(layer).find("renderer-v2")
    assert found is not None
    return found


def values(symbol_layer: Element) -> dict[str, str]:
    """Return the values of a symbol layer."""
    return {
        option.get("name", ""): option.get("value", "") for option in symbol_layer.findall("Option/Option")
    }


def expressions(parent: Element, tag: str = "data_defined_properties") -> dict[str, str]:
    """Return what is computed for each feature, by property."""
    return {
        one.get("name", ""): found.get("value", "")
        for one in parent.findall(f"{tag}/Option/Option[@name='properties']/Option")
        for found in one.findall("Option[@name='expression']")
    }


@pytest.mark.parametrize(
    ("name", "kind", "symbol_layers"),
    [
        ("icon", "singleSymbol", ["SimpleMarker", "SvgMarker"]),
        ("categories", "categorizedSymbol", ["SimpleFill", "SimpleLine"]),
        ("graduated", "RuleRenderer", ["SimpleFill", "SimpleLine"]),
        ("proportional", "singleSymbol", ["SimpleMarker"]),
        ("dashes", "singleSymbol", ["SimpleLine", "SimpleLine"]),
        ("hatches", "singleSymbol", ["SimpleFill", "LinePatternFill", "SimpleLine"]),
        ("dots", "singleSymbol", ["PointPatternFill", "SimpleLine"]),
        ("ticks", "singleSymbol", ["SimpleLine", "MarkerLine"]),
        ("heat", "heatmapRenderer", []),
    ],
)
def test_each_kind_has_its_renderer_and_symbol_layers(name: str, kind: str, symbol_layers: list[str]) -> None:
    root = written(STYLES[name])
    assert root.get("type") == kind
    symbol = root.find("symbols/symbol")
    assert [one.get("class") for one in ([] if symbol is None else symbol.findall("layer"))] == symbol_layers


def test_categories_keep_value_title_and_colour_and_the_rest_comes_last() -> None:
    root = written(STYLES["categories"])
    found = [(one.get("value"), one.get("label")) for one in root.findall("categories/category")]
    assert found == [("a", "Équipements"), ("b", "Espaces verts"), ("c", "Transports"), ("", "Autres")]
    fills = [values(one)["color"] for one in root.findall("symbols/symbol/layer[@class='SimpleFill']")]
    # Colours of light: a token at 60 % is mixed with white, and the fill is at 45 % over the map.
    assert fills == ["176,48,96,115", "61,122,31,115", "118,159,210,115", "85,103,110,115"]


def test_a_rest_that_is_hidden_is_no_category() -> None:
    layer = STYLES["categories"]
    root = written(replace(layer, style=replace(layer.style, hides_others=True)))
    assert len(root.findall("categories/category")) == 3


def test_an_empty_value_that_is_a_class_is_a_rule() -> None:
    style = Style("ink", "map", "code", (Category("", "Sans", "t-waste"), Category("l'a", "A", "t-nature")))
    root = written(styled(GeometryType.SURFACE, style))
    assert [one.get("filter") for one in root.findall("rules/rule")] == [
        '"code" IS NULL OR "code" = \'\'',
        "to_string(\"code\") = 'l''a'",
        "ELSE",
    ]


def test_intervals_exclude_their_upper_limit_but_the_last_one() -> None:
    rules = written(STYLES["graduated"]).findall("rules/rule")
    assert [one.get("filter") for one in rules] == [
        '"hauteur" >= 0 AND "hauteur" < 10',
        '"hauteur" >= 10 AND "hauteur" < 20',
        '"hauteur" >= 20 AND "hauteur" <= 40',
        "ELSE",
    ]


def test_intervals_without_a_rest_are_graduated_with_limits_in_the_upper_class() -> None:
    layer = STYLES["graduated"]
    root = written(replace(layer, style=replace(layer.style, hides_others=True)))
    assert root.get("type") == "graduatedSymbol"
    # QGIS gives a limit to the first range that holds it.
    assert [one.get("lower") for one in root.findall("ranges/range")] == ["20.0", "10.0", "0.0"]


def test_lengths_are_points_and_dashes_custom() -> None:
    _casing, dashed = written(STYLES["dashes"]).findall("symbols/symbol/layer")
    found = values(dashed)
    assert (found["line_width"], found["line_width_unit"]) == ("3", "Point")
    assert (found["use_custom_dash"], found["customdash"], found["capstyle"]) == ("1", "7.5;4.5", "flat")


def test_zooms_of_symbol_layers_are_expressions_on_the_scale() -> None:
    symbol = (Marker(size=7, zooms=(0, 12)), Marker(size=11, zooms=(12, 14)), Marker(size=22, zooms=(14, 24)))
    root = written(styled(GeometryType.POINT, Style("t-nature", "trees", symbol=symbol)))
    # 591 657 551 / 2^(z + 1): tiles of 512 px, pixels of 1/96 inch.
    assert [expressions(one)["enabled"] for one in root.findall("symbols/symbol/layer")] == [
        "@map_scale > 72224",
        "@map_scale > 18056 AND @map_scale <= 72224",
        "@map_scale <= 18056",
    ]


def test_sizes_follow_the_area_and_widths_the_value() -> None:
    proportion = Proportion(0, 40, 8, 48)
    style = Style("t-mobility", "map", "hauteur", proportion=proportion)
    (marker,) = written(styled(GeometryType.POINT, replace(style, symbol=(Marker(stroke=""),)))).findall(
        ".//layer"
    )
    area = 'sqrt(coalesce(scale_linear("hauteur", 0, 40, 64, 2304), 64))'
    assert expressions(marker)["size"] == f"({area}) * 0.75"
    (line,) = written(styled(GeometryType.LINE, replace(style, symbol=(Stroke(),)))).findall(".//layer")
    assert expressions(line)["outlineWidth"] == '(coalesce(scale_linear("hauteur", 0, 40, 8, 48), 8)) * 0.75'


def test_levels_of_neighbours_are_passes_and_points_stay_whole() -> None:
    bands = written(STYLES["bands"])
    assert bands.get("symbollevels") == "1"
    assert [one.get("pass") for one in bands.findall("symbols/symbol/layer")] == ["0", "1"] * 3
    assert written(STYLES["icon"]).get("symbollevels") == "0"


def test_what_a_geometry_has_not_draws_nothing() -> None:
    style = Style("t-nature", "trees", symbol=(Fill(), Stroke(), Marker()))
    classes = [one.get("class") for one in written(styled(GeometryType.POINT, style)).findall(".//layer")]
    assert classes == ["SimpleMarker"]


def test_a_layer_is_seen_at_the_scales_of_its_zooms() -> None:
    root = qml_element(styled(GeometryType.POINT, Style("t-nature", "trees", zooms=(12, 18))))
    assert root.get("hasScaleBasedVisibilityFlag") == "1"
    assert (root.get("minScale"), root.get("maxScale")) == ("72224", "1128")


def test_labels_say_numbers_as_people_write_them_from_their_scale() -> None:
    labels = Labels("hauteur", 16, "t-nature", "paper", 13, "hauteur", decimals=1, has_unit=True)
    style = Style("t-nature", "trees", labels=labels)
    with translation.override("fr"):
        settings = qml_element(styled(GeometryType.POINT, style)).find("labeling/settings")
    assert settings is not None
    text, halo, rendering = (settings.find(f".//{tag}") for tag in ("text-style", "text-buffer", "rendering"))
    assert text is not None
    assert halo is not None
    assert rendering is not None
    assert text.get("fieldName") == "format_number(\"hauteur\", 1, 'fr') || '\u00a0m'"
    assert (text.get("fontSize"), text.get("textColor")) == ("12", "61,122,31,255")
    assert (halo.get("bufferDraw"), halo.get("bufferColor")) == ("1", "255,255,255,255")
    assert (rendering.get("scaleMin"), rendering.get("scaleMax")) == ("0", "36112")
    assert "Priority" in expressions(settings, "dd_properties")


def test_a_field_that_is_not_in_the_target_leaves_no_trace() -> None:
    layer = STYLES["labels"]
    left = replace(layer, style=layer.style.readable({"nom"}), fields=layer.fields[2:], names=layer.names[2:])
    assert "hauteur" not in str(list(qml_element(left).itertext())) + repr(qml_element(left).attrib)
    assert qml_element(left).get("labelsEnabled") == "0"


def test_classes_of_colours_and_sizes_go_together() -> None:
    intervals = (NumberInterval(0, 10, "Bas", "#111111"), NumberInterval(10, 40, "Haut", "#222222"))
    style = Style(
        "ink", "map", "hauteur", intervals=intervals, proportion=Proportion(0, 40), hides_others=True
    )
    root = written(styled(GeometryType.POINT, style))
    assert root.get("type") == "graduatedSymbol"
    assert all("size" in expressions(one) for one in root.findall("symbols/symbol/layer"))


def test_colours_sizes_and_angles_of_features_are_expressions() -> None:
    layer = STYLES["colours"]
    (disc,) = written(layer).findall("symbols/symbol/layer")
    own = 'if(length("couleur") = 11, color_rgba(to_int(substr("couleur", 1, 3)),'
    assert expressions(disc)["fillColor"].startswith(own)
    root = qml_element(layer)
    settings = root.find("labeling/settings")
    assert settings is not None
    computed = expressions(settings, "dd_properties")
    assert computed["Color"].startswith(own)
    assert computed["Size"] == 'coalesce("taille", 15)'
    assert computed["LabelRotation"] == '-coalesce("hauteur", 0)'
    placement = settings.find("placement")
    assert placement is not None
    assert placement.get("quadOffset") == "2"


def test_a_feature_without_a_field_of_colours_has_no_expression() -> None:
    layer = STYLES["proportional"]
    (disc,) = written(layer).findall("symbols/symbol/layer")
    assert "fillColor" not in expressions(disc)
