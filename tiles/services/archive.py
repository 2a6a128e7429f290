"""A file of tiles (PMTiles 3) of open layers, for static hosting and use without network.

The file is written beside its place, read again by the library's own reader, every tile compared, and only then put
there: whoever reads the place finds the file of before or the new one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from layers import queries
from layers.access import Scope
from layers.errors import InvalidParameter
from layers.formats import mvt
from layers.parsing import FeatureQuery
from layers.vocabulary import LICENCE_URLS
from tiles.formats.tilejson import tilejson
from tiles.services.public_tiles import TileArea, public_tile

_E7 = 10_000_000
Digests = dict[tuple[int, int, int], bytes]


class ArchiveMismatch(Exception):
    """What was read again is not what was written."""


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
    places = sorted(area, key=lambda place: zxy_to_tileid(place.zoom, place.column, place.row))
    for done, place in enumerate(places, start=1):
        content = public_tile(scopes, place)
        if content:
            number = (place.zoom, place.column, place.row)
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
            if content is None or hashlib.sha256(content).digest() != digest or not gzip.decompress(content):
                raise ArchiveMismatch("/".join(map(str, number)))


def metadata(scopes: Sequence[Scope], area: TileArea) -> dict[str, Any]:
    """Return what the file says of itself: TileJSON's words, source and licence of each layer, the day of the data."""
    documents = [_described(scope) for scope in scopes]
    titles = [scope.layer.title for scope in scopes]
    licences = {scope.slug: _licence(scope) for scope in scopes}
    sources = dict.fromkeys(filter(None, (scope.layer.source for scope in scopes)))
    told = {
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
    plain: dict[str, Any] = json.loads(json.dumps(told, default=str))
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
