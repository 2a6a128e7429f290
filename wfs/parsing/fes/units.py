"""Units of length, by the many names that clients give them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

_METRE, _KILOMETRE = Decimal(1), Decimal(1000)
_FOOT, _MILE, _NAUTICAL_MILE = Decimal("0.3048"), Decimal("1609.344"), Decimal(1852)
# EPSG 9001, 9036, 9002, 9093 and 9030; UCUM's codes; and the words of the desktop tools.
_UNITS: Mapping[str, Decimal] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mètre", "mètres", "9001"), _METRE),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers", "9036"), _KILOMETRE),
    **dict.fromkeys(("ft", "foot", "feet", "[ft_i]", "9002"), _FOOT),
    **dict.fromkeys(("mi", "mile", "miles", "statute miles", "[mi_i]", "9093"), _MILE),
    **dict.fromkeys(("nmi", "nautical miles", "[nmi_i]", "9030"), _NAUTICAL_MILE),
}
_SYSTEMS = (
    "urn:ogc:def:uom:",
    "urn:x-ogc:def:uom:",
    "http://www.opengis.net/def/uom/",
    "#",
    "http:",
    "https:",
)


def metres(unit: str) -> Decimal | None:
    """Return how many metres a unit is: a word, a URN or an address of the OGC; None when it is not known."""
    name = unit.lower()
    if name.startswith(_SYSTEMS):
        name = name.rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2]
    return _UNITS.get(name)
