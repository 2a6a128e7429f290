"""Entry files joined with what they import, when the static files are published.

Modules and style sheets are small and many, which is right for who reads them and wrong for a browser on a slow line:
the map's page asked for sixty files. esbuild joins each entry with its imports in place, so that no address changes;
while developing, the files are served as they are written. See ADR 0009.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What the templates load: everything else is reached from here.
SCRIPTS = (
    "interface/site.js",
    "explorer/map/page.js",
    "dashboards/reading/page.js",
    "dashboards/reading/miniatures.js",
    "dashboards/builder/page.js",
    "dashboards/charts/page.js",
    "explorer/printing/page.js",
    "explorer/embedding/page.js",
    "explorer/sheet/page.js",
    "explorer/search/page.js",
    "cartography/studio/page.js",
    "datasets/deliveries/page.js",
    "datasets/page.js",
    "datasets/wizard/state.js",
    "interface/prepared/follow.js",
    "gisportal/second_factors/page.js",
    "tiles/api/preview.js",
)
SHEETS = ("interface/design/site.css", "explorer/map/page.css", "explorer/embedding/page.css",
          "dashboards/reading/page.css", "dashboards/reading/mine.css", "dashboards/forms/page.css",
          "dashboards/builder/page.css", "dashboards/charts/page.css", "cartography/studio/page.css")  # fmt: skip
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
    found = next(Path(settings.NODE_MODULES).glob("@esbuild/*/bin/esbuild"), None)
    if found is None:
        raise ImproperlyConfigured("esbuild is not installed: run npm ci")
    return found


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
