"""Tiles kept on disk: one file each, written whole or not at all, thrown away oldest first when they grow too many."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from layers.services.storage import free_bytes
from tiles.definitions import Basemap

KEPT_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A tile of the disk: ``content`` is empty where the source has none, ``is_fresh`` while it needs no asking."""

    content: bytes
    is_fresh: bool


class Disk:
    """The folder of relayed tiles. Several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, basemap: Basemap, zoom: int, x: int, y: int) -> Path:
        """Return the file of a tile; another template of addresses is another folder."""
        version = hashlib.sha256(basemap.url.encode()).hexdigest()[:12]
        return self.folder / f"{basemap.slug}-{version}" / str(zoom) / str(x) / str(y)

    def read(self, path: Path) -> CachedTile | None:
        """Return what is kept of a tile, fresh or not; None when nothing is, or when the disk fails."""
        try:
            age = time.time() - path.stat().st_mtime
            return CachedTile(path.read_bytes(), is_fresh=age < settings.BASEMAP_CACHE_MAX_AGE_S)
        except OSError:
            return None

    def write(self, path: Path, content: bytes) -> None:
        """Keep a tile; a disk without room, or read-only, keeps nothing: the tile is served all the same."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if free_bytes(path.parent) < len(content) + settings.DISK_RESERVE_BYTES:
                return
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        except OSError:
            return
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(name, path)
        except OSError:
            with suppress(OSError):
                os.unlink(name)

    def thin(self) -> None:
        """Throw the oldest tiles away until the folder is a tenth under its largest size."""
        files = sorted(self._files(), key=lambda found: found[1].st_mtime)
        size = sum(stat.st_size for _path, stat in files)
        if size <= settings.BASEMAP_CACHE_MAX_BYTES:
            return
        for path, stat in files:
            if size <= settings.BASEMAP_CACHE_MAX_BYTES * KEPT_SHARE:
                return
            try:
                path.unlink(missing_ok=True)
            except OSError:  # read-only: nothing of it can go
                return
            size -= stat.st_size

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in self.folder.rglob("*"):
            try:
                if path.is_file():
                    found.append((path, path.stat()))
            except OSError:  # another process thins the same folder
                continue
        return found
