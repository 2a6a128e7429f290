"""The compiler of styles to MapLibre: few style layers, in the order of the symbols, by class, without source."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from layers.definitions import Field, FieldType, GeometryType
from layers.formats.mvt.tile_rows import count_name
from layers.styles.definitions import Category, ClusterKind, Heat, Labels, NumberInterval, Proportion, Style
from layers.styles.documents import read_style
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, Stroke
from styles.colours import LIGHT
from styles.maplibre.compiler import drawing, images, in_colours

POINT, LINE, SURFACE = GeometryType.POINT, GeometryType.LINE, GeometryType.SURFACE
NATURE = Style("t-nature", "trees")
TWO = Style("t-nature", "trees", "f", (Category("a", "A", "t-waste", 0.5), Category("b", "B", "#ff0000")))
CLASSED = Style(
    "t-nature",
    "trees",
    "f",
    intervals=(NumberInterval(0, 5, "", "#111111"), NumberInterval(5, 9, "", "#222222")),
)


def layers(style: Style, geometry: GeometryType, **given: Any) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in drawing(style, geometry, **given).layers}


def test_a_pictogram_lies_over_its_neighbour_and_no_dot_takes_its_place() -> None:
    found = layers(NATURE, POINT)
    icons = [layer for name, layer in found.items() if name.startswith("icon")]
    assert icons
    assert all(layer["layout"]["icon-allow-overlap"] for layer in icons)
    assert not any(layer["layout"].get("icon-ignore-placement") for layer in icons), "labels leave them room"


def test_names_leave_room_to_points_and_to_what_gathers_them() -> None:
    room = layers(NATURE, POINT)["room"]
    assert "filter" not in room
    assert room["layout"]["icon-size"][:2] == ["case", ["has", "point_count"]]
    portable = {one["id"] for one in drawing(NATURE, POINT, is_portable=True).layers}
    assert "room" not in portable, "style.json has no names of communes"


def test_points_are_dots_then_discs_with_their_pictogram_over_clusters() -> None:
    found = layers(NATURE, POINT)
    names = [name.partition("-")[0] for name in found]
    assert names == [*["rim"] * 4, *["point"] * 4, "cluster", "count", "room", "icon", "icon"]
    assert found["icon"]["minzoom"] == found["point-3"]["minzoom"]
    assert found["icon"]["layout"]["icon-image"] in images(drawing(NATURE, POINT))


def test_rims_of_paper_lie_below_the_fills_of_every_point() -> None:
    found = layers(NATURE, POINT)
    assert found["rim"]["paint"]["circle-color"] == "rgba(0,0,0,0)"
    assert found["rim"]["paint"]["circle-stroke-color"] == "@paper"
    assert found["point"]["paint"]["circle-stroke-width"] == 0
    assert found["rim"]["paint"]["circle-radius"] == found["point"]["paint"]["circle-radius"]


def test_rims_in_a_colour_stay_around_their_point() -> None:
    ringed = Style("t-nature", "trees", symbol=(Marker(stroke="ink"),))
    found = layers(ringed, POINT)
    assert "rim" not in found
    assert found["point"]["paint"]["circle-stroke-color"] == "@ink"


def test_categories_are_one_style_layer_whose_colour_depends_on_the_value_as_text() -> None:
    found = layers(TWO, SURFACE)
    assert list(found) == ["fill", "line"]
    match = ["match", ["to-string", ["get", "f"]], "a", "@t-waste/50", "b", "@#ff0000", "@t-nature"]
    assert found["fill"]["paint"]["fill-color"] == match
    assert "filter" not in found["fill"]


def test_intervals_hold_their_low_end_and_the_last_one_its_high_end() -> None:
    step = layers(CLASSED, SURFACE)["fill"]["paint"]["fill-color"]
    assert step[0] == "step"
    assert step[2:6] == ["@t-nature", 0, "@#111111", 5]
    assert step[6] == "@#222222"
    assert 9 < step[7] < 9.0001
    assert step[8] == "@t-nature"


def test_what_is_in_no_class_may_be_hidden() -> None:
    hidden = Style("t-nature", "trees", "f", TWO.categories, hides_others=True)
    found = layers(hidden, LINE)["line"]
    assert found["filter"] == ["match", ["to-string", ["get", "f"]], ["a", "b"], True, False]


def test_a_symbol_of_a_class_is_drawn_at_its_level() -> None:
    own = Category("a", "A", "t-waste", symbol=(Fill(), LinePattern(), Stroke(dash=(4, 2))))
    found = drawing(Style("t-nature", "trees", "f", (own,)), SURFACE).layers
    assert [layer["id"] for layer in found] == ["fill", "pattern", "line", "line-2"]
    dashed = next(layer for layer in found if "line-dasharray" in layer["paint"])
    assert dashed["filter"][0] == "match"
    assert dashed["paint"]["line-dasharray"] == [3.333, 1.667]


def test_a_casing_stays_under_its_line() -> None:
    cased = Style("t-mobility", "route", symbol=(Stroke("ink", 6), Stroke(width=3)))
    found = drawing(cased, LINE).layers
    assert [layer["paint"]["line-width"] for layer in found] == [6, 3]


def test_the_area_of_a_proportional_symbol_follows_the_value() -> None:
    style = Style("t-nature", "trees", "f", proportion=Proportion(0, 100, 4, 40))
    radius = layers(style, POINT)["point"]["paint"]["circle-radius"]
    assert radius[0] == "/"
    assert radius[1][0] == "sqrt"
    assert radius[1][1][-4:] == [0, 16, 100, 1600]


def test_lines_grow_in_width_and_surfaces_carry_a_disc_in_their_middle() -> None:
    style = Style("t-nature", "trees", "f", proportion=Proportion(0, 100, 1, 12))
    assert layers(style, LINE)["line"]["paint"]["line-width"][-4:] == [0, 1, 100, 12]
    middle = layers(style, SURFACE)["middle"]
    assert middle["source-layer"] == ":anchors"
    assert middle["layout"]["icon-size"][0] == "/"


def test_what_is_gathered_weighs_in_a_density_as_its_points_would() -> None:
    found = layers(Style("t-nature", "trees", heat=Heat(30, "Greens")), POINT, total=5_000)
    assert list(found) == ["heat", "point"]
    kind, cluster, (_times, each, _count), own = found["heat"]["paint"]["heatmap-weight"]
    assert found["heat"]["paint"]["heatmap-radius"] == [kind, cluster, 150, 30]
    assert each * 150**2 == pytest.approx(own * 30**2)
    assert own == 1_000 / 5_000


def test_heat_of_a_layer_that_has_categories_weighs_its_points_alike() -> None:
    heat = Style("t-nature", "trees", "f", TWO.categories, heat=Heat())
    assert layers(heat, POINT)["heat"]["paint"]["heatmap-weight"][-1] == 1


def test_clusters_have_the_colours_of_categories_unless_a_style_says_otherwise() -> None:
    coloured = Style("t-nature", "trees", "f", TWO.categories)
    assert "pie" in layers(coloured, POINT)
    assert "pie" not in layers(replace(coloured, clusters=ClusterKind.COUNT), POINT)
    assert "pie" not in layers(Style("t-nature", "trees"), POINT)


def test_a_pie_names_its_colours_and_twelfths() -> None:
    style = Style("t-nature", "trees", "f", TWO.categories, clusters=ClusterKind.PIE)
    name = layers(style, POINT)["pie"]["layout"]["icon-image"]
    assert name[:3] == ["concat", "pie", " "]
    assert [part for part in name if isinstance(part, str) and part.startswith("@")] == [
        "@t-waste/50",
        "@#ff0000",
    ]


def test_counts_of_categories_have_names_that_no_field_and_no_other_category_has() -> None:
    long = "é" * 40
    names = [count_name(code) for code in ("a", long, f"{long}b", f"{long}c")]
    assert names[0] == "point_count:a"
    assert len(set(names)) == len(names)
    assert max(len(name.encode()) for name in names) <= 63


def test_labels_are_rounded_numbers_with_their_unit_placed_by_priority() -> None:
    style = Style(
        "t-nature", "trees", labels=Labels("h", 11, zoom=14, priority="r", decimals=1, has_unit=True)
    )
    found = layers(style, POINT, label=Field("h", FieldType.NUMBER, "Hauteur"), unit="m")["label"]
    assert found["minzoom"] == 14
    text = json.dumps(found["layout"]["text-field"])
    assert '"max-fraction-digits": 1' in text
    assert "m" in text
    assert found["layout"]["symbol-sort-key"][:2] == ["-", 0]


def test_labels_of_points_leave_room_for_every_point() -> None:
    found = layers(Style("t-nature", "trees", labels=Labels("nom")), POINT)
    assert [found[name]["metadata"]["role"] for name in ("room", "label")] == ["room", "label"]
    assert found["room"]["layout"]["icon-allow-overlap"] is True


def test_a_surface_is_labelled_once_and_a_line_along_itself() -> None:
    style = Style("t-nature", "trees", labels=Labels("nom"))
    assert layers(style, SURFACE)["label"]["source-layer"] == ":anchors"
    assert layers(style, LINE)["label"]["layout"]["symbol-placement"] == "line"


def test_a_hollow_surface_answers_to_clicks_inside() -> None:
    found = layers(Style("t-nature", "trees", symbol=(Stroke(),)), SURFACE)
    assert [layer["id"] for layer in found.values() if layer["metadata"]["pick"]] == ["inside"]


def test_a_surface_that_is_hollow_seen_near_answers_to_clicks_inside_too() -> None:
    found = layers(Style("t-nature", "trees", symbol=(Fill(zooms=(0, 16)), Stroke())), SURFACE)
    assert found["inside"]["metadata"]["pick"]


def test_zooms_of_the_style_replace_those_of_the_layer() -> None:
    style = Style("t-nature", "trees", zooms=(13, 16))
    found = layers(style, POINT, zooms=(8, 24))
    assert {layer["minzoom"] for layer in found.values()} == {13, 15}
    assert {layer["maxzoom"] for layer in found.values()} == {15, 16}


@pytest.mark.parametrize("geometry", [POINT, LINE, SURFACE])
def test_opacities_are_plain_numbers(geometry: GeometryType) -> None:
    symbol = (Fill(), LinePattern(), Stroke(), MarkerLine(), Marker(icon="face"), Marker("star"))
    for layer in drawing(Style("t-nature", "trees", symbol=symbol), geometry).layers:
        given = [value for name, value in layer["paint"].items() if name.endswith("-opacity")]
        assert given
        assert all(isinstance(value, int | float) for value in given)


def test_colours_of_a_theme_take_the_place_of_tokens() -> None:
    found = json.dumps(in_colours(list(drawing(TWO, POINT).layers), LIGHT))
    assert "@" not in found
    assert "#3d7a1f" in found


def test_stacked_markers_of_a_line_have_boxes_of_one_size_so_that_they_meet() -> None:
    stack = tuple(MarkerLine(Marker("star", size, "#ffffff", ""), 24) for size in (16, 9))
    drawn = drawing(Style("t-nature", "route", symbol=stack), LINE)
    assert sum(layer["type"] == "symbol" for layer in drawn.layers) == 2
    assert {(picture.width, picture.height) for picture in drawn.pictures.values()} == {(24, 24)}


@pytest.mark.parametrize(
    ("is_portable", "zooms", "sources"),
    [(False, [(12, None)], [":anchors"]), (True, [(12, 16), (16, None)], [":anchors", None])],
    ids=["map kit", "other programs"],
)
def test_a_surface_is_named_at_its_middle_and_by_others_in_each_tile_when_it_is_larger_than_the_window(
    is_portable: bool, zooms: list[tuple[int, int | None]], sources: list[str | None]
) -> None:
    style = Style("t-nature", "land-plot", labels=Labels("f", zoom=12))
    found = [
        layer
        for layer in drawing(style, SURFACE, is_portable=is_portable).layers
        if layer["metadata"]["role"] == "label"
    ]
    assert [(layer["minzoom"], layer.get("maxzoom")) for layer in found] == zooms
    assert [layer.get("source-layer") for layer in found] == sources


def test_labels_of_surfaces_move_before_they_meet_and_none_is_left_out_where_all_are_wanted() -> None:
    for is_complete in (False, True):
        style = Style("t-nature", "land-plot", labels=Labels("f", zoom=12, is_complete=is_complete))
        layout = layers(style, SURFACE)["label"]["layout"]
        assert len(layout["text-variable-anchor"]) == 5
        assert layout.get("text-overlap") == ("cooperative" if is_complete else None)


def test_a_pictogram_alone_stays_where_another_one_is() -> None:
    alone = Marker(fill="", stroke="", icon="check", icon_colour="#2d6837")
    found = layers(Style("t-nature", "trees", symbol=(alone,)), POINT)
    assert found["marker"]["layout"]["icon-allow-overlap"] is True
    assert "icon" not in found


OWN = Style("t-nature", "trees", symbol=(Fill("#111111", 0.5), Stroke("#222222", 1)), colour_field="couleur")


def test_a_feature_with_a_colour_of_its_own_is_drawn_in_it_and_others_in_that_of_the_symbol() -> None:
    by_id = layers(OWN, SURFACE)
    text = ["to-string", ["get", "couleur"]]
    red = ["to-number", ["slice", text, 0, 3], 0]
    condition, own, other = by_id["fill"]["paint"]["fill-color"][1:]
    assert condition == ["==", ["length", text], 11]
    assert own[:2] == ["rgb", red]
    assert other == "@#111111"
    assert by_id["line"]["paint"]["line-color"][-1] == "@#222222"


TEXTS = Style(
    "t-nature", "trees", symbol=(Marker(size=5, fill="#111111", stroke="", stroke_width=0),),
    colour_field="couleur", labels=Labels("txt", size_field="taille", angle_field="angle"),
)  # fmt: skip


def test_a_text_of_a_point_has_the_colour_the_size_and_the_angle_of_its_feature() -> None:
    by_id = layers(TEXTS, POINT)
    assert by_id["point"]["paint"]["circle-color"][0] == "case"
    label = by_id["label"]
    assert label["paint"]["text-color"][-1] == "@ink"
    # Anticlockwise in the standard, clockwise in MapLibre; a text begins at its point.
    assert label["layout"]["text-rotate"] == ["-", 0, ["to-number", ["get", "angle"], 0]]
    assert label["layout"]["text-anchor"] == "bottom-left"
    assert label["layout"]["text-size"][-1] == 12
    assert "text-variable-anchor" not in label["layout"]


def test_who_does_not_read_the_angle_reads_the_text_level() -> None:
    labels = TEXTS.readable({"txt", "couleur"}).labels
    assert labels is not None
    assert labels.fields == ("txt",)
    assert set(TEXTS.fields) == {"couleur", "txt", "taille", "angle"}


def test_colours_of_features_are_left_out_of_what_qgis_reads() -> None:
    portable = {one["id"]: one for one in drawing(OWN, SURFACE, is_portable=True).layers}
    assert portable["fill"]["paint"]["fill-color"] == "@#111111"


def test_the_field_of_colours_is_in_the_tiles_and_leaves_the_style_of_who_does_not_read_it() -> None:
    assert "couleur" in OWN.symbol_fields
    assert OWN.readable({"nattrac"}).colour_field == ""


@pytest.mark.parametrize(("document", "field"), [({"symbol": []}, ""), ({"fill_opacity": 0.5}, "couleur")])
def test_a_style_that_chooses_a_symbol_chooses_its_colours(document: dict[str, Any], field: str) -> None:
    assert read_style(OWN, document).colour_field == field
