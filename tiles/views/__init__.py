"""Tiles: those of layers, out of PostGIS, and those of basemaps, relayed."""

from tiles.views.basemaps import BasemapView
from tiles.views.vector import TileJsonView, TileView

__all__ = ["BasemapView", "TileJsonView", "TileView"]
