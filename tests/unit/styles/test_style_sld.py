"""SLD by value in both editions: rules, filters, scales, symbolizers, pictures."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from layers.definitions import GeometryType
from layers.styles.definitions import Category, Labels, Style
from layers.styles.symbols import POINT_SYMBOL, Marker, Stroke
from styles.pictures import SvgPicture
from styles.sld.rules import sld
from styles.sld.symbolizers import SldVersion, squared
from styles.styled_layers import StyledLayer, in_own_colour
from tests.styled_layers import OWN_COLOURS, STYLES, styled
from tests.wfs_schemas import SCHEMAS, offline

EDITIONS = pytest.mark.parametrize("version", list(SldVersion), ids=lambda version: version.value)
NEWER = SldVersion.V1_1


def written(layer: StyledLayer, version: SldVersion = NEWER, colours: tuple[str, ...] = ()) -> Element:
    """Return the document without its namespaces."""
    root: Element = fromstring(sld(layer, version, colours))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text(element: Element, path: str) -> list[str]:
    """Return the texts at a path."""
    return [found.text or "" for found in element.findall(path)]


@EDITIONS
def test_each_class_is_a_rule_and_the_rest_an_else(version: SldVersion) -> None:
    level = written(STYLES["categories"], version).findall(".//FeatureTypeStyle")[0]
    rules = level.findall("Rule")
    assert [text(rule, ".//Title")[0] for rule in rules] == [
        "Équipements",
        "Espaces verts",
        "Transports",
        "Autres",
    ]
    assert [text(rule, ".//PropertyIsEqualTo/Literal") for rule in rules] == [["a"], ["b"], ["c"], []]
    assert rules[-1].find("ElseFilter") is not None
    parameter = "SvgParameter" if version is NEWER else "CssParameter"
    fills = text(level, f".//Fill/{parameter}[@name='fill']")
    assert fills == ["#b03060", "#3d7a1f", "#769fd2", "#55676e"]


def test_first_layers_of_all_classes_lie_below_the_second_ones() -> None:
    levels = written(STYLES["bands"]).findall(".//FeatureTypeStyle")
    assert [text(level, ".//Stroke/SvgParameter[@name='stroke-width']") for level in levels] == [
        ["9"] * 3,
        ["3"] * 3,
    ]


@EDITIONS
def test_intervals_exclude_their_upper_limit_but_the_last_one(version: SldVersion) -> None:
    rules = written(STYLES["graduated"], version).findall(".//FeatureTypeStyle")[0].findall("Rule")
    sides = [[side.tag for side in rule.findall("Filter/And/*")] for rule in rules]
    assert sides[0] == ["PropertyIsGreaterThanOrEqualTo", "PropertyIsLessThan"]
    assert sides[2] == ["PropertyIsGreaterThanOrEqualTo", "PropertyIsLessThanOrEqualTo"]
    assert text(rules[1], "Filter/And/*/Literal") == ["10", "20"]


def test_zooms_are_scale_denominators_of_the_pixel_of_the_ogc() -> None:
    symbol = (Marker(size=7, zooms=(0, 14)), Marker(size=22, zooms=(14, 24)))
    root = written(styled(GeometryType.POINT, Style("t-nature", "trees", symbol=symbol, zooms=(12, 24))))
    rules = root.findall(".//Rule")
    # 559 082 264.028 / 2^(z + 1)
    assert [text(rule, "MinScaleDenominator") + text(rule, "MaxScaleDenominator") for rule in rules] == [
        ["17062", "68247"],
        ["17062"],
    ]
    assert [text(rule, ".//Size") for rule in rules] == [["7"], ["22"]]


def test_a_pictogram_is_a_picture_in_the_document_with_a_shape_for_who_reads_none() -> None:
    graphic = written(STYLES["icon"]).find(".//Graphic")
    assert graphic is not None
    resource = graphic.find("ExternalGraphic/OnlineResource")
    assert resource is not None
    address = resource.get("{http://www.w3.org/1999/xlink}href", "")
    kind, _, content = address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b"#a85b00" in base64.b64decode(content)
    assert text(graphic, "Mark/WellKnownName") == ["circle"]


def test_shapes_have_their_well_known_names() -> None:
    root = written(STYLES["shapes"])
    assert text(root, ".//WellKnownName") == ["star", "triangle", "cross", *["circle"] * len(POINT_SYMBOL)]
    assert text(root, ".//Rotation") == ["90"]


def test_lines_are_moved_to_their_left_and_surfaces_to_their_inside() -> None:
    assert text(written(STYLES["bands"]), ".//PerpendicularOffset") == ["4.5"] * 3
    line = styled(GeometryType.LINE, Style("t-nature", "route", symbol=(Stroke(offset=4),)))
    assert text(written(line), ".//PerpendicularOffset") == ["-4"]
    assert text(written(line, SldVersion.V1_0), ".//PerpendicularOffset") == []


def test_proportional_sizes_are_rules_two_pixels_apart() -> None:
    rules = written(STYLES["proportional"]).findall(".//Rule")
    assert text(rules[0], ".//Size") == ["10.5"]  # nine, and its rim
    assert text(rules[0], "Filter/PropertyIsLessThan/Literal") == [
        "0.6428571428571428"
    ]  # (10² - 8²) / (48² - 8²) of 40
    assert [rules[-2].find("Filter/And"), text(rules[-2], ".//Size")] == [None, ["48.5"]]
    assert rules[-1].find("ElseFilter") is not None


@EDITIONS
def test_labels_have_a_rule_of_their_own_above(version: SldVersion) -> None:
    style = Style("t-nature", "trees", labels=Labels("code", zoom=13, size=11))
    rule = (
        written(styled(GeometryType.POINT, style), version)
        .findall(".//FeatureTypeStyle")[-1]
        .findall("Rule")[0]
    )
    assert text(rule, "TextSymbolizer/Label/PropertyName") == ["code"]
    assert text(rule, "MaxScaleDenominator") == ["34124"]
    assert rule.find("TextSymbolizer/Halo/Radius") is not None


def test_an_empty_value_is_none_as_well() -> None:
    style = Style("ink", "map", "code", (Category("", "Sans", "t-waste"),))
    rule = written(styled(GeometryType.SURFACE, style)).findall(".//Rule")[0]
    assert [side.tag for side in rule.findall("Filter/Or/*")] == ["PropertyIsEqualTo", "PropertyIsNull"]


def test_a_tile_is_repeated_until_it_is_square() -> None:
    tile = squared(SvgPicture(14, 28, "<g/>"))
    assert (tile.width, tile.height, tile.shapes.count("<g/>")) == (28, 28, 2)
    assert squared(SvgPicture(31, 97, "<g/>")).width == 31


_DESCRIBED = {SldVersion.V1_0: "(Name )?(Title )?(Abstract )?", SldVersion.V1_1: "(Name )?(Description )?"}
_SYMBOLS = "((Point|Line|Polygon|Text)Symbolizer )+"
# Children in their order, as the clauses give them: OGC 02-070, 9 to 11; 05-078r4, 11; 05-077r4, 9 to 11. {d} is what
# describes, {p} a parameter. What is not written here (rasters, ids) our documents do not have.
CONTENT = {
    "StyledLayerDescriptor": "{d}NamedLayer ",
    "NamedLayer": "Name (Description )?UserStyle ",
    "UserStyle": "{d}(IsDefault )?(FeatureTypeStyle )+",
    "FeatureTypeStyle": "{d}(FeatureTypeName )?(Rule )+",
    "Rule": "{d}((Filter|ElseFilter) )?(MinScaleDenominator )?(MaxScaleDenominator )?" + _SYMBOLS,
    "PointSymbolizer": "Graphic ",
    "LineSymbolizer": "Stroke {o}",
    "PolygonSymbolizer": "(Fill )?(Stroke )?",
    "TextSymbolizer": "Label (Font )?(LabelPlacement )?(Halo )?(Fill )?",
    "Stroke": "(GraphicStroke )?{p}",
    "Fill": "(GraphicFill )?{p}",
    "Font": "{p}",
    "Halo": "(Radius )?(Fill )?",
    "GraphicFill": "Graphic ",
    "GraphicStroke": "Graphic {g}",
    "Graphic": "((ExternalGraphic|Mark) )*(Opacity )?(Size )?(Rotation )?",
    "ExternalGraphic": "OnlineResource Format ",
    "Mark": "(WellKnownName )?(Fill )?(Stroke )?",
    "LabelPlacement": "(PointPlacement|LinePlacement) ",
    "PointPlacement": "AnchorPoint (Rotation )?",
    # A parameter may be an expression (OGC 02-070, 12.1; 05-077r4, 6.2).
    "Rotation": "(Sub )?",
    "CssParameter": "(Mul )?",
    "SvgParameter": "(Mul )?",
    "Sub": "Literal PropertyName ",
    "Mul": "PropertyName Literal ",
    "AnchorPoint": "AnchorPointX AnchorPointY ",
    # Filter Encoding: OGC 02-059 and 04-095, 8 to 10.
    "Filter": r"(PropertyIs\w+|And|Or|Not) ",
    "And": r"((PropertyIs\w+|And|Or|Not) ){{2,}}",
    "Or": r"((PropertyIs\w+|And|Or|Not) ){{2,}}",
    "Not": r"(PropertyIs\w+|And|Or|Not) ",
    "PropertyIsEqualTo": "PropertyName Literal ",
    "PropertyIsLessThan": "PropertyName Literal ",
    "PropertyIsLessThanOrEqualTo": "PropertyName Literal ",
    "PropertyIsGreaterThanOrEqualTo": "PropertyName Literal ",
    "PropertyIsNull": "PropertyName ",
    "Label": "PropertyName ",
    "Description": "Title ",
}


@EDITIONS
def test_elements_stand_in_the_order_of_the_standard(version: SldVersion) -> None:
    is_newer = version is SldVersion.V1_1
    words = {
        "d": _DESCRIBED[version],
        "p": "(SvgParameter )*" if is_newer else "(CssParameter )*",
        "o": "(PerpendicularOffset )?" if is_newer else "",
        "g": "(InitialGap )?(Gap )?" if is_newer else "",
    }
    faults = [
        (name, element.tag, children)
        for name, layer in STYLES.items()
        for element in written(layer, version, OWN_COLOURS if layer.style.colour_field else ()).iter()
        if (children := "".join(f"{child.tag} " for child in element)) or element.tag in CONTENT
        if not re.fullmatch(CONTENT.get(element.tag, "").format(**words), children)
    ]
    assert faults == []


@pytest.mark.skipif(
    not (SCHEMAS / "sld").is_dir(),
    reason="The schemas of SLD are not part of the project (../shared/schemas)",
)
@EDITIONS
def test_documents_are_valid(version: SldVersion) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    path = SCHEMAS / "sld" / version.value / "StyledLayerDescriptor.xsd"
    schema = xmlschema.XMLSchema(str(path), uri_mapper=offline, validation="lax")
    faults = {
        name: str(fault)
        for name, layer in STYLES.items()
        for fault in schema.iter_errors(sld(layer, version))
    }
    assert faults == {}


@EDITIONS
def test_a_field_that_is_not_in_the_target_leaves_no_trace(version: SldVersion) -> None:
    for name in ("labels", "categories", "graduated", "proportional"):
        layer = STYLES[name]
        left = replace(
            layer, style=layer.style.readable({"nom"}), fields=layer.fields[2:], names=layer.names[2:]
        )
        document = sld(left, version)
        assert "hauteur" not in document
        assert ">code<" not in document


def own_colours(version: SldVersion) -> list[Element]:
    """Return the rules of a layer whose features have their own colours, then those of its labels."""
    return written(STYLES["colours"], version, OWN_COLOURS).findall(".//Rule")


@EDITIONS
def test_each_colour_of_features_has_a_rule_and_the_others_that_of_the_symbol(version: SldVersion) -> None:
    discs = [rule for rule in own_colours(version) if rule.find("PointSymbolizer") is not None]
    fills = [text(rule, ".//Mark/Fill/*[@name='fill']")[0] for rule in discs]
    assert fills == ["#00a000", "#c00000", "#677593"]
    assert [text(rule, "Filter//Literal") for rule in discs[:2]] == [[each] for each in OWN_COLOURS]
    assert discs[2].find("ElseFilter") is not None


@EDITIONS
def test_texts_have_the_colour_the_size_and_the_angle_of_their_feature(version: SldVersion) -> None:
    labels = [rule for rule in own_colours(version) if rule.find("TextSymbolizer") is not None]
    assert len(labels) == 6
    first = labels[0]
    assert text(first, "TextSymbolizer/Fill/*") == ["#00a000"]
    assert text(first, ".//*[@name='font-size']/Mul/PropertyName") == ["taille"]
    assert text(first, ".//Rotation/Sub/PropertyName") == ["hauteur"]
    assert text(first, ".//AnchorPoint/AnchorPointX") == ["0"]
    assert text(labels[1], ".//*[@name='font-size']") == ["20"]
    assert text(labels[-1], "TextSymbolizer/Fill/*") == ["#14242b"]


def test_a_level_above_that_of_light_is_full() -> None:
    (disc,) = in_own_colour((Marker(fill="#677593"),), "255-128-300")
    assert isinstance(disc, Marker)
    assert disc.fill == "#ff80ff"
