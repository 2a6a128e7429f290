"""Static files: bundles of pages, files of npm packages, and names that carry the content.

Modules and style sheets are small and many, good for their readers and bad for a browser on a slow line: the map's
page would load sixty files. When files are published, esbuild joins each entry with its imports in place, so that no
address changes; while developing, they are served as they are written (ADR 0009). Packages are an explicit table of
files found in ``node_modules``: whole ones would bring thousands of modules that nothing serves and whose imports the
manifest could not resolve.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import Any

import brotli
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What the templates load: everything else is reached from here.
SCRIPTS = (
    "interface/site.js",
    "explorer/map/page.js",
    "dashboards/paper/page.js",
    "dashboards/reading/page.js",
    "dashboards/reading/miniatures.js",
    "dashboards/builder/page.js",
    "dashboards/layer_chart/page.js",
    "explorer/printing/page.js",
    "explorer/embedding/page.js",
    "explorer/editing/waiting.js",
    "explorer/row_editing/page.js",
    "explorer/sheet/page.js",
    "explorer/search/page.js",
    "cartography/studio/page.js",
    "webforms/filling/page.js",
    "management/rights/page.js",
    "administration/geometry_widget/widget.js",
    "datasets/deliveries/page.js",
    "datasets/page.js",
    "datasets/schemas/page.js",
    "datasets/review/page.js",
    "publication/review/page.js",
    "moderation/page.js",
    "planning/sheet.js",
    "plui/versions/page.js",
    "roadworks/form.js",
    "roadworks/nearby.js",
    "datasets/wizard/state.js",
    "interface/prepared/follow.js",
    "gisportal/second_factors/page.js",
    "tiles/api/preview.js",
)
SHEETS = ("interface/design/site.css", "explorer/map/page.css", "explorer/embedding/page.css",
          "dashboards/reading/page.css", "dashboards/reading/mine.css", "dashboards/forms/page.css",
          "dashboards/builder/page.css", "dashboards/layer_chart/page.css", "cartography/studio/page.css")  # fmt: skip
ENTRIES = SCRIPTS + SHEETS
# Parts that several scripts share, or that a script loads when they are needed.
SHARED_FOLDER = "chunks"

# Fonts are files of their own, which the manifest names; modules of browsers of the last two years need no rewriting.
_OPTIONS = ("--bundle", "--minify", "--target=es2023", "--outdir=.", "--outbase=.", "--allow-overwrite",
            "--external:*.woff2", "--log-level=error")  # fmt: skip


def esbuild() -> Path:
    """Return the program, which npm installed for this platform.

    Raises:
        ImproperlyConfigured: there is none.
    """
    program = next(Path(settings.NODE_MODULES).glob("@esbuild/*/bin/esbuild"), None)
    if program is None:
        raise ImproperlyConfigured("esbuild is not installed: run npm ci")
    return program


def join(root: Path) -> list[str]:
    """Join the entries found under ``root`` in place; return the names of the files written.

    Raises:
        CalledProcessError: an import that leads nowhere, or a file that cannot be read; esbuild says which.
    """
    scripts, sheets = _present(root, SCRIPTS), _present(root, SHEETS)
    if scripts:
        _run(root, scripts, "--format=esm", "--splitting", f"--chunk-names={SHARED_FOLDER}/[name]-[hash]")
    if sheets:
        _run(root, sheets)
    shared = [str(file.relative_to(root)) for file in sorted((root / SHARED_FOLDER).glob("*.js"))]
    return [*scripts, *sheets, *shared]


def _present(root: Path, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (root / name).is_file()]


def _run(root: Path, names: list[str], *options: str) -> None:
    subprocess.run([str(esbuild()), *names, *_OPTIONS, *options], cwd=root, check=True)  # noqa: S603 (names are ours)


_FONT = "files/atkinson-hyperlegible-next-"
_FONT_STYLES = ("latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic")

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
        f"vendor/atkinson/{_FONT}{font}.woff2": f"@fontsource-variable/atkinson-hyperlegible-next/{_FONT}{font}.woff2"
        for font in _FONT_STYLES
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
        """Return the file of an address, or nothing; a list when all are requested."""
        files = [PackageStorage().path(path)] if path in NPM_FILES or path in JOINED else []
        return files if find_all else next(iter(files), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Return every address and the storage that opens it."""
        ignored, storage = list(ignore_patterns or ()), PackageStorage()
        return ((path, storage) for path in (*NPM_FILES, *JOINED) if not matches_patterns(path, ignored))


def _outside_comments(pattern: str) -> str:
    """Leave out what a comment of types imports: ``@import {Box} from "./geometry.js"``, ``typeof import("proj4")``."""
    return pattern.replace("(?P<matched>import", r"(?P<matched>(?<!@)(?<!typeof\ )import", 1)


def _module_rules(rule: Any) -> Any:
    extension, patterns = rule
    return extension, tuple(
        _outside_comments(each) if isinstance(each, str) else (_outside_comments(each[0]), *each[1:])
        for each in patterns
    )


class ContentCompressor(Compressor):  # type: ignore[misc]  # whitenoise has no types
    """Compresses each content once: most files are there twice, under their name and under that of their content.

    Copies of the last publication whose file is the same stay.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lock = Lock()
        self._made: dict[bytes, Future[bytes]] = {}

    def compress(self, path: str) -> list[str]:
        """Write the compressed copies of a file; return their paths."""
        return [] if self._has_copies(Path(path)) else list(super().compress(path))

    def _has_copies(self, path: Path) -> bool:
        content = path.read_bytes()
        try:
            copies = (
                brotli.decompress(path.with_name(f"{path.name}.br").read_bytes()),
                gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()),
            )
        except (OSError, EOFError, zlib.error, brotli.error):  # none yet, or one that was cut
            return False
        return copies == (content, content)

    def compress_brotli(self, data: bytes) -> bytes:
        """Return the content compressed, waiting for who compresses the same one."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            is_first = digest not in self._made
            made = self._made.setdefault(digest, Future())
        if is_first:
            try:
                made.set_result(brotli.compress(data, quality=settings.BROTLI_QUALITY))
            except Exception as error:
                made.set_exception(error)
        return made.result()


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Joins the entries of pages, then hashes everything, what modules import too.

    Without hashed imports a page would mix new modules with cached ones. Source maps of npm packages are not served,
    so their addresses are left alone.
    """

    is_joined = True
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = _module_rules(
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns
    )
    patterns = tuple(rule for rule in CompressedManifestStaticFilesStorage.patterns if rule[0] != "*.js")

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Replace the entries by what they make when joined, before the manifest names anything."""
        if not dry_run:
            paths = paths | {name: (self, name) for name in self._joined(paths)}
        yield from super().post_process(paths, dry_run, **options)

    def create_compressor(self, **options: Any) -> ContentCompressor:
        """Return what compresses the files; called by WhiteNoise."""
        return ContentCompressor(**options)

    def _joined(self, paths: dict[str, Any]) -> list[str]:
        """Join the entries, each as it was written: what is there may be what the last publication made of it."""
        root = Path(self.location)
        for old in (root / SHARED_FOLDER).glob("*"):
            old.unlink()
        for name in ENTRIES:
            if name in paths:
                storage, path = paths[name]
                with storage.open(path) as file:
                    (root / name).write_bytes(file.read())
        return join(root)
