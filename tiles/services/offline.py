"""The tiles of an area as the public gets them: made beforehand, or written in a file (PMTiles 3) for use offline.

Their rights are those of somebody who gave no credentials, on the portal of the whole territory. The file is written
beside its place, read again by the library's own reader, every tile compared, and only then put there: whoever reads
the place finds the file of before or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.utils import timezone
from django.utils.translation import gettext as _
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from interface.http.compression import decompress
from layers import access, queries
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownCommune
from layers.formats import mvt
from layers.lazy import lazy_module
from layers.parsing import FeatureQuery
from layers.parsing.geometry import parse_bbox
from layers.sql.tile_matrix_sets import Bounds, TileAddress, TileMatrixSet, TileRange
from layers.visitor import Visitor
from layers.vocabulary import LICENCE_URLS
from tiles.formats import tilejson
from tiles.services.tile_cache import TILE_CACHE
from tiles.services.vector_tiles import tile_of

if TYPE_CHECKING:
    import pyproj
else:
    pyproj = lazy_module("pyproj")


def parse_zooms(text: str) -> tuple[int, int]:
    """Read ``8-15``, or one zoom.

    Raises:
        InvalidParameter: it is neither.
    """
    match = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text)
    if match is None:
        raise InvalidParameter(
            _("--zooms attend deux nombres, par exemple 8-15 ; reçu « %s ».") % text[:40], parameter="zooms"
        )
    return int(match[1]), int(match[2] or match[1])


def requested_bounds(scopes: Sequence[Scope], *, bbox: str, commune: str) -> Bounds:
    """Return the bounds asked, in degrees: a box, a commune by its INSEE code, else the layers themselves.

    Raises:
        InvalidParameter: both are given, the box cannot be read, or nothing is in the layers.
        UnknownCommune: the code is that of no commune of the territory.
    """
    if bbox and commune:
        raise InvalidParameter(_("Donnez --bbox ou --commune, pas les deux."), parameter="bbox")
    if bbox:
        west, south, east, north = parse_bbox(bbox, parameter="--bbox").extent
        return west, south, east, north
    if commune:
        bounds = queries.commune_extent(commune)
        if bounds is None:
            raise UnknownCommune(
                _("« %s » n’est pas le code INSEE d’une commune du territoire.") % commune[:20],
                parameter="commune",
            )
        return bounds
    bounds = extent_of(scopes)
    if bounds is None:
        raise InvalidParameter(_("Ces couches ne contiennent aucun objet."), parameter="layer")
    return bounds


@dataclass(frozen=True, slots=True)
class TileArea:
    """The requested tiles: zooms, both included, of a matrix set within bounds (degrees: west, south, east, north)."""

    matrix: TileMatrixSet
    zooms: tuple[int, int]
    bounds: Bounds

    @property
    def ranges(self) -> list[TileRange]:
        """The tiles of each zoom that meet the area."""
        transformer = pyproj.Transformer.from_crs(4326, self.matrix.srid, always_xy=True)
        west, south, east, north = transformer.transform_bounds(*self.bounds, densify_pts=21)
        first, last = self.zooms
        return [self.matrix.covering((west, south, east, north), zoom) for zoom in range(first, last + 1)]

    @property
    def count(self) -> int:
        """How many tiles these are."""
        return sum(tiles.count for tiles in self.ranges)

    def __iter__(self) -> Iterator[TileAddress]:
        """Yield each tile, the smallest zoom first, row by row."""
        for tiles in self.ranges:
            for row in range(tiles.min_row, tiles.max_row + 1):
                for column in range(tiles.min_column, tiles.max_column + 1):
                    yield TileAddress(self.matrix, tiles.zoom, column, row)


def public_scopes(slugs: Sequence[str]) -> list[Scope]:
    """Return the scopes of the public on layers.

    Raises:
        UnknownLayer: one of them is no layer of the public.
        InvalidParameter: one of them has no geometry.
    """
    nobody = Visitor(instant=timezone.now())
    scopes = access.scopes(nobody, slugs)
    for scope in scopes:
        if not scope.definition.geometry.is_located:
            raise InvalidParameter(
                _("La couche « %s » n’a pas de géométrie : elle n’a pas de tuiles.") % scope.slug,
                parameter="layer",
            )
    return scopes


def open_layers() -> list[str]:
    """Return the layers with a geometry that the public sees, in the order of the catalogue."""
    scopes = access.visible(Visitor(instant=timezone.now()))
    return [scope.slug for scope in scopes if scope.definition.geometry.is_located]


def extent_of(scopes: Sequence[Scope]) -> Bounds | None:
    """Return the bounds of several layers together, in degrees; None when nothing is in them."""
    extents = [bounds for bounds in queries.extents(scopes).values() if bounds is not None]
    if not extents:
        return None
    west, south, east, north = zip(*extents, strict=True)
    return min(west), min(south), max(east), max(north)


def checked_area(matrix: TileMatrixSet, zooms: tuple[int, int], bounds: Bounds, *, most: int) -> TileArea:
    """Return an area.

    Raises:
        InvalidParameter: zooms that the matrix set does not have, or more tiles than ``most``.
    """
    first, last = zooms
    if not 0 <= first <= last <= matrix.max_zoom:
        raise InvalidParameter(
            _("Les zooms vont de 0 à %(max)d, le plus petit d’abord ; reçu %(first)d-%(last)d.")
            % {"max": matrix.max_zoom, "first": first, "last": last},
            parameter="zooms",
        )
    area = TileArea(matrix, zooms, bounds)
    if area.count > most:
        raise InvalidParameter(
            _(
                "Cela ferait %(count)d tuiles, plus de %(most)d : moins de zooms, une emprise plus petite, ou --most."
            )
            % {"count": area.count, "most": most},
            parameter="zooms",
        )
    return area


@dataclass(frozen=True, slots=True)
class SeededTile:
    """A tile made beforehand, and whether it was cached already."""

    address: TileAddress
    was_cached: bool


def seed(slugs: Sequence[str], area: TileArea) -> Iterator[SeededTile]:
    """Store the tiles of an area in the shared cache; those cached already are left."""
    for address in area:
        tile = tile_of(public_scopes(slugs), FeatureQuery(), address)
        was_cached = TILE_CACHE.has(tile.key)
        if not was_cached:
            tile.compressed()
        yield SeededTile(address, was_cached)


def public_tile(scopes: Sequence[Scope], address: TileAddress) -> bytes:
    """Return a tile compressed by gzip, empty where it holds nothing."""
    return tile_of(scopes, FeatureQuery(), address).compressed()


_E7 = 10_000_000
Digests = dict[tuple[int, int, int], bytes]


class ArchiveMismatch(Exception):
    """The file read again differs from the tiles written."""


def write_archive(path: Path, scopes: Sequence[Scope], area: TileArea) -> Iterator[int]:
    """Write the tiles of public scopes in Web Mercator, and yield how many are done.

    Raises:
        InvalidParameter: nothing is in the area.
        ArchiveMismatch: the file does not hold what was written.
        OSError: the file cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        digests: Digests = {}
        with os.fdopen(handle, "wb") as file:
            writer = Writer(file)
            with closing(writer.tile_f):  # where the library gathers the tiles
                yield from _fill(writer, scopes, area, digests)
            file.flush()
            os.fsync(file.fileno())
        check_archive(Path(name), digests)
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _fill(writer: Any, scopes: Sequence[Scope], area: TileArea, digests: Digests) -> Iterator[int]:
    # In the order of the file, which readers of a static server like: neighbours come in one request.
    addresses = sorted(area, key=lambda address: zxy_to_tileid(address.zoom, address.column, address.row))
    for done, address in enumerate(addresses, start=1):
        content = public_tile(scopes, address)
        if content:
            number = (address.zoom, address.column, address.row)
            writer.write_tile(zxy_to_tileid(*number), content)
            digests[number] = hashlib.sha256(content).digest()
        yield done
    if not digests:
        raise InvalidParameter(
            _("Aucun objet dans cette emprise : le fichier serait vide."), parameter="bbox"
        )
    writer.finalize(_header(area), metadata(scopes, area))


