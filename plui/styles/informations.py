"""Symbols of informations, by the family of their type: the CNIG specifies those of zones and prescriptions alone.

A surface is a dashed edge with thin hatches, a line is dashed, a point is a square: in the colour of the family. A
partial annulment (98-00) is crossed in red over everything.
"""

from __future__ import annotations

from layers.styles.symbols import Symbol
from plui.styles.drawing import hatches, line, outlined, stack

_COLOURS: dict[str, str] = {
    # projects and rights of pre-emption
    **dict.fromkeys(("02", "13", "30", "34", "39"), "#c2185b"),
    **dict.fromkeys(("03", "04", "05", "33"), "#7b3fb8"),
    # procedures that ask for an authorisation, taxes, thresholds
    **dict.fromkeys(("11", "12", "32", "35", "42"), "#8a5a00"),
    # noise, lead, soils, risks, underground
    **dict.fromkeys(("09", "10", "14", "17", "21", "27", "38", "41"), "#b5480f"),
    # nature, woods, shores, mountains
    **dict.fromkeys(("08", "22", "23", "25", "36", "37", "43"), "#2e7d32"),
    # water, waste, energy
    **dict.fromkeys(("07", "19"), "#00695c"),
    # heritage, archaeology, advertising
    **dict.fromkeys(("16", "20", "31", "40"), "#9c5a3c"),
}
_OTHER = "#1565c0"
_ANNULMENT = "#d50000"


def information_colour(code: str) -> str:
    """Return the colour of a code TYPEINF-STYPEINF."""
    return _ANNULMENT if code == "98-00" else _COLOURS.get(code[:2], _OTHER)


def surface_symbol(code: str) -> Symbol:
    """Return the symbol of a surface."""
    colour = information_colour(code)
    if code == "98-00":
        return stack(hatches(colour, 8, 45, width=1.5), hatches(colour, 8, 135, width=1.5), line(colour, 2.5))
    return stack(hatches(colour, 16, 45, width=0.5), line(colour, 1.4, dash=(6, 3)))


def line_symbol(code: str) -> Symbol:
    """Return the symbol of a line."""
    return stack(line(information_colour(code), 1.8, dash=(6, 3)))


def point_symbol(code: str) -> Symbol:
    """Return the symbol of a point."""
    return stack(outlined("square", 7, information_colour(code), inside="#ffffff"))
