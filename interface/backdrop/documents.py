"""The file of the backdrop: GeoJSON (RFC 7946), longitude first in degrees (EPSG:4326), read once and strictly.

A feature has three properties: ``kind`` (``KINDS``), ``name``, and ``rank``, from 1 (seen from afar) to 4 (in a
neighbourhood). ``attribution`` stands beside ``features`` and says whose the backdrop is, and how exact.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from shapely.errors import ShapelyError

_SURFACES, _LINES, _POINTS = ({"Polygon", "MultiPolygon"}, {"LineString", "MultiLineString"}, {"Point"})
# From the lowest to the highest: surfaces and lines, then names.
KINDS: Mapping[str, set[str]] = {
    "wood": _SURFACES,
    "park": _SURFACES,
    "water": _SURFACES,
    "river": _LINES,
    "rail": _LINES,
    "road": _LINES,
    "wood-name": _POINTS,
    "water-name": _POINTS,
    "island-name": _POINTS,
    "place": _POINTS,
}
RANKS = range(1, 5)
MOST_BYTES, LONGEST_NAME = 2 * 1024 * 1024, 80
Shape = Any  # shapely has no types
_NOTHING = '{"type":"FeatureCollection","attribution":"","features":[]}'


class UnreadableBackdrop(ImproperlyConfigured):
    """The file that PORTAL_BACKDROP names is no backdrop."""


@dataclass(frozen=True, slots=True)
class BackdropFeature:
    """A thing of the backdrop; ``shape`` is a shapely geometry."""

    kind: str
    name: str
    rank: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The whole backdrop: what browsers read (``content``, and ``compressed`` by gzip), and its features.

    ``digest`` changes with it.
    """

    attribution: str
    features: tuple[BackdropFeature, ...]
    content: bytes
    compressed: bytes
    digest: str

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.features)


def backdrop() -> Backdrop:
    """Return the backdrop of this portal, one without features where it has none.

    Raises:
        UnreadableBackdrop: the file cannot be read.
    """
    return _of_file(settings.PORTAL_BACKDROP)


@lru_cache(maxsize=4)
def _of_file(path: str) -> Backdrop:
    if not path:
        return read_backdrop(_NOTHING)
    try:
        file = Path(path)
        if file.stat().st_size > MOST_BYTES:
            raise UnreadableBackdrop(f"PORTAL_BACKDROP: {path} is larger than {MOST_BYTES} bytes")
        return read_backdrop(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableBackdrop(f"PORTAL_BACKDROP: {path} cannot be read: {error}") from error


def read_backdrop(text: str) -> Backdrop:
    """Read a backdrop.

    Raises:
        UnreadableBackdrop: it is no GeoJSON, or a feature is none of a backdrop's; the message names it.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableBackdrop(f"PORTAL_BACKDROP is no JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise UnreadableBackdrop("PORTAL_BACKDROP must be a FeatureCollection")
    attribution = document.get("attribution")
    if not isinstance(attribution, str):
        raise UnreadableBackdrop("PORTAL_BACKDROP must say its attribution")
    features = tuple(_feature(number, given) for number, given in enumerate(document["features"], 1))
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Backdrop(attribution, features, content, gzip.compress(content, mtime=0), digest)


def _feature(number: int, given: Any) -> BackdropFeature:
    properties = given.get("properties") if isinstance(given, dict) else None
    if not isinstance(properties, dict):
        raise UnreadableBackdrop(f"PORTAL_BACKDROP: feature {number} has no properties")
    kind, name, rank = properties.get("kind"), properties.get("name"), properties.get("rank")
    where = f"PORTAL_BACKDROP: feature {number} ({str(name)[:LONGEST_NAME]!r})"
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnreadableBackdrop(f"{where}: kind is {kind!r}, not one of {', '.join(KINDS)}")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise UnreadableBackdrop(f"{where}: name must be a text of {LONGEST_NAME} characters at most")
    if not isinstance(rank, int) or rank not in RANKS or isinstance(rank, bool):
        raise UnreadableBackdrop(f"{where}: rank is {rank!r}, not 1, 2, 3 or 4")
    return BackdropFeature(kind, name, rank, _shape(where, KINDS[kind], given.get("geometry")))


def _shape(where: str, kinds: set[str], geometry: Any) -> Shape:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (ShapelyError, ValueError) as error:
        raise UnreadableBackdrop(f"{where}: {error}") from error
    if shape is None or shape.geom_type not in kinds or shape.is_empty:
        raise UnreadableBackdrop(f"{where}: its geometry must be {' or '.join(sorted(kinds))}")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnreadableBackdrop(f"{where}: positions are longitude then latitude, in degrees")
    if not shape.is_valid:
        raise UnreadableBackdrop(f"{where}: {shapely.is_valid_reason(shape)}")
    return shape
