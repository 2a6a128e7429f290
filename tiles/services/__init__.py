"""Relay of basemaps: tiles asked once of their source, then served from the disk."""

from tiles.services.basemaps import Tile, relayed_tile

__all__ = ["Tile", "relayed_tile"]