def check_archive(path: Path, digests: Digests) -> None:
    """Read a file of tiles again.

    Raises:
        ArchiveMismatch: a tile is missing, is another one, or cannot be decompressed; or the header tells other zooms.
    """
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header = reader.header()
        if header["addressed_tiles_count"] != len(digests) or not reader.metadata()["vector_layers"]:
            raise ArchiveMismatch("header")
        for number, digest in digests.items():
            content = reader.get(*number)
            if content is None or hashlib.sha256(content).digest() != digest or not decompress(content):
                raise ArchiveMismatch("/".join(map(str, number)))


def metadata(scopes: Sequence[Scope], area: TileArea) -> dict[str, Any]:
    """Return the metadata of the file: TileJSON's members, source and licence of each layer, the day of the data."""
    documents = [_described(scope) for scope in scopes]
    titles = [scope.layer.title for scope in scopes]
    licences = {scope.slug: _licence(scope) for scope in scopes}
    sources = dict.fromkeys(filter(None, (scope.layer.source for scope in scopes)))
    texts = {
        "name": ", ".join(titles),
        "description": " ".join(filter(None, (scope.layer.abstract for scope in scopes))),
        "attribution": " – ".join([*sources, *dict.fromkeys(licences.values())]),
        "licences": licences,
        "type": "overlay",
        "format": "pbf",
        "generated": timezone.now().isoformat(timespec="seconds"),
        "updated": {scope.slug: _updated(scope) for scope in scopes},
        "minzoom": area.zooms[0],
        "maxzoom": area.zooms[1],
        "vector_layers": [layer for document in documents for layer in document["vector_layers"]],
    }
    # Titles may be lazy translations.
    plain: dict[str, Any] = json.loads(json.dumps(texts, default=str))
    return plain


