"""The address of what rasters hold at a place: the map's words for layers and feature, degrees for the place.

===========  ================================================
``couches``  a raster that is on, repeated
``lon``      longitude in degrees, with ``lat``, latitude
``objet``    a feature that is a surface, as ``layer/id``
===========  ================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import single_values

LAYERS = "couches"
SMOOTH, EXACT = "lisse", "exact"
MAX_RASTERS = 12
_FEATURE = re.compile(r"([a-z0-9-]+)/(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """What is asked: rasters, a place (longitude, latitude) or None, a feature (``layer:id``) or nothing."""

    rasters: tuple[str, ...]
    place: tuple[float, float] | None
    feature: str


def parse_place(parameters: Parameters) -> PlaceQuery:
    """Read the address.

    Raises:
        UnknownParameter: a parameter that is none of those above.
        InvalidParameter: too many rasters, neither place nor feature, or one that cannot be read.
    """
    given = filled(parameters)
    rasters = tuple(dict.fromkeys(given.pop(LAYERS, ())))
    if not 0 < len(rasters) <= MAX_RASTERS:
        raise InvalidParameter(_("couches nomme de 1 à %d rasters.") % MAX_RASTERS, parameter=LAYERS)
    own = single_values(given, known=("lon", "lat", "objet"))
    place = (_degrees(own, "lon", 180.0), _degrees(own, "lat", 90.0)) if {"lon", "lat"} & set(own) else None
    match = _FEATURE.fullmatch(own.get("objet", ""))
    if match is None and ("objet" in own or place is None):
        raise InvalidParameter(
            _("lon et lat, ou objet=couche/identifiant, sont attendus."), parameter="objet"
        )
    return PlaceQuery(rasters, place, f"{match[1]}:{match[2]}" if match else "")


def _degrees(given: Mapping[str, str], name: str, most: float) -> float:
    try:
        value = float(given.get(name, ""))
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise InvalidParameter(
            _("%(name)s attend des degrés, de -%(most)d à %(most)d ; reçu « %(value)s ».")
            % {"name": name, "most": most, "value": given.get(name, "")[:40]},
            parameter=name,
        )
    return value
