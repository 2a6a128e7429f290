"""Files of npm packages that pages use: an explicit table, found in ``node_modules``, never copied into the project.

Whole packages would bring thousands of modules that nothing serves and whose imports the manifest could not resolve.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from gisportal.bundles import esbuild

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


# Address under /static/ → what is joined from packages whose modules import each other by names, which a browser does
# not resolve without an import map (ADR 0005). Written by esbuild when first asked, under a name of its content.
JOINED: dict[str, str] = {
    "vendor/vega/vega.js": (
        'export { View, parse } from "vega";\n'
        'export { compile } from "vega-lite";\n'
        'export { expressionInterpreter } from "vega-interpreter";\n'
    ),
}
_PARTS = ("vega", "vega-lite", "vega-interpreter")


def joined_file(name: str) -> Path:
    """Return the file of an address of ``JOINED``, made if it is not there yet.

    Raises:
        CalledProcessError: a package is missing; esbuild says which.
    """
    root = Path(settings.NODE_MODULES)
    versions = [(root / part / "package.json").read_bytes() for part in _PARTS]
    digest = hashlib.sha256(b"".join([JOINED[name].encode(), *versions])).hexdigest()[:16]
    file = Path(settings.DATA_DIR) / "vendor" / f"{digest}-{Path(name).name}"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        _join_packages(JOINED[name], file)
    return file


def _join_packages(source: str, file: Path) -> None:
    """Write a module that holds all that ``source`` imports; another process may write it at the same time."""
    options = ("--bundle", "--minify", "--format=esm", "--target=es2023", "--log-level=error")
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        made = Path(folder) / file.name
        subprocess.run(  # noqa: S603  (names are ours)
            [str(esbuild()), *options, f"--outfile={made}"],
            input=source.encode(),
            cwd=Path(settings.NODE_MODULES).parent,
            check=True,
        )
        made.replace(file)


class PackageStorage(FileSystemStorage):
    """Opens the table's files under their address."""

    def path(self, name: str) -> str:
        """Return where the file of an address is."""
        return str(joined_file(name) if name in JOINED else Path(settings.NODE_MODULES) / NPM_FILES[name])


class NpmFinder(BaseFinder):
    """Finds the files of the table."""

    def find(self, path: str, find_all: bool = False, **_extra: Any) -> Any:
        """Return the file of an address, or nothing; a list when all are asked."""
        found = [PackageStorage().path(path)] if path in NPM_FILES or path in JOINED else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Return every address and the storage that opens it."""
        ignored, storage = list(ignore_patterns or ()), PackageStorage()
        return ((path, storage) for path in (*NPM_FILES, *JOINED) if not matches_patterns(path, ignored))
