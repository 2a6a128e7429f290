"""Formats of cells: pictures, documents, files."""
