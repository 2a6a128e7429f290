"""What is typed in the search box: words, or a position."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import single_values

MAX_TEXT = 200
MIN_TEXT = 2
_NUMBER = r"(-?\d{1,3}(?:[.,]\d+)?)\s*°?"
_POSITION = re.compile(rf"^{_NUMBER}\s*(?:[;,\s])\s*{_NUMBER}$")
# Metropolitan France, in degrees: enough to tell a latitude from a longitude whatever the order.
_LATITUDES, _LONGITUDES = (41.0, 52.0), (-6.0, 10.0)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. ``position`` is (longitude, latitude) when the text is a pair of degrees."""

    text: str = ""
    position: tuple[float, float] | None = None

    @property
    def is_short(self) -> bool:
        """Whether there are too few characters to look into features."""
        return len(self.text) < MIN_TEXT


def parse_search(parameters: Parameters) -> SearchQuery:
    """Read the search box.

    Raises:
        UnknownParameter: a parameter other than ``q``.
        InvalidParameter: ``q`` given twice, too long, or with a null character.
    """
    text = " ".join(single_values(filled(parameters), known=("q",)).get("q", "").split())
    if len(text) > MAX_TEXT:
        raise InvalidParameter(_("La recherche dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return SearchQuery(text, read_position(text))


def read_position(text: str) -> tuple[float, float] | None:
    """Return (longitude, latitude) from two degrees in either order, or None. Only places of France are read so."""
    found = _POSITION.match(text)
    if not found:
        return None
    first, second = (float(number.replace(",", ".")) for number in found.groups())
    for latitude, longitude in ((first, second), (second, first)):
        if _within(latitude, _LATITUDES) and _within(longitude, _LONGITUDES):
            return longitude, latitude
    return None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
