"""Styles of MapLibre: style layers, and the whole document with its pictures."""
