"""Static files under names that carry their content, ES module imports included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from gisportal.bundles import ENTRIES, SHARED_FOLDER, join


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Joins the entries of pages, then hashes everything, what modules import too.

    Without hashed imports a page would mix new modules with old ones kept by a browser. Source maps of npm packages are
    not served, so their addresses are left alone.
    """

    is_joined = True
    support_js_module_import_aggregation = True
    patterns = tuple(rule for rule in CompressedManifestStaticFilesStorage.patterns if rule[0] != "*.js")

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Replace the entries by what they make when joined, before the manifest names anything."""
        if not dry_run:
            paths = paths | {name: (self, name) for name in self._joined(paths)}
        yield from super().post_process(paths, dry_run, **options)

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
