"""Mapbox Vector Tiles (MVT 2.1) of any layer, in any matrix: PostGIS writes them, no model instance is built.

``docs/tiles.md`` says what a tile holds.
"""

from layers.formats.mvt.rendering import (
    CLUSTER_MAX_ZOOM,
    MAX_BYTES,
    MAX_FEATURES,
    MAX_POINTS,
    MAX_ZOOM,
    MEDIA_TYPE,
    RENDERER_VERSION,
    SingleRead,
    render,
    single_read,
    tile,
)
from layers.formats.mvt.tile_rows import DETAIL_ZOOM, tile_fields

__all__ = [
    "CLUSTER_MAX_ZOOM",
    "DETAIL_ZOOM",
    "MAX_BYTES",
    "MAX_FEATURES",
    "MAX_POINTS",
    "MAX_ZOOM",
    "MEDIA_TYPE",
    "RENDERER_VERSION",
    "SingleRead",
    "render",
    "single_read",
    "tile",
    "tile_fields",
]
