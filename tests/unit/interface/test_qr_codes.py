"""QR codes of links: the modules that are drawn say the address, and nothing in the drawing is a style or a script."""

from __future__ import annotations

import re

import pytest
import segno

from interface.qr_codes import MAX_BYTES, qr_svg

LINK = "https://carte.example/carte/?couches=arbres-remarquables&commune=92048#13/48.81/2.23"
_RUN = re.compile(r"([Mm])(-?[\d.]+) (-?[\d.]+)|h(\d+)")


def modules(svg: str) -> list[list[int]]:
    """Return the modules of a drawing, 1 for dark: its dark path is made of strokes, each a run of a row."""
    drawn = re.search(r'stroke="#000000" d="([^"]+)"|stroke="#000" d="([^"]+)"', svg)
    assert drawn is not None
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1]) // 4  # type: ignore[index]
    found = [[0] * side for _row in range(side)]
    x = y = 0.0
    for command, across, down, run in _RUN.findall(drawn[1] or drawn[2]):
        if run:
            for place in range(int(run)):
                found[int(y)][int(x) + place] = 1
            x += int(run)
        elif command == "M":
            x, y = float(across), float(down)
        else:
            x, y = x + float(across), y + float(down)
    return [row[4:-4] for row in found[4:-4]]


def test_the_modules_drawn_are_those_of_the_address() -> None:
    expected = segno.make(LINK, micro=False, error="l")
    assert modules(qr_svg(LINK)) == [list(row) for row in expected.matrix]


def test_a_code_has_no_style_and_no_script() -> None:
    assert not re.search(r" style=|<script|href", qr_svg(LINK))


def test_an_address_that_no_phone_reads_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MAX_BYTES)):
        qr_svg(LINK + "x" * MAX_BYTES)