def _described(scope: Scope) -> dict[str, Any]:
    fields = mvt.tile_fields(queries.select(scope, FeatureQuery()))
    return tilejson(scope, fields, None, template="")


def _licence(scope: Scope) -> str:
    layer = scope.layer
    return LICENCE_URLS.get(layer.licence, str(layer.get_licence_display()))


def _updated(scope: Scope) -> str:
    changed = queries.last_change(scope)
    return changed.isoformat(timespec="seconds") if changed else ""


def _header(area: TileArea) -> dict[str, Any]:
    west, south, east, north = area.bounds
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(west * _E7),
        "min_lat_e7": round(south * _E7),
        "max_lon_e7": round(east * _E7),
        "max_lat_e7": round(north * _E7),
        "center_zoom": area.zooms[0],
        "center_lon_e7": round((west + east) / 2 * _E7),
        "center_lat_e7": round((south + north) / 2 * _E7),
    }


_WIDTH = 30
_EVERY_S = 0.2


class ProgressOutput(Protocol):
    """The output of Django's commands."""

    def write(self, msg: str = "", style_func: Any = None, ending: str | None = None) -> None:
        """Write a line, or a part of one when ``ending`` is empty."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""


class ProgressBar:
    """Prints the progress of ``total`` steps on one line, which is ended even after an error."""

    def __init__(self, title: str, total: int, output: ProgressOutput) -> None:
        self._title, self._total, self._output = title, total, output
        self._done, self._written_at, self._tenth = 0, 0.0, 0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the line."""
        if self._output.isatty():
            self._output.write(f"\r{self._line()}\n", ending="")

    def advance(self) -> None:
        """Count a step."""
        self._done += 1
        now = time.monotonic()
        if self._output.isatty():
            if now - self._written_at > _EVERY_S:
                self._written_at = now
                self._output.write(f"\r{self._line()}", ending="")
        elif self._done * 10 // max(self._total, 1) > self._tenth:
            self._tenth = self._done * 10 // self._total
            self._output.write(self._line())

    def _line(self) -> str:
        share = self._done / self._total if self._total else 1.0
        bar = "#" * round(share * _WIDTH)
        rate = self._done / max(time.monotonic() - self._started, 1e-3)
        numbers = _("%(done)d sur %(total)d, %(rate).0f/s") % {
            "done": self._done,
            "total": self._total,
            "rate": rate,
        }
        return f"{self._title} [{bar:<{_WIDTH}}] {numbers}"
