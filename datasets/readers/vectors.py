"""Vector formats through GDAL, by batches: memory stays bounded whatever the size of the file.

GDAL is given a file in a private folder, under a name of ours: never a producer's name, never a virtual path. What it
finds beside the file came from the same archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets.errors import EmptyFile, UnknownPart, UnreadableFile
from datasets.readers.crs import srid_of
from datasets.readers.gdal import watched
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.readers.texts import hint_of, is_readable, texts
from datasets.readers.wkb import header
from layers.parsing.gdal import pyogrio

BATCH = 5_000
_PREFERRED = ("waypoints", "tracks", "routes")
_MAX_REMARKS = 5
_MACHINERY = {
    "kml": frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}),
    "gml": frozenset({"lowerCorner", "upperCorner"}),
}
"""Fields GDAL makes of the format itself (drawing orders, boxes): nobody's data."""


class VectorSource(Source):
    """A file GDAL reads. ``files`` are its parts: one, or the Shapefiles of an archive."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self.format = kind
        self._remarks: list[str] = []
        places = self._places(files)
        self.layers = tuple(places)
        self.layer, self._path = self._choose(places)
        self._read_schema()

    def rows(self) -> Iterator[RawRow]:
        """Read the features; the number of a row is its rank in the layer."""
        number = 0
        batches = self._batches()
        while True:
            with watched(self._remarks):
                batch = next(batches, None)
            if batch is None:
                break
            geometries = self._geometries(batch)
            columns = [texts(batch.column(position)) for position in self._positions]
            for values, geometry in zip(zip(*columns, strict=True), geometries, strict=True):
                number += 1
                yield number, list(values), geometry
        self._note_remarks()
        self.check_count(number)

    def check_count(self, count: int) -> None:
        """Hook: refuse a file of which GDAL read ``count`` features and left others in silence."""

    def _batches(self) -> Iterator[Any]:
        with self._open() as (_meta, reader):
            yield from reader

    def _open(self) -> AbstractContextManager[tuple[dict[str, Any], Any]]:
        """Open the chosen layer; dates of GeoJSON stay the text they are, DBF may be said to be in an encoding."""
        options = {"DATE_AS_STRING": "YES"} if self.format == "geojson" else {}
        is_shapefile = self.format == "shp"
        opened: AbstractContextManager[tuple[dict[str, Any], Any]] = pyogrio.open_arrow(
            self._path,
            layer=None if is_shapefile else self.layer,
            encoding=(self.options.encoding or None) if is_shapefile else None,
            batch_size=BATCH,
            use_pyarrow=True,
            **options,
        )
        return opened

    def _geometries(self, batch: Any) -> list[bytes | None]:
        if self._geometry < 0:
            return [None] * int(batch.num_rows)
        column = batch.column(self._geometry)
        found: list[bytes | None] = getattr(column, "storage", column).to_pylist()
        seen = {header(geometry) for geometry in found if geometry}
        self.geometry_types |= {name for name, _has_z in seen}
        self.has_z = self.has_z or any(has_z for _name, has_z in seen)
        return found

    def _places(self, files: list[Path]) -> dict[str, Path]:
        """Return the layers of all the files, each with its file."""
        places: dict[str, Path] = {}
        for path in files:
            with watched(self._remarks):
                names = [str(name) for name, _kind in pyogrio.list_layers(path)]
            for name in names:
                places.setdefault(name if len(files) == 1 else path.stem, path)
        if not places:
            raise EmptyFile(_("Le fichier ne contient aucune couche."))
        return places

    def _choose(self, places: dict[str, Path]) -> tuple[str, Path]:
        """Return the layer asked for, or the first that has features, and say that there are others."""
        wanted = self.options.layer
        if wanted and wanted not in places:
            raise UnknownPart(
                _("Le fichier n’a pas de couche « %(layer)s » ; il contient : %(layers)s.")
                % {"layer": wanted, "layers": ", ".join(places)},
                parameter="layer",
            )
        if wanted or len(places) == 1:
            layer = wanted or next(iter(places))
            return layer, places[layer]
        ranked = sorted(
            places, key=lambda name: _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED)
        )
        layer = next((name for name in ranked if self._count(places[name], name)), ranked[0])
        self.note("several_layers", _("Le fichier contient plusieurs couches : « %s » est lue.") % layer)
        return layer, places[layer]

    def _count(self, path: Path, layer: str) -> int:
        with watched(self._remarks):
            name = layer if path.suffix != ".shp" else None
            return int(pyogrio.read_info(path, layer=name, force_feature_count=True)["features"])

    def _read_schema(self) -> None:
        with watched(self._remarks), self._open() as (meta, reader):
            schema = reader.schema
        names = list(meta["fields"])
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        self._geometry = schema.get_field_index(geometry_name) if meta["geometry_type"] else -1
        positions = [position for position in range(len(schema.names)) if position != self._geometry]
        machinery = _MACHINERY.get("kml" if self.format == "kmz" else self.format, frozenset())
        kept = [position for position in positions if schema.names[position] not in machinery]
        self._positions = [position for position in kept if is_readable(schema.field(position).type)]
        if len(self._positions) < len(kept):
            self.note("binary_field", _("Des champs binaires du fichier ne sont pas lus."))
        if len(positions) != len(names):
            raise UnreadableFile(_("Les champs du fichier ne peuvent pas être lus."))
        self.has_geometry = self._geometry >= 0
        self.take_titles([schema.names[position] for position in self._positions])
        self.hints = tuple(hint_of(schema.field(position).type) for position in self._positions)
        self.srid = self._srid(meta["crs"]) if self.has_geometry else None

    def _srid(self, definition: str | None) -> int | None:
        if self.options.crs is not None:
            return self.options.crs
        srid = srid_of(definition)
        if definition and srid is None:
            self.note("crs_unknown", _("Le système de coordonnées du fichier n’a pas de code connu."))
        return srid

    def _note_remarks(self) -> None:
        """Say what GDAL found strange, the first few times."""
        for remark in list(dict.fromkeys(self._remarks))[:_MAX_REMARKS]:
            self.note("reader", _("Remarque du lecteur : %s") % remark)
