"""Files of npm packages that pages use: an explicit table, found in ``node_modules``, never copied into the project.

Whole packages would bring thousands of modules that nothing serves and whose imports the manifest could not resolve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

_FONT = "files/atkinson-hyperlegible-next-"
_FACES = ("latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic")

# Address under /static/ → file under node_modules.
NPM_FILES: dict[str, str] = {
    "vendor/maplibre-gl/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "vendor/maplibre-gl/maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "vendor/maplibre-gl/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "vendor/maplibre-gl/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "vendor/htmx/htmx.esm.min.js": "htmx.org/dist/htmx.esm.min.js",
    # Both define a global, wherever they run: one module of the map's tools reads each.
    "vendor/proj4/proj4.js": "proj4/dist/proj4.js",
    "vendor/geographiclib/geodesic.js": "geographiclib-geodesic/geographiclib-geodesic.min.js",
    "vendor/ol/ol.js": "ol/dist/ol.js",
    "vendor/ol/ol.css": "ol/ol.css",
    **{
        f"vendor/atkinson/{_FONT}{face}.woff2": f"@fontsource-variable/atkinson-hyperlegible-next/{_FONT}{face}.woff2"
        for face in _FACES
    },
}


class PackageStorage(FileSystemStorage):
    """Opens the table's files under their address."""

    def path(self, name: str) -> str:
        """Return where the file of an address is."""
        return str(Path(settings.NODE_MODULES) / NPM_FILES[name])


class NpmFinder(BaseFinder):
    """Finds the files of the table."""

    def find(self, path: str, find_all: bool = False, **_extra: Any) -> Any:
        """Return the file of an address, or nothing; a list when all are asked."""
        found = [PackageStorage().path(path)] if path in NPM_FILES else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Return every address and the storage that opens it."""
        ignored, storage = list(ignore_patterns or ()), PackageStorage()
        return ((path, storage) for path in NPM_FILES if not matches_patterns(path, ignored))
