"""A tile of a basemap: from the disk when it is fresh, else requested once from the source for all who wait.

Requests to the source are bounded in time and size, and only a picture is accepted. The request carries
nothing of the visitor: no cookie, credential, referrer nor address. Redirections are refused: only what the
configuration names is ever asked. A source that fails is left alone for a while: each wait holds a thread of the
server, and a map can do without ground. An old tile is better than none.

On disk a tile is one file, written whole or not at all; the oldest are removed when there are too many.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from threading import Lock
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import LateSource, LayersError, UnknownTile, UnreachableSource
from layers.services.remote_sources import opener
from layers.services.storage import free_bytes
from tiles.definitions import Basemap

CHUNK = 64 * 1024
NO_TILE = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}
SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


def fetch(basemap: Basemap, address: str) -> bytes:
    """Return the picture at ``address``; empty when the source says that it has no tile there.

    Raises:
        LateSource: the source did not answer whole in time.
        UnreachableSource: it cannot be reached, or answered an error, a redirection, or no such picture.
    """
    headers = {"User-Agent": "gisportal", "Accept": basemap.media_type}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  (the settings admit http and https alone)
    deadline = time.monotonic() + settings.BASEMAP_TIMEOUT_S
    try:
        with opener().open(request, timeout=settings.BASEMAP_TIMEOUT_S) as answer:
            if answer.status in NO_TILE:
                return b""
            content = b"".join(_bounded(answer, deadline))
            return _checked(content, answer.headers.get_content_type(), basemap)
    except HTTPError as error:
        with error:
            if error.code in NO_TILE:
                return b""
            raise _unreachable(_("il a répondu %d") % error.code) from error
    except TimeoutError as error:
        raise LateSource(_("Le fond de carte n’a pas répondu à temps.")) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise LateSource(_("Le fond de carte n’a pas répondu à temps.")) from error
        raise _unreachable(_("la connexion a échoué")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(_("sa réponse est coupée ou illisible")) from error


def _bounded(answer: http.client.HTTPResponse, deadline: float) -> Iterator[bytes]:
    size = 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > settings.BASEMAP_TILE_MAX_BYTES:
            raise _unreachable(_("sa tuile est trop lourde"))
        if time.monotonic() > deadline:
            raise TimeoutError
        yield chunk
    if answer.length:
        raise _unreachable(_("sa réponse est coupée ou illisible"))


def _checked(content: bytes, media_type: str, basemap: Basemap) -> bytes:
    if media_type != basemap.media_type or not content.startswith(SIGNATURES[basemap.type]):
        raise _unreachable(_("sa réponse n’est pas une image %s") % basemap.type)
    return content


def _unreachable(reason: str) -> UnreachableSource:
    return UnreachableSource(_("Le fond de carte ne répond pas comme attendu : %s.") % reason)


REMAINING_SHARE = 0.9


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
        """Return the cached tile, fresh or not; None when there is none, or when the disk fails."""
        try:
            age = time.time() - path.stat().st_mtime
            return CachedTile(path.read_bytes(), is_fresh=age < settings.BASEMAP_CACHE_MAX_AGE_S)
        except OSError:
            return None

    def write(self, path: Path, content: bytes) -> None:
        """Store a tile; on a full or read-only disk the tile is served without being stored."""
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
        """Remove the oldest tiles until the folder is a tenth under its largest size."""
        files = sorted(self._files(), key=lambda item: item[1].st_mtime)
        size = sum(stat.st_size for _path, stat in files)
        if size <= settings.BASEMAP_CACHE_MAX_BYTES:
            return
        for path, stat in files:
            if size <= settings.BASEMAP_CACHE_MAX_BYTES * REMAINING_SHARE:
                return
            try:
                path.unlink(missing_ok=True)
            except OSError:  # read-only: nothing of it can go
                return
            size -= stat.st_size

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        files = []
        for path in self.folder.rglob("*"):
            try:
                if path.is_file():
                    files.append((path, path.stat()))
            except OSError:  # another process thins the same folder
                continue
        return files


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


class BasemapProxy:
    """The state of the sources in a process: threads that wait for a tile, and sources not asked until a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waited: dict[Path, tuple[Lock, int]] = {}
        self._silent: dict[str, tuple[float, type[LayersError], str]] = {}
        self._written = count()

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        """Let one thread at a time request a tile."""
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
            LateSource, UnreachableSource: as ``tiles.services.basemaps.fetch``, at once while the source is left alone.
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
        if next(self._written) % THIN_EVERY == 0:
            disk.thin()

    def forget(self) -> None:
        """Ask every source again."""
        self._silent.clear()


BASEMAP_PROXY = BasemapProxy()


def relayed_tile(basemap: Basemap, zoom: int, x: int, y: int) -> Tile:
    """Return a tile of a basemap.

    Raises:
        UnknownTile: it is outside the basemap, or the source has none there.
        LateSource, UnreachableSource: nothing is kept, and the source fails.
    """
    address = basemap.address(zoom, x, y)
    disk = Disk(settings.BASEMAP_CACHE)
    path = disk.path(basemap, zoom, x, y)
    cached = disk.read(path)
    if cached is None or not cached.is_fresh:
        with BASEMAP_PROXY.alone(path):
            cached = disk.read(path)
            if cached is None or not cached.is_fresh:
                content = _fetched(basemap, address, disk, path)
                return _tile(basemap, content)
    return _tile(basemap, cached.content)


def _fetched(basemap: Basemap, address: str, disk: Disk, path: Path) -> bytes:
    try:
        content = BASEMAP_PROXY.ask(basemap, address)
    except (LateSource, UnreachableSource):
        old = disk.read(path)
        if old is None:
            raise
        return old.content
    BASEMAP_PROXY.keep(disk, path, content)
    return content


def _tile(basemap: Basemap, content: bytes) -> Tile:
    if not content:
        raise UnknownTile(_("La source n’a pas de tuile à cet endroit."), parameter="z")
    return Tile(content, basemap.media_type)
