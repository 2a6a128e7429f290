"""Tiles: those of layers, out of PostGIS, those of basemaps, relayed, and the backdrop."""

from tiles.views.tiles import BackdropView, BasemapView, TileJsonView, TileView

__all__ = ["BackdropView", "BasemapView", "TileJsonView", "TileView"]
