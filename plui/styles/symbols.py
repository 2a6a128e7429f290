"""The symbols as the CNIG specifies them: zones by TYPEZONE, prescriptions by code TYPEPSC-STYPEPSC and geometry.

A zone is a coloured band inside a dark border at large scale, a fill below; the scale where one gives way to the other
is 1:2500. A line lies below its symbols, as in the styles for QGIS that come with the specifications. A code that is
not here has the symbol of another one: see ``symbol_of``.
"""

from __future__ import annotations

from collections.abc import Mapping

from layers.styles.symbols import Fill, Stroke, Symbol
from plui.styles.drawing import (
    along,
    character,
    dotted,
    fill,
    hatches,
    line,
    outlined,
    pt,
    rows,
    shape,
    stack,
    ticks,
    zoom_of,
)

# The zoom of 1:2500 in the middle of the territory, where a pixel of the screen is 1/96 inch.
LARGE_SCALE = zoom_of(2500, 48.82)
_DARK = "#343434"
_OPACITY = 0.6  # transparence 40 %


def _zone(band: str, inside: str) -> Symbol:
    """Return the symbol of a zone: the colour of its band at large scale, that of its inside at small scale."""
    large, small = (LARGE_SCALE, 24), (0, LARGE_SCALE)
    return (
        Fill(inside, _OPACITY, small),
        Stroke(band, pt(7), offset=pt(3), cap="butt", zooms=large),
        Stroke(_DARK, pt(0.8), join="miter", cap="butt", zooms=small),
        Stroke(_DARK, pt(2.5), join="miter", cap="butt", zooms=large),
    )


# The colours of the bands.
BANDS = {"U": "#b00006", "AUc": "#d40006", "AUs": "#e88766", "A": "#fff000", "N": "#23a600"}
_INSIDES = {"U": "#e60000", "AUc": "#ff6565", "AUs": "#feccbe", "A": "#ffff00", "N": "#56aa02"}

ZONE_SYMBOLS = {zone: _zone(band, _INSIDES[zone]) for zone, band in BANDS.items()}


# Where the symbol of a sub-code is not that of the sub-code 00.
_SAME = {"07-05": "07-04"}

