"""The symbols of zones and prescriptions, number by number, against the specifications that the CNIG publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke, Symbol
from plui.styles.drawing import INK, character
from plui.styles.symbols import LARGE_SCALE, LINES, POINTS, SURFACES, ZONE_SYMBOLS, symbol_of
from plui.vocabulary import PRESCRIPTIONS, TypeZone
from styles.pictures import pictogram

FILE = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "cnig_plu_symboles.json"
GEOMETRIES: dict[str, Mapping[str, Symbol]] = {"surface": SURFACES, "ligne": LINES, "point": POINTS}
# Shapes by the names of QGIS, and characters by font and number.
SHAPES = {
    "circle": "circle",
    "square": "square",
    "cross": "cross",
    "cross2": "x",
    "equilateral_triangle": "triangle",
}
CHARACTERS = {
    ("Arial", 86): "letter-v",
    ("Webdings", 61): "disc",
    ("Webdings", 72): "house",
    ("Webdings", 113): "recycling",
    ("Webdings", 126): "bolt",
    ("Webdings", 237): "grass",
    ("Wingdings", 82): "sun",
    ("Wingdings", 83): "droplet",
    ("Wingdings", 252): "check",
    ("Wingdings 2", 82): "box-checked",
    ("Wingdings 2", 88): "circle-struck",
    ("Wingdings 2", 158): "bullseye",
    ("Wingdings 2", 176): "diamond-dotted",
    ("Wingdings 2", 178): "diamond-nested",
    ("Wingdings 2", 183): "lozenge",
    ("Wingdings 2", 191): "diamond",
    ("Wingdings 2", 194): "hexagon",
    ("Wingdings 2", 225): "asterisk",
    ("Wingdings 2", 234): "star",
    ("Wingdings 2", 240): "burst",
    ("Wingdings 2", 249): "asterism",
    ("Wingdings 3", 112): "triangle",
    ("Wingdings 3", 122): "half-square",
    ("Wingdings 3", 135): "arrowhead",
    ("Wingdings 3", 177): "arrow",
}

# 17-00 lays half a square on an empty one: one glyph draws both.
UNDER_THE_HALF_SQUARE = ("Webdings", 99)

Fact = tuple[Any, ...]


@pytest.fixture(scope="module")
def published() -> Mapping[str, Any]:
    if not FILE.is_file():
        pytest.skip("The specifications of the CNIG are not part of the project (../shared/data)")
    result: Mapping[str, Any] = json.loads(FILE.read_text("utf-8"))
    return result


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_every_code_of_the_specifications_is_drawn_with_its_colours_and_sizes(
    published: Mapping[str, Any], geometry: str
) -> None:
    wrong = {}
    for code, entry in published["prescriptions"].items():
        layers = published["prescriptions"][entry.get("same_as", code)].get(geometry, [])
        asked = sorted(fact for layer in layers for fact in said(layer))
        drawn = sorted(fact for layer in symbol_of(code, GEOMETRIES[geometry]) for fact in facts(layer))
        if asked != drawn:
            wrong[code] = (asked, drawn)
    assert wrong == {}


@pytest.mark.parametrize("zone", TypeZone.values)
@pytest.mark.parametrize(
    ("scale", "zoom"), [("grande_echelle", LARGE_SCALE), ("petite_echelle", LARGE_SCALE - 0.01)]
)
def test_every_zone_is_drawn_as_specified_at_both_scales(
    published: Mapping[str, Any], zone: str, scale: str, zoom: float
) -> None:
    asked = sorted(fact for layer in published["zones"][zone][scale] for fact in said(layer))
    visible = [layer for layer in ZONE_SYMBOLS[zone] if layer.zooms[0] <= zoom < layer.zooms[1]]
    assert sorted(fact for layer in visible for fact in facts(layer)) == asked


@pytest.mark.parametrize("name", INK)
def test_a_glyph_takes_its_share_of_the_size_of_the_font_in_one_colour(name: str) -> None:
    glyph = character(name, 10, "#730000")
    # Lucide draws in 20 of the 24 units of a box.
    sizes = [pt(one.size) * (20 / 24 if one.icon and ":" not in one.icon else 1) for one in glyph]
    assert max(sizes) == pytest.approx(10 * INK[name], abs=0.05)
    assert {(one.icon_colour if one.icon else one.fill or one.stroke) for one in glyph} == {"#730000"}


@pytest.mark.parametrize("name", INK)
def test_a_pictogram_of_a_glyph_exists(name: str) -> None:
    if not (settings.NODE_MODULES / "lucide-static").is_dir():
        pytest.skip("node_modules is not installed")
    assert [one.icon for one in character(name, 10, "#730000") if one.icon and not pictogram(one.icon)] == []


def test_large_scale_begins_at_1_to_2500() -> None:
    # 0.6615 m a pixel: 78,271.5 m × cos 48.82° / 2^16.25.
    assert pytest.approx(16.25, abs=0.01) == LARGE_SCALE


def test_every_code_of_the_standard_has_a_symbol_on_surfaces() -> None:
    # Types that came after the specifications, which have nothing of theirs.
    newer = {"53-00", "54-01", "54-02", "55-01", "55-02", "56-00"}
    assert {code for code in PRESCRIPTIONS if not symbol_of(code, SURFACES)} == newer


def test_symbols_are_of_codes_of_the_standard() -> None:
    assert {*SURFACES, *LINES, *POINTS} <= set(PRESCRIPTIONS)


# What the specifications say, as facts: lengths in points.


def said(layer: Mapping[str, Any]) -> Iterator[Fact]:
    return KINDS[layer["symbole"]](layer)


def plain_line(layer: Mapping[str, Any]) -> Iterator[Fact]:
    width, offset = length(layer, "largeur de trait"), length(layer, "décalage")
    yield "line", colour(layer["couleur"]), width, dashes(layer), offset


def filled(layer: Mapping[str, Any]) -> Iterator[Fact]:
    if layer.get("style de remplissage") != "pas de remplissage":
        text = layer["couleur de remplissage"]
        yield "fill", colour(text), 0.6 if "transparence 40%" in text else 1.0
    if layer.get("style de trait") != "pas de ligne":
        yield "line", colour(layer["couleur de trait"]), length(layer, "largeur de trait"), (), 0.0


def hashed(layer: Mapping[str, Any]) -> Iterator[Fact]:
    """Short ticks are the dashes of a wide line, long ones markers."""
    (tick,) = layer["dans"]
    width, interval = length(tick, "largeur de trait"), length(layer, "intervalle")
    across, offset = length(layer, "longueur de hachure"), length(layer, "décalage de la ligne")
    if across < 4:
        yield "line", colour(tick["couleur"]), across, (width, near(interval - width)), offset
    else:
        yield "along", interval, offset, "line", across, "", colour(tick["couleur"]), width, 0.0


def hatched(layer: Mapping[str, Any]) -> Iterator[Fact]:
    (inner,) = layer["dans"]
    place = (length(layer, "espacement"), length(layer, "rotation"), length(layer, "décalage"))
    if inner["symbole"] == "Ligne simple":
        yield "hatches", *place, colour(inner["couleur"]), length(inner, "largeur de trait")
    else:
        for one in markers(inner["dans"]):
            yield "dotted", *place, length(inner, "intervalle"), *one


def in_rows(layer: Mapping[str, Any]) -> Iterator[Fact]:
    across, down = length(layer, "distance horizontale"), length(layer, "distance verticale")
    for one in markers(layer["dans"]):
        yield "rows", across, down, "déplacement horizontal" in layer, *one


def along(layer: Mapping[str, Any]) -> Iterator[Fact]:
    for one in markers(layer["dans"]):
        yield "along", length(layer, "intervalle"), length(layer, "décalage de la ligne"), *one


def at_a_point(layer: Mapping[str, Any]) -> Iterator[Fact]:
    for one in markers([layer]):
        yield "marker", *one


KINDS = {
    "Ligne simple": plain_line,
    "Remplissage simple": filled,
    "Ligne hachurée": hashed,
    "Motif de lignes": hatched,
    "Motif de points": in_rows,
    "Ligne de symboles": along,
    "Symbole simple": at_a_point,
    "Symbole de police": at_a_point,
}


def markers(inner: list[Mapping[str, Any]]) -> Iterator[Fact]:
    for one in inner:
        if one["symbole"] == "Symbole simple":
            yield (
                SHAPES[one["nom du symbole"]],
                length(one, "taille"),
                colour(one.get("couleur de remplissage", "")),
                colour(one.get("couleur de trait", "")),
                length(one, "largeur de trait"),
                length(one, "rotation"),
            )
        elif (font := (one["famille de police"], number_of(one))) != UNDER_THE_HALF_SQUARE:
            glyph = character(CHARACTERS[font], length(one, "taille"), colour(one["couleur de remplissage"]))
            yield from map(drawn, glyph)


def number_of(one: Mapping[str, Any]) -> int:
    result = re.search(r"unicode (\d+)", one["caractère(s)"])
    assert result
    return int(result[1])


def colour(text: str) -> str:
    result = re.search(r"#[0-9a-f]{6}", text)
    return result[0] if result else ""


def length(layer: Mapping[str, Any], name: str) -> float:
    result = re.match(r"-?[\d.]+", layer.get(name, "0"))
    assert result
    return float(result[0])


def dashes(layer: Mapping[str, Any]) -> tuple[float, ...]:
    if layer.get("style de trait") == "ligne tiret-point-point":
        return tuple(length(layer, "largeur de trait") * times for times in (4, 2, 1, 2, 1, 2))
    given = layer.get("modèle de tiret personnalisé (tiret ; espace)", "").removesuffix(" pt")
    return tuple(float(each) for each in given.split(";") if each)


# What a symbol draws, as the same facts.


def facts(layer: Any) -> Iterator[Fact]:
    match layer:
        case Stroke():
            yield "line", layer.colour, pt(layer.width), tuple(map(pt, layer.dash)), pt(layer.offset)
        case Fill() if layer.opacity:
            yield "fill", layer.colour, layer.opacity
        case LinePattern(marker=None):
            yield "hatches", pt(layer.spacing), layer.angle, pt(layer.shift), layer.colour, pt(layer.width)
        case LinePattern():
            place = (pt(layer.spacing), layer.angle, pt(layer.shift))
            yield "dotted", *place, pt(layer.interval), *drawn(layer.marker)
        case PointPattern():
            yield "rows", pt(layer.across), pt(layer.down), layer.is_staggered, *drawn(layer.marker)
        case MarkerLine():
            yield "along", pt(layer.interval), pt(layer.offset), *drawn(layer.marker)
        case Marker():
            yield "marker", *drawn(layer)


def drawn(one: Marker | None) -> Fact:
    assert one is not None
    return one.shape, pt(one.size), one.fill, one.stroke, pt(one.stroke_width), float(one.angle)


def pt(pixels: float) -> float:
    return near(pixels * 3 / 4)


def near(value: float) -> float:
    """Round to a hundredth of a point, as pixels are."""
    return round(value, 2)
