"""Where a map is looked at from, as its address says it: ``zoom/latitude/longitude``, MapLibre's zoom and degrees."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

VIEW = "vue"
_FORM = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)/(-?\d{1,2}(?:\.\d{1,8})?)/(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)
_MOST_ZOOM, _MOST_LATITUDE, _MOST_LONGITUDE = 22, 85, 180


@dataclass(frozen=True, slots=True)
class Camera:
    """What the map shows: MapLibre's zoom, and the centre in degrees."""

    zoom: float
    latitude: float
    longitude: float


def camera_in(text: str) -> Camera | None:
    """Return the camera that a text says; None when it says none that is on the earth."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    found = Camera(*(float(part) for part in match.groups()))
    is_on_earth = abs(found.latitude) <= _MOST_LATITUDE and abs(found.longitude) <= _MOST_LONGITUDE
    return found if found.zoom <= _MOST_ZOOM and is_on_earth else None


def parse_camera(text: str) -> Camera:
    """Read a camera.

    Raises:
        InvalidParameter: another form, or a place that no map shows; it names ``vue``.
    """
    found = camera_in(text)
    if found is None:
        raise InvalidParameter(
            _("vue attend zoom/latitude/longitude ; reçu « %s ».") % text[:60], parameter=VIEW
        )
    return found