SURFACES: dict[str, Symbol] = {
    "01-00": stack(
        rows(shape("circle", 1.5, "#268c00"), 5),
        rows(outlined("circle", 8, "#56aa02", inside="#ffffff"), 10),
        line("#56aa02"),
    ),
    "02-00": stack(
        dotted(shape("circle", 1, "#6e6e6e"), 13, 45, 4, shift=4),
        hatches("#6e6e6e", 13, 45, shift=9),
        hatches("#6e6e6e", 13, 45),
        line("#6e6e6e"),
    ),
    "02-01": stack(
        dotted(shape("circle", 1, "#df73e1"), 13, 45, 4, shift=4),
        hatches("#df73e1", 13, 45, shift=9),
        hatches("#df73e1", 13, 45),
        line("#df73e1"),
    ),
    "02-02": stack(
        dotted(shape("circle", 1, "#ffa77f"), 13, 45, 4, shift=4),
        hatches("#ffa77f", 13, 45, shift=9),
        hatches("#ffa77f", 13, 45),
        line("#ffa77f"),
    ),
    "03-00": stack(
        line("#343434", 1, dash=(2, 11)),
        rows(character("disc", 2, "#686868"), 4),
        along(character("lozenge", 10, "#343434"), 13),
    ),
    "04-00": stack(line("#ff5500", 1.5)),
    "05-00": stack(hatches("#e600a9", 5, 135), hatches("#e600a9", 5, 45), line("#e600a9")),
    "05-05": stack(hatches("#8f21aa", 5, 135), hatches("#8f21aa", 5, 45), line("#8f21aa")),
    "05-06": stack(hatches("#343434", 5, 135), hatches("#343434", 5, 45), line("#343434")),
    "05-07": stack(rows(outlined("cross", 6, "#ff5500"), 12), line("#ff5500")),
    "07-00": stack(
        rows(character("star", 18, "#ffffff") + character("star", 12, "#730000"), 20), line("#730000")
    ),
    "07-04": stack(
        rows(character("star", 18, "#ffffff") + character("star", 12, "#38a800"), 20), line("#38a800")
    ),
    "08-00": stack(rows(character("check", 13, "#2d6837"), 17), line("#2d6837")),
    "13-00": stack(rows(shape("square", 5, "#b2b2b2"), 10), line("#b2b2b2")),
    "14-00": stack(hatches("#000000", 10, width=1), line("#000000")),
    "15-00": stack(hatches("#ff0000", 17), rows(character("letter-v", 6, "#ff0000"), 17), line("#ff0000")),
    "16-00": stack(rows(character("bullseye", 10, "#e6c300"), 15), line("#e6c300")),
    "16-03": stack(rows(character("bullseye", 10, "#f57a7a"), 15), line("#f57a7a")),
    "17-00": stack(rows(character("half-square", 8, "#8f21aa"), 24, 12, is_staggered=True), line("#8f21aa")),
    "18-00": stack(hatches("#ff5500", 9, 90), line("#ff5500")),
    "19-00": stack(rows(character("diamond-dotted", 12, "#894444"), 19), line("#894444")),
    "20-00": stack(rows(outlined("circle", 2, "#268c00", inside="#268c00"), 13), line("#268c00")),
    "22-00": stack(rows(outlined("x", 4, "#828282"), 10), line("#828282")),
    "23-00": stack(rows(shape("circle", 1.5, "#ffaa00"), 8), line("#ffaa00")),
    "24-00": stack(ticks("#000000", 2.5, 5.5)),
    "25-00": stack(along(outlined("line", 6, "#004da8", width=1), 13, 3), line("#004da8", 1)),
    "26-00": stack(rows(outlined("cross", 5, "#268c00"), 11), line("#268c00")),
    "27-00": stack(line("#895a44", 2)),
    "28-00": stack(rows(shape("square", 3, "#df99ff"), 9), line("#df99ff")),
    "29-00": stack(rows(shape("circle", 1, "#00c5ff"), 2), line("#00c5ff")),
    "30-00": stack(rows(shape("square", 6, "#e60000"), 30), line("#e60000")),
    "31-00": stack(rows(character("hexagon", 11, "#004da8"), 30), line("#004da8")),
    "32-00": stack(hatches("#0000ff", 15, 135), hatches("#0000ff", 15, 45), line("#0000ff")),
    "33-00": stack(rows(character("diamond-nested", 11, "#008a8c"), 30), line("#008a8c")),
    "34-00": stack(rows(character("burst", 16, "#39d881"), 30), line("#39d881")),
    "35-00": stack(rows(character("grass", 10, "#39d877"), 17), line("#39d877")),
    "36-00": stack(rows(shape("circle", 4.5, "#90704c"), 10), line("#90704c")),
    "37-00": stack(rows(character("house", 15, "#ff6565"), 15, 27), line("#ff6565")),
    "38-00": stack(rows(character("diamond", 17, "#8a4dd3"), 13), line("#8a4dd3")),
    "39-00": stack(rows(character("arrow", 18, "#8a4dd3"), 21, 26), line("#8a4dd3")),
    "40-00": stack(rows(character("arrowhead", 15, "#8a4dd3"), 27, 31), line("#8a4dd3")),
    "41-00": stack(rows(character("triangle", 9, "#fdbf6f"), 10, 11), line("#fdbf6f")),
    "42-00": stack(rows(character("asterisk", 16, "#56aa02"), 17), line("#56aa02")),
    "43-00": stack(hatches("#ff7f00", 11, 135), hatches("#ff7f00", 11, 45), line("#ff7f00")),
    "44-00": stack(rows(shape("triangle", 9, "#8f8f8f"), 13), line("#808080")),
    "45-00": stack(fill("#ff7f7f", 0.6), line("#ff0000", 1)),
    "46-00": stack(
        rows(outlined("circle", 8, "#56aa02", inside="#cccccc", width=0.9), 8.45), line("#56aa02")
    ),
    "47-00": stack(rows(character("bolt", 12, "#732600"), 25), line("#732600")),
    "48-00": stack(rows(character("droplet", 12, "#004c73"), 22), line("#004c73")),
    "49-00": stack(rows(character("asterism", 16, "#ff6564"), 26), line("#ff6564")),
    "50-00": stack(rows(character("circle-struck", 9, "#940abd"), 20), line("#940abd")),
    "51-00": stack(rows(character("box-checked", 9, "#940abd"), 20), line("#940abd")),
    "52-00": stack(rows(character("recycling", 11, "#ac570d"), 25), line("#ac570d")),
    "97-00": stack(fill("#ffffff", 0)),
    "97-01": stack(line("#000000", 2, dash=(8, 4, 2, 4, 2, 4))),
    "99-00": stack(line("#000000", 2)),
}
LINES: dict[str, Symbol] = {
    "01-00": stack(along(shape("circle", 5, "#268c00"), 6)),
    "05-00": stack(along(outlined("square", 4, "#e600a9", angle=45), 7)),
    "05-05": stack(along(outlined("square", 4, "#8f21aa", angle=45), 7)),
    "05-06": stack(along(outlined("square", 4, "#343434", angle=45), 7)),
    "07-00": stack(
        line("#730000", 1), along(character("star", 16, "#ffffff") + character("star", 10, "#730000"), 18)
    ),
    "07-04": stack(
        line("#38a800", 1), along(character("star", 16, "#ffffff") + character("star", 10, "#38a800"), 18)
    ),
    "15-00": stack(line("#ff0000"), along(character("letter-v", 6, "#ff0000"), 11, -2)),
    "22-00": stack(along(outlined("x", 4, "#828282"), 8)),
    "24-00": stack(ticks("#000000", 2.5, 4)),
    "25-00": stack(along(outlined("line", 6, "#004da8", width=1), 13, 3), line("#004da8", 1)),
    "28-00": stack(line("#df99ff", 1, dash=(6, 6)), along(shape("square", 3, "#df99ff"), 12)),
    "31-00": stack(line("#004da8", 1, dash=(6, 6)), along(character("hexagon", 9, "#004da8"), 12)),
    "33-00": stack(line("#008a8c", 1, dash=(6, 6)), along(character("diamond-nested", 9, "#008a8c"), 12)),
    "34-00": stack(line("#39d881", 1, dash=(6, 6)), along(character("burst", 11, "#39d881"), 12)),
    "35-00": stack(line("#39d881", 1), along(character("grass", 10, "#39d881"), 12, -2)),
    "41-00": stack(line("#fdbf6f", 1), along(character("triangle", 9, "#fdbf6f"), 12)),
    "43-00": stack(along(outlined("x", 4, "#ff7f00"), 7)),
    "47-00": stack(line("#732600", 1, dash=(11, 11)), along(character("bolt", 12, "#732600"), 22, -2)),
    "48-00": stack(line("#004c73", 1, dash=(11, 11)), along(character("droplet", 14, "#004c73"), 22, -2)),
    "50-00": stack(line("#940abd", 1, dash=(6, 6)), along(character("circle-struck", 9, "#940abd"), 12)),
    "51-00": stack(line("#940abd", 1, dash=(6, 6)), along(character("box-checked", 9, "#940abd"), 12)),
    "99-00": stack(line("#000000", 2)),
}
POINTS: dict[str, Symbol] = {
    "01-00": stack(shape("circle", 7, "#268c00")),
    "05-00": stack(outlined("square", 5, "#e600a9")),
    "05-05": stack(outlined("square", 5, "#8f21aa")),
    "05-06": stack(outlined("square", 5, "#343434")),
    "07-00": stack(character("star", 18, "#ffffff"), character("star", 12, "#730000")),
    "07-04": stack(character("star", 18, "#ffffff"), character("star", 12, "#38a800")),
    "16-00": stack(character("bullseye", 10, "#e6c300")),
    "16-03": stack(character("bullseye", 10, "#f57a7a")),
    "22-00": stack(outlined("x", 6, "#828282")),
    "25-00": stack(character("sun", 18, "#004da8")),
    "28-00": stack(shape("square", 5, "#df99ff")),
    "31-00": stack(character("hexagon", 9, "#004da8")),
    "34-00": stack(character("burst", 16, "#39d881")),
    "47-00": stack(character("bolt", 14, "#732600")),
    "48-00": stack(character("droplet", 14, "#004c73")),
    "50-00": stack(character("circle-struck", 14, "#940abd")),
    "51-00": stack(character("box-checked", 14, "#940abd")),
    "99-00": stack(shape("circle", 6, "#000000")),
}


_SPECIFIED = frozenset({*SURFACES, *LINES, *POINTS})


def symbol_of(code: str, symbols: Mapping[str, Symbol]) -> Symbol:
    """Return the symbol of a code among those of a geometry: its own, or that of its type; empty when there is none.

    Sub-codes that the standard added since (05-08, 18-12 to 18-16, 29-02) are drawn as their type.
    """
    name = _SAME.get(code, code)
    return symbols.get(name if name in _SPECIFIED else f"{code[:2]}-00", ())
