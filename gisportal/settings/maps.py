"""Maps: basemaps, the backdrop, the cache of tiles, the geocoder, directions."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

# From how far inside it a surface, and from how many centimetres in it a line, goes into a commune (docs/adr/0056); the
# database learns a change of them when it is migrated, and places every line and surface again.
COMMUNE_DEPTH_CM = env.number("PORTAL_COMMUNE_DEPTH_CM", 100)
COMMUNE_LENGTH_CM = env.number("PORTAL_COMMUNE_LENGTH_CM", 500)
_BASEMAPS = "PORTAL_BASEMAPS"
_DEFAULTS: dict[str, Any] = {"min_zoom": 0, "max_zoom": 19, "tile_size": 256, "type": "png", "bounds": None}
_REQUIRED = ("slug", "title", "url", "attribution")
_TYPES = ("png", "jpeg", "webp")
_SIZES = (256, 512)
_DEEPEST = 22
_NO_BASEMAP = "aucun"  # the map's own word for no basemap, in addresses


def read_basemaps(text: str) -> list[dict[str, Any]]:
    """Read the list from its text, or from the file it names; a wrong entry stops the start with its fault.

    ``[{"slug": "plan", "title": "Plan IGN", "url": "https://…/{z}/{x}/{y}.png", "attribution": "© IGN"}]``; the address
    may be any template that holds ``{z}``, ``{x}`` and ``{y}``, a WMTS in key-value form included.

    Raises:
        ImproperlyConfigured: an entry misses a key, has one too many, or a value that cannot be.
    """
    entries = [_basemap(entry) for entry in env.json_list(_BASEMAPS, text)]
    if len({entry["slug"] for entry in entries}) < len(entries):
        raise ImproperlyConfigured(f"{_BASEMAPS} gives the same slug twice")
    return entries


def _basemap(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ImproperlyConfigured(f"{_BASEMAPS} must hold objects, not {document!r}")
    unknown = set(document) - {*_REQUIRED, *_DEFAULTS}
    missing = [key for key in _REQUIRED if not isinstance(document.get(key), str) or not document[key]]
    if unknown or missing:
        raise ImproperlyConfigured(f"{_BASEMAPS}: missing {missing}, unknown {sorted(unknown)} in {document}")
    entry = {**_DEFAULTS, **document}
    for key, is_right in _RULES.items():
        if not is_right(entry):
            raise ImproperlyConfigured(f"{_BASEMAPS}: {key} of {entry['slug']!r} cannot be {entry[key]!r}")
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
    "slug": lambda entry: (
        entry["slug"] != _NO_BASEMAP and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", entry["slug"])
    ),
    "url": _has_address,
    "max_zoom": _has_zooms,
    "tile_size": lambda entry: entry["tile_size"] in _SIZES,
    "type": lambda entry: entry["type"] in _TYPES,
    "bounds": _has_bounds,
}

PORTAL_BASEMAPS = read_basemaps(env.text(_BASEMAPS))
# Tiles kept on disk: how long one is served without asking again, and how large the whole may grow.
BASEMAP_CACHE_MAX_AGE_S = env.number("PORTAL_BASEMAP_CACHE_DAYS", 30) * 86_400
BASEMAP_CACHE_MAX_BYTES = env.number("PORTAL_BASEMAP_CACHE_MB", 500) * 1024 * 1024
BASEMAP_TIMEOUT_S = 5.0
BASEMAP_TILE_MAX_BYTES = 2 * 1024 * 1024

NO_BACKDROP = "none"
_SHIPPED = env.BASE_DIR / "fixtures" / "backdrop" / "seine-ouest.geojson"


def backdrop_file(text: str) -> str:
    """Return the path of the GeoJSON file under maps without a basemap: ours by default, an empty one for « none »."""
    return "" if text == NO_BACKDROP else text or str(_SHIPPED)


PORTAL_BACKDROP = backdrop_file(env.text("PORTAL_BACKDROP"))

# Slugs of the layers that people look for around them, the first ones of the tab « Autour ».
PORTAL_NEARBY_FIRST = env.words(
    "PORTAL_NEARBY_FIRST",
    "aires-de-jeux,bornes-de-recharge,stationnement-parcs,stations-velos,transports-arrets",
)
# Slugs of the layers of points that are on when the map opens, and on the picture of the home page.
PORTAL_FIRST_LAYERS = env.words(
    "PORTAL_FIRST_LAYERS", "batiments-patrimoniaux,arbres-remarquables,bornes-de-recharge,aires-de-jeux"
)

# Finished tiles are cached in each process, then where all processes share them (ADR 0031): by default in a table of
# PostgreSQL, in a Redis or Valkey server when ``PORTAL_TILE_CACHE`` is ``redis``, nowhere when it is ``none``.
# Bytes of tiles: in the shared table, and in the memory of each server process.
TILE_CACHE_MAX_BYTES = env.number("PORTAL_TILE_CACHE_MB", 500) * 1024 * 1024
TILE_MEMORY_MAX_BYTES = env.number("PORTAL_TILE_MEMORY_MB", 32) * 1024 * 1024
# What is open is answered by the event loop (ADR 0059): by statements that its connection prepared or, behind a pooler
# in transaction mode, ``unprepared``.
_SHORT_ROAD = env.choice("PORTAL_SHORT_ROAD", ("prepared", "unprepared", "off"))
SHORT_ROAD, SHORT_ROAD_PREPARES = _SHORT_ROAD != "off", _SHORT_ROAD != "unprepared"
# How long a server in front may answer with an open tile that it keeps without asking again.
TILE_PROXY_S = env.number("PORTAL_TILE_PROXY_S", 1)
# A tile that is true for ever is of no use once its data changed: Redis forgets it by itself.
_REDIS_DAYS = 7
_BACKENDS: dict[str, dict[str, Any]] = {
    "table": {
        "BACKEND": "tiles.sql.TileTable",
        "OPTIONS": {"MAX_BYTES": TILE_CACHE_MAX_BYTES},
    },
    "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}


def tile_cache(name: str, redis_url: str) -> dict[str, Any]:
    """Return the cache of tiles as Django's ``CACHES`` writes one.

    Raises:
        ImproperlyConfigured: Redis is asked and ``REDIS_URL`` names none.
    """
    if name != "redis":
        return _BACKENDS[name or "table"]
    if not redis_url:
        raise ImproperlyConfigured("PORTAL_TILE_CACHE=redis needs REDIS_URL")
    # Here, since most portals have none: 0.1 s of each start.
    retry, backoff = import_module("redis.retry"), import_module("redis.backoff")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url,
        "TIMEOUT": _REDIS_DAYS * 86_400,
        "KEY_PREFIX": "gisportal-tile",
        # Bytes as they are; a server that does not answer is not waited for.
        "OPTIONS": {
            "serializer": "tiles.services.tile_cache.RawBytes",
            "socket_timeout": 0.2,
            "socket_connect_timeout": 0.2,
            "retry": retry.Retry(backoff.NoBackoff(), 0),
        },
    }


TILE_CACHE = tile_cache(
    env.choice("PORTAL_TILE_CACHE", ("table", "redis", "none")), env.redis_address("REDIS_URL")
)

# A service that speaks like the Base Adresse Nationale, asked by the server alone. Empty: no address is looked up and
# no page speaks of it.
PORTAL_GEOCODER_URL = env.web_address("PORTAL_GEOCODER_URL")
GEOCODER_TIMEOUT_S = 3.0

# Who is asked the way to a feature, when a person presses the link: ``geo`` is the map application of a phone; the
# first of the others serves where there is none.
PORTAL_DIRECTIONS = env.choices("PORTAL_DIRECTIONS", ("geo", "osm", "apple", "google"), "geo,osm")
