"""Where finished tiles are kept (ADR 0031): in each process, then where all processes share them.

By default they share a table of PostgreSQL; a Redis or Valkey server when ``PORTAL_TILE_CACHE`` is ``redis``, at
``REDIS_URL``; nothing when it is ``none``.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from gisportal.settings import environment as env

# Bytes of tiles: in the shared table, and in the memory of each server process.
TILE_CACHE_MAX_BYTES = env.number("PORTAL_TILE_CACHE_MB", 500) * 1024 * 1024
TILE_MEMORY_MAX_BYTES = env.number("PORTAL_TILE_MEMORY_MB", 32) * 1024 * 1024
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
            "retry": Retry(NoBackoff(), 0),
        },
    }


TILE_CACHE = tile_cache(
    env.choice("PORTAL_TILE_CACHE", ("table", "redis", "none")), env.redis_address("REDIS_URL")
)
