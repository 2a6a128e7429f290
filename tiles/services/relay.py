"""A tile of a basemap: from the disk when it is fresh, else asked of the source, once whatever the number who wait.

A source that fails is left alone for a while: each wait holds a thread of the server, and a map can do without ground.
An old tile is better than none.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import LateSource, LayersError, UnknownTile, UnreachableSource
from tiles.definitions import Basemap
from tiles.services.disk import Disk
from tiles.services.source import fetch

PAUSE_S = 15.0
THIN_EVERY = 200


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture, its media type, and the ETag that names its content."""

    content: bytes
    media_type: str

    @property
    def etag(self) -> str:
        """A strong validator: the same bytes, the same word."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


class Relay:
    """What a process knows of its sources: who waits for which tile, and who is silent until when."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waited: dict[Path, tuple[Lock, int]] = {}
        self._silent: dict[str, tuple[float, type[LayersError], str]] = {}
        self._kept = count()

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        """Let one thread at a time ask for a tile."""
        with self._lock:
            turn, waiting = self._waited.get(path, (Lock(), 0))
            self._waited[path] = turn, waiting + 1
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._waited[path]
                self._waited[path] = turn, waiting - 1
                if waiting == 1:
                    del self._waited[path]

    def ask(self, basemap: Basemap, address: str) -> bytes:
        """Ask the source, unless it has just failed.

        Raises:
            LateSource, UnreachableSource: as ``tiles.services.source.fetch``, at once while the source is left alone.
        """
        until, fault, detail = self._silent.get(basemap.url, (0.0, UnreachableSource, ""))
        if time.monotonic() < until:
            raise fault(detail)
        try:
            return fetch(basemap, address)
        except (LateSource, UnreachableSource) as error:
            self._silent[basemap.url] = time.monotonic() + PAUSE_S, type(error), error.detail
            raise

    def keep(self, disk: Disk, path: Path, content: bytes) -> None:
        """Keep a tile on disk, and look now and then whether the disk holds too many."""
        disk.write(path, content)
        if next(self._kept) % THIN_EVERY == 0:
            disk.thin()

    def forget(self) -> None:
        """Believe every source again."""
        self._silent.clear()


RELAY = Relay()


def relayed_tile(basemap: Basemap, zoom: int, x: int, y: int) -> Tile:
    """Return a tile of a basemap.

    Raises:
        UnknownTile: it is outside the basemap, or the source has none there.
        LateSource, UnreachableSource: nothing is kept, and the source fails.
    """
    address = basemap.address(zoom, x, y)
    disk = Disk(settings.BASEMAP_CACHE)
    path = disk.path(basemap, zoom, x, y)
    kept = disk.read(path)
    if kept is None or not kept.is_fresh:
        with RELAY.alone(path):
            kept = disk.read(path)
            if kept is None or not kept.is_fresh:
                content = _asked(basemap, address, disk, path)
                return _tile(basemap, content)
    return _tile(basemap, kept.content)


def _asked(basemap: Basemap, address: str, disk: Disk, path: Path) -> bytes:
    try:
        content = RELAY.ask(basemap, address)
    except (LateSource, UnreachableSource):
        old = disk.read(path)
        if old is None:
            raise
        return old.content
    RELAY.keep(disk, path, content)
    return content


def _tile(basemap: Basemap, content: bytes) -> Tile:
    if not content:
        raise UnknownTile(_("La source n’a pas de tuile à cet endroit."), parameter="z")
    return Tile(content, basemap.media_type)
