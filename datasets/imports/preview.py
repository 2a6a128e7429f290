"""The first positions of a file that waits, as GeoJSON: what the person looks at before anything is loaded."""

from __future__ import annotations

from typing import Any

from datasets.definitions import GeometryRecipe
from datasets.imports.proposal import opened
from datasets.imports.source_file import source_file_of
from datasets.inference.isolation import read_positions
from datasets.models import Upload


def preview(upload: Upload, recipe: GeometryRecipe) -> dict[str, Any]:
    """Return the first positions in EPSG:4326, longitude first (RFC 7946), without unreadable ones.

    Raises:
        FileRefused: the file cannot be read any more.
    """
    with opened(source_file_of(upload)) as source:
        geometries = read_positions(source, recipe)
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries],
    }
