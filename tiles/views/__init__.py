"""Tiles: those of layers, out of PostGIS, those of basemaps, relayed, and the backdrop."""

from tiles.views.backdrop import BackdropView
from tiles.views.basemaps import BasemapView
from tiles.views.vector import TileJsonView, TileView

__all__ = ["BackdropView", "BasemapView", "TileJsonView", "TileView"]
