"""Styles of QGIS (QML)."""
