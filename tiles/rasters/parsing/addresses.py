"""Parameters of rasters in an address: the style, and the place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from layers.access import RasterScope
from layers.errors import InvalidParameter
from layers.parsing.raster_styles import COLORMAPS, RESAMPLINGS, RasterStyle, parse_style

DRAWING = ("bands", "rescale", "colormap", "resampling")
_MAX_LENGTH = 200


def parse_drawing(scope: RasterScope, parameters: Mapping[str, str]) -> RasterStyle:
    """Return the style of a raster, changed by the parameters of an address.

    ``bands`` are numbers (``1`` or ``4,1,2``), ``rescale`` two numbers or two for each band, ``colormap`` and
    ``resampling`` names. A requested scale replaces the classes of the style.

    Raises:
        InvalidParameter: naming the invalid one.
    """
    style, bands = scope.style, len(scope.online.bands)
    for name in DRAWING:
        if name in parameters:
            style = _changed(style, name, parameters[name], bands)
    if {"bands", "rescale", "colormap"} & set(parameters):
        style = replace(style, classes=())
    if not style.is_picture and not style.ranges:
        style = replace(style, ranges=(_full_range(scope, style.bands[0]),))
    return style


def _changed(style: RasterStyle, name: str, text: str, bands: int) -> RasterStyle:
    try:
        return parse_style({name: _READERS[name](text)}, default=style, bands=bands)
    except ValueError:
        raise InvalidParameter(_expected(name, text, bands), parameter=name) from None


def _expected(name: str, text: str, bands: int) -> str:
    expected = {
        "bands": _("Un ou trois numéros de canaux de 1 à %d, séparés par des virgules, sont attendus.")
        % bands,
        "rescale": _("La plus petite et la plus grande valeur, séparées par une virgule, sont attendues."),
        "colormap": _("Rampe attendue, parmi : %s (suivie de _r pour l’inverser).") % ", ".join(COLORMAPS),
        "resampling": _("Rééchantillonnage attendu, parmi : %s.") % ", ".join(RESAMPLINGS),
    }
    return _("%(expected)s Reçu « %(value)s ».") % {"expected": expected[name], "value": text[:60]}


def _pairs(text: str) -> list[list[float]]:
    numbers = [float(part) for part in _parts(text)]
    return [numbers[index : index + 2] for index in range(0, len(numbers), 2)]


def _parts(text: str) -> list[str]:
    if len(text) > _MAX_LENGTH:
        raise ValueError("too long")
    return text.split(",")


def _full_range(scope: RasterScope, band: int) -> tuple[float, float]:
    low, high = (float(scope.online.bands[band - 1][name]) for name in ("minimum", "maximum"))
    return (low, high) if low < high else (low, low + 1)


_READERS: dict[str, Callable[[str], Any]] = {
    "bands": lambda text: [int(part) for part in _parts(text)],
    "rescale": _pairs,
    "colormap": str,
    "resampling": str,
}


def parse_point(parameters: Mapping[str, str]) -> tuple[float, float]:
    """Return the requested longitude and latitude, in degrees.

    Raises:
        InvalidParameter: one is missing, is no number, or is out of the world.
    """
    return _degrees(parameters, "lon", 180.0), _degrees(parameters, "lat", 90.0)


def _degrees(parameters: Mapping[str, str], name: str, most: float) -> float:
    text = parameters.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise InvalidParameter(
            _("%(name)s attend des degrés, de -%(most)d à %(most)d ; reçu « %(value)s ».")
            % {"name": name, "most": most, "value": text[:40]},
            parameter=name,
        )
    return value
