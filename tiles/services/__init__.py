"""Services of tiles: vector tiles, their cache and archives, the relay of basemaps."""

from tiles.services.basemaps import Tile, relayed_tile

__all__ = ["Tile", "relayed_tile"]
