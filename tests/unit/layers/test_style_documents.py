"""The style document: written, it is read as the same style; what cannot be drawn is refused by its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layers.styles.colours import is_colour, mixed
from layers.styles.definitions import (
    Category,
    ClassMethod,
    ClusterKind,
    Heat,
    Labels,
    NumberInterval,
    Overlay,
    Proportion,
    Style,
    StyleKind,
)
from layers.styles.documents import read_style, write_style
from layers.styles.symbols import (
    POINT_SYMBOL,
    SURFACE_SYMBOL,
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    coloured,
)

PLAIN = Style("t-nature", "trees")
FULL = Style(
    "#2b8cbe",
    "trees",
    "hauteur",
    categories=(Category("a", "A", "t-waste", 0.5, (Fill("#ff0000"), Stroke(dash=(4, 2), offset=3))),),
    intervals=(
        NumberInterval(0, 10, "Bas", "#eeeeee", symbol=(MarkerLine(Marker("cross", 4), 6),)),
        NumberInterval(10, 20, "Haut", "t-nature/40"),
    ),
    proportion=Proportion(0, 30, 4, 36),
    heat=Heat(30, "Greens"),
    symbol=(
        LinePattern(marker=Marker(size=1), interval=4, zooms=(12, 24)),
        PointPattern(is_staggered=True),
        Marker(icon="face", icon_colour="#730000"),
    ),
    hides_others=True,
    method=ClassMethod.JENKS,
    palette="Greens",
    clusters=ClusterKind.PIE,
    labels=Labels("nom", 11, "t-nature", "paper", 12.5, "hauteur", 1, has_unit=True),
    zooms=(9, 20),
    rank=-3,
    fill_opacity=0.4,
    overlays=(
        Overlay("prioritaire", ("oui", ""), "Prioritaire", "#112233", (LinePattern(6),)),
        Overlay("etat", ("a",), "À voir"),
    ),
)


@pytest.mark.parametrize("style", [PLAIN, FULL])
def test_a_written_style_is_read_as_the_same_style(style: Style) -> None:
    document = json.loads(json.dumps(write_style(style)))
    assert read_style(Style("t-urbanism", "map", "other"), document) == style


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"colour": "t-nature"}, "colour"),
        ({"token": "chartreuse"}, "token"),
        ({"token": "class"}, "token"),
        ({"symbol": [{"type": "picture"}]}, "symbol[0].type"),
        ({"symbol": [{"type": "fill", "colour": "url(x)"}]}, "symbol[0].colour"),
        ({"symbol": [{"type": "fill", "width": 2}]}, "symbol[0].width"),
        ({"symbol": [{"type": "marker", "size": float("nan")}]}, "symbol[0].size"),
        ({"symbol": [{"type": "marker", "zooms": [14, 12]}]}, "symbol[0].zooms"),
        ({"symbol": [{"type": "marker", "size": 10**400}]}, "symbol[0].size"),
        ({"symbol": [{"type": ["marker"]}]}, "symbol[0].type"),
        ({"symbol": [{"type": "fill"}] * 13}, "symbol"),
        ({"proportion": {"low": 0, "high": 9, "largest": 0}}, "proportion.largest"),
        ({"proportion": {"low": 9, "high": 9}}, "proportion.high"),
        ({"proportion": {"low": 9, "high": 0}}, "proportion.high"),
        ({"categories": [{"value": "a", "title": "\ud800", "token": "ink"}]}, "categories[0].title"),
        ({"categories": [{"value": "\u0001", "title": "A", "token": "ink"}]}, "categories[0].value"),
        ({"heat": {"palette": "Viridis"}}, "heat.palette"),
        ({"intervals": [{"low": 1, "high": 2}]}, "intervals[0].title"),
        (
            {
                "intervals": [
                    {"low": 0, "high": 5, "title": "", "token": "ink"},
                    {"low": 4, "high": 9, "title": "", "token": "ink"},
                ]
            },
            "intervals[1]",
        ),
        ({"labels": {"size": 12}}, "labels.field"),
        ({"labels": {"field": "nom", "has_unit": 1}}, "labels.has_unit"),
        ({"method": "pretty"}, "method"),
        ({"overlays": [{"field": "a", "values": ["1"], "title": "A"}] * 4}, "overlays"),
        ({"overlays": [{"field": "", "values": ["1"], "title": "A"}]}, "overlays[0].field"),
        ({"overlays": [{"field": "a", "values": [], "title": "A"}]}, "overlays[0].values"),
        ({"overlays": [{"field": "a", "values": [1], "title": "A"}]}, "overlays[0].values[0]"),
        ({"overlays": [{"field": "a", "values": ["1"]}]}, "overlays[0].title"),
        ({"hides_others": "no"}, "hides_others"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_its_place(document: dict[str, Any], place: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^{place.replace('[', chr(92) + '[').replace(']', chr(92) + ']')}[:.]"
    ):
        read_style(PLAIN, document)


def test_what_is_not_readable_leaves_no_class_size_or_label() -> None:
    left = FULL.readable({"nom"})
    assert (left.field, left.categories, left.intervals, left.proportion) == ("", (), (), None)
    assert left.labels == Labels("nom", 11, "t-nature", "paper", 12.5, "", 1, has_unit=True)
    assert FULL.readable({"hauteur"}).labels is None
    assert [one.field for one in FULL.readable({"nom", "etat"}).overlays] == ["etat"]
    assert FULL.readable(FULL.fields) == FULL


@pytest.mark.parametrize(
    ("style", "kind"),
    [
        (PLAIN, StyleKind.SINGLE),
        (Style("ink", "map", "f", (Category("a", "A", "ink"),)), StyleKind.CATEGORIES),
        (Style("ink", "map", "f", intervals=(NumberInterval(0, 1, "", "ink"),)), StyleKind.GRADUATED),
        (Style("ink", "map", "f", proportion=Proportion(0, 1)), StyleKind.PROPORTIONAL),
        (Style("ink", "map", heat=Heat()), StyleKind.HEAT),
    ],
)
def test_kind_follows_what_the_style_holds(style: Style, kind: StyleKind) -> None:
    assert style.kind is kind


def test_a_symbol_takes_the_colour_of_its_class() -> None:
    found = coloured(SURFACE_SYMBOL, "t-nature", 0.6)
    assert [layer.colour for layer in found if isinstance(layer, Fill | Stroke)] == [
        "t-nature/60",
        "t-nature",
    ]
    style = Style("t-waste", "map", "f", (Category("a", "A", "#ff0000"),))
    marker = style.symbol_of(style.categories[0], POINT_SYMBOL)[0]
    rest = style.symbol_of(None, POINT_SYMBOL)[0]
    assert isinstance(marker, Marker)
    assert isinstance(rest, Marker)
    assert (marker.fill, rest.fill) == ("#ff0000", "t-waste")


def test_the_pictograms_of_a_style_are_those_of_its_face_and_of_every_marker() -> None:
    symbol = (Marker(icon="bus"), PointPattern(Marker(icon="face")), MarkerLine(Marker(icon="maki:park")))
    category = Category("a", "A", "ink", symbol=(Marker(icon="bike"),))
    style = Style("ink", "map", "f", (category,), symbol=symbol)
    assert style.icons == ("map", "bus", "maki:park", "bike")


def test_every_fill_takes_the_opacity_of_the_style_and_no_edge_does() -> None:
    style = Style("ink", "map", symbol=(Fill("#ff0000", 0.6), Stroke("#343434")), fill_opacity=0.4)
    assert style.symbol_of(None, ()) == (Fill("#ff0000", 0.24), Stroke("#343434"))


def test_colours_are_tokens_shares_of_them_or_literals() -> None:
    assert all(map(is_colour, ("t-nature", "t-nature/0", "ink/60", "#00ff7f")))
    assert not any(map(is_colour, ("red", "t-nature/101", "#FFF", "class", "t-nature/", "", 3)))
    assert is_colour("class/100", of_class=True)
    assert (mixed("t-nature", 0.25), mixed("#00ff7f", 0.25)) == ("t-nature/25", "#00ff7f")
