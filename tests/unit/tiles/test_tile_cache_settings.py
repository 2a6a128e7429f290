"""Where the settings say that tiles are kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings.maps import tile_cache


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        ("", "tiles.sql.TileTable"),
        ("table", "tiles.sql.TileTable"),
        ("none", "django.core.cache.backends.dummy.DummyCache"),
        ("redis", "django.core.cache.backends.redis.RedisCache"),
    ],
)
def test_cache_is_the_one_that_is_named(name: str, backend: str) -> None:
    assert tile_cache(name, "redis://localhost")["BACKEND"] == backend


def test_redis_without_an_address_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        tile_cache("redis", "")


def test_redis_pickles_nothing() -> None:
    assert (
        tile_cache("redis", "redis://localhost")["OPTIONS"]["serializer"]
        == "tiles.services.tile_cache.RawBytes"
    )
