"""Basemaps that the portal relays: a JSON list, read strictly, so that a wrong entry stops the start with its fault.

``[{"slug": "plan", "title": "Plan IGN", "url": "https://…/{z}/{x}/{y}.png", "attribution": "© IGN"}]``; the address may
be any template that holds ``{z}``, ``{x}`` and ``{y}``, a WMTS in key-value form included.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

NAME = "PORTAL_BASEMAPS"
_DEFAULTS: dict[str, Any] = {"min_zoom": 0, "max_zoom": 19, "tile_size": 256, "type": "png", "bounds": None}
_REQUIRED = ("slug", "title", "url", "attribution")
_TYPES = ("png", "jpeg", "webp")
_SIZES = (256, 512)
_DEEPEST = 22
_BARE = "aucun"  # the map's own word for no basemap, in addresses


def read_basemaps(text: str) -> list[dict[str, Any]]:
    """Read the list from its text, or from the file it names when it does not open with a bracket.

    Raises:
        ImproperlyConfigured: an entry misses a key, has one too many, or a value that cannot be.
    """
    if not text:
        return []
    try:
        source = text if text.lstrip().startswith("[") else Path(text).read_text("utf-8")
        entries = json.loads(source)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{NAME} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise ImproperlyConfigured(f"{NAME} must be a JSON list")
    found = [_entry(entry) for entry in entries]
    if len({entry["slug"] for entry in found}) < len(found):
        raise ImproperlyConfigured(f"{NAME} gives the same slug twice")
    return found


def _entry(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ImproperlyConfigured(f"{NAME} must hold objects, not {given!r}")
    unknown = set(given) - {*_REQUIRED, *_DEFAULTS}
    missing = [key for key in _REQUIRED if not isinstance(given.get(key), str) or not given[key]]
    if unknown or missing:
        raise ImproperlyConfigured(f"{NAME}: missing {missing}, unknown {sorted(unknown)} in {given}")
    entry = {**_DEFAULTS, **given}
    for key, is_right in _RULES.items():
        if not is_right(entry):
            raise ImproperlyConfigured(f"{NAME}: {key} of {entry['slug']!r} cannot be {entry[key]!r}")
    return entry


def _has_address(entry: dict[str, Any]) -> bool:
    address = urlsplit(entry["url"])
    holds = all(entry["url"].count(part) == 1 for part in ("{z}", "{x}", "{y}"))
    return (
        address.scheme in {"http", "https"} and bool(address.hostname) and "{" not in address.netloc and holds
    )


def _has_zooms(entry: dict[str, Any]) -> bool:
    least, most = entry["min_zoom"], entry["max_zoom"]
    return isinstance(least, int) and isinstance(most, int) and 0 <= least <= most <= _DEEPEST


def _has_bounds(entry: dict[str, Any]) -> bool:
    bounds = entry["bounds"]
    if bounds is None:
        return True
    are_four = isinstance(bounds, list) and len(bounds) == 4
    if not are_four or not all(isinstance(value, int | float) for value in bounds):
        return False
    west, south, east, north = bounds
    return bool(-180 <= west < east <= 180 and -90 <= south < north <= 90)


_RULES = {
    "slug": lambda entry: entry["slug"] != _BARE and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", entry["slug"]),
    "url": _has_address,
    "max_zoom": _has_zooms,
    "tile_size": lambda entry: entry["tile_size"] in _SIZES,
    "type": lambda entry: entry["type"] in _TYPES,
    "bounds": _has_bounds,
}

PORTAL_BASEMAPS = read_basemaps(env.text(NAME))
# Tiles kept on disk: how long one is served without asking again, and how large the whole may grow.
BASEMAP_CACHE_MAX_AGE_S = env.number("PORTAL_BASEMAP_CACHE_DAYS", 30) * 86_400
BASEMAP_CACHE_MAX_BYTES = env.number("PORTAL_BASEMAP_CACHE_MB", 500) * 1024 * 1024
BASEMAP_TIMEOUT_S = 5.0
BASEMAP_TILE_MAX_BYTES = 2 * 1024 * 1024
