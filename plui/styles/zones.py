"""Symbols of zones, by TYPEZONE: a coloured band inside a dark border at large scale, a fill below.

The scale where one gives way to the other is 1:2500 in the specifications.
"""

from __future__ import annotations

from layers.styles.symbols import Fill, Stroke, Symbol
from plui.styles.drawing import pt, zoom_of

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
