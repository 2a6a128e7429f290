"""Vector formats through GDAL, by batches: memory stays bounded whatever the size of the file.

GDAL is given a file in a private folder, under a name of ours: never a producer's name, never a virtual path. What it
finds in that folder came from the same archive. Its errors are reported without the paths of this machine.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from datasets.errors import EmptyFile, UnknownPart, UnreadableFile
from datasets.readers.geometries import GeometryColumn
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.readers.texts import Column, hint_of, is_readable, repaired, texts, with_texts
from datasets.vocabulary import ColumnType
from layers.parsing.declared_crs import srid_of
from layers.parsing.gdal import (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    pyogrio,
)

_PATH = re.compile(r"/(?:[^/\s']+/)+")
_EXHAUSTED = re.compile(r"out of memory|bad_alloc|cannot allocate", re.IGNORECASE)
_FAULTS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    RuntimeError,
    OSError,
    ValueError,
)


@contextmanager
def gdal_errors_as_refusals(remarks: list[str]) -> Iterator[None]:
    """Collect GDAL's warnings in ``remarks`` and turn its errors into ``UnreadableFile``, or ``MemoryError``."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except _FAULTS as error:
            if _EXHAUSTED.search(str(error)):
                raise MemoryError from error
            raise UnreadableFile(
                _("Le fichier ne peut pas être lu : %s") % _without_path(str(error))
            ) from error
    remarks.extend(_without_path(str(warning.message)) for warning in caught)


def _without_path(message: str) -> str:
    """Return the message with folders of the server left out."""
    return _PATH.sub("", message)


BATCH = 5_000
_PREFERRED = ("waypoints", "tracks", "routes")
_MAX_REMARKS = 5
_MAX_NAMED = 20
_IGNORED_REMARKS = re.compile(
    r"Measured \(M\) geometry types|Unable to open source\.(?:shp|SHP)|in gpkg_geometry_columns",
    re.IGNORECASE,
)
"""Remarks about what is no fault (a table without Shapefile), or is said better by ours."""

_WITHOUT_DAYS = frozenset({"fgb", "gdb"})
"""Formats that hold days as instants: at midnight, they are days."""

_MIDNIGHT = "T00:00:00"
_ONE_LAYER = frozenset({"shp", "dbf", "tab", "mif"})
"""Formats of one layer a file, named like the file."""

_COUNTED = frozenset({"gpkg", "shp", "fgb"})
"""Formats whose number of features is known without reading them."""

_NUMBERS_OF_SOFTWARE = frozenset({"", "fid", "ogc_fid"})
"""Names of the primary key that software gives a layer; another name is an identifier of the data."""

_MACHINERY = {
    "dxf": frozenset({"PaperSpace", "SubClasses", "Linetype"}),
    "kml": frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}),
    "gml": frozenset({"lowerCorner", "upperCorner"}),
}
"""Fields GDAL makes of the format itself (drawing orders, boxes): no data."""


class VectorSource(Source):
    """A file GDAL reads: the first of ``files``, with its neighbours."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self.format = kind
        self._remarks: list[str] = []
        self._shapes = GeometryColumn(self)
        self._path = files[0]
        self._has_own_key = False
        self.layers = self.find_layers()
        self.layer = self._gdal_layer = self._choose()
        self._read_schema()

    def rows(self) -> Iterator[RawRow]:
        """Read the features; the number of a row is its rank in the layer."""
        number = 0
        self._shapes.restart()
        batches = self._batches()
        while True:
            with gdal_errors_as_refusals(self._remarks):
                batch = next(batches, None)
            if batch is None:
                break
            geometries = self._geometries(batch, number + 1)
            columns = [self.column_texts(batch.column(position)) for position in self._positions]
            for index in self._days:
                columns[index] = [value and value.removesuffix(_MIDNIGHT) for value in columns[index]]
            for values, geometry in zip(zip(*columns, strict=True), geometries, strict=True):
                number += 1
                yield number, list(values), geometry
        self._note_remarks()
        self.check_count(number)

    def check_count(self, count: int) -> None:
        """Hook: refuse a file of which GDAL read ``count`` features and left others in silence."""

    def decoded(self, text: str) -> str:
        """Hook: return a text, or a title, as the producer wrote it."""
        return text

    def column_texts(self, column: Any) -> Column:
        """Hook: return the values of a column as text; bytes that are no text are reported, once."""
        try:
            return texts(column)
        except UnicodeDecodeError:
            values = [
                None if value is None else repaired(value) for value in column.cast("binary").to_pylist()
            ]
        if any("\ufffd" in value for value in values if value):
            self.note(
                "text_broken",
                _("Des textes ne sont pas dans l’encodage du fichier : un signe y remplace l’illisible."),
            )
        return [value or None for value in values]

    def _batches(self) -> Iterator[Any]:
        with self._open() as (_meta, reader):
            yield from reader

    def _open(self) -> AbstractContextManager[tuple[dict[str, Any], Any]]:
        """Open the chosen layer; dates of GeoJSON stay the text they are."""
        options = {"DATE_AS_STRING": "YES"} if self.format == "geojson" else {}
        opened: AbstractContextManager[tuple[dict[str, Any], Any]] = pyogrio.open_arrow(
            self._path,
            layer=None if self.format in _ONE_LAYER else self._gdal_layer,
            batch_size=BATCH,
            use_pyarrow=True,
            datetime_as_string=True,  # typed, some drivers lose the zone
            return_fids=self._has_own_key,
            **options,
        )
        return opened

    def _geometries(self, batch: Any, first: int) -> list[bytes | None]:
        if self._geometry < 0:
            return [None] * int(batch.num_rows)
        column = batch.column(self._geometry)
        return self._shapes.take(getattr(column, "storage", column).to_pylist(), first)

    def find_layers(self) -> tuple[str, ...]:
        """Return the layers of the file, those of the format's own apart."""
        with gdal_errors_as_refusals(self._remarks):
            names = tuple(str(name) for name, _kind in pyogrio.list_layers(self._path))
        if not names:
            raise EmptyFile(_("Le fichier ne contient aucune couche."))
        return names

    def _choose(self) -> str:
        """Return the requested layer, or the first that has features, and report the others."""
        requested = self.options.layer
        if requested and requested not in self.layers:
            raise UnknownPart(
                _("Le fichier n’a pas de couche « %(layer)s » ; il contient : %(layers)s.")
                % {"layer": requested, "layers": ", ".join(self.layers)},
                parameter="layer",
            )
        if requested or len(self.layers) == 1:
            return requested or self.layers[0]
        ranked = sorted(
            self.layers, key=lambda name: _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED)
        )
        layer = next((name for name in ranked if self._count(name)), ranked[0])
        self.note("several_layers", several_layers(layer, ranked))
        return layer

    def _count(self, layer: str) -> int:
        with gdal_errors_as_refusals(self._remarks):
            name = None if self.format in _ONE_LAYER else layer
            return int(pyogrio.read_info(self._path, layer=name, force_feature_count=True)["features"])

    def _read_schema(self) -> None:
        meta, schema = self._opened_schema()
        if self.format == "gpkg" and meta["fid_column"].lower() not in _NUMBERS_OF_SOFTWARE:
            self._has_own_key = True
            meta, schema = self._opened_schema()
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        self._geometry = _geometry_index(schema, geometry_name) if meta["geometry_type"] else -1
        positions = [position for position in range(len(schema.names)) if position != self._geometry]
        machinery = _MACHINERY.get("kml" if self.format == "kmz" else self.format, frozenset())
        data_columns = [position for position in positions if schema.names[position] not in machinery]
        self._positions = [position for position in data_columns if is_readable(schema.field(position).type)]
        if len(self._positions) < len(data_columns):
            self.note("binary_field", _("Des champs binaires du fichier ne sont pas lus."))
        if len(positions) != len(meta["fields"]) + self._has_own_key:
            raise UnreadableFile(_("Les champs du fichier ne peuvent pas être lus."))
        self.has_geometry = self._geometry >= 0
        self.take_titles([self.decoded(schema.names[position]) for position in self._positions])
        columns = [schema.field(position) for position in self._positions]
        self.hints = with_texts([_hint(column) for column in columns], [column.type for column in columns])
        instants = [index for index, hint in enumerate(self.hints) if hint is ColumnType.DATETIME]
        self._days = instants if self.format in _WITHOUT_DAYS else []
        self.srid = self._srid(meta["crs"]) if self.has_geometry else None
        if self.format in _COUNTED:
            self.estimated_rows = self._count(self.layer)

    def _opened_schema(self) -> tuple[dict[str, Any], Any]:
        with gdal_errors_as_refusals(self._remarks), self._open() as (meta, reader):
            return meta, reader.schema

    def _srid(self, definition: str | None) -> int | None:
        if self.options.crs is not None:
            return self.options.crs
        srid = srid_of(definition)
        if definition and srid is None:
            self.note("crs_unknown", _("Le système de coordonnées du fichier n’a pas de code connu."))
        return srid

    def _note_remarks(self) -> None:
        """Say what GDAL found strange, the first few times."""
        remarks = [remark for remark in dict.fromkeys(self._remarks) if not _IGNORED_REMARKS.search(remark)]
        for remark in remarks[:_MAX_REMARKS]:
            self.note("reader", _("Remarque du lecteur : %s") % remark)


def _hint(column: Any) -> ColumnType | None:
    """Return the type that a layer declares for a column; instants come as texts that say so."""
    is_instant = (column.metadata or {}).get(b"GDAL:OGR:type") == b"DateTime"
    return ColumnType.DATETIME if is_instant else hint_of(column.type)


def _geometry_index(schema: Any, name: str) -> int:
    """Return the place of the geometry: a field of the file may have the name that GDAL gives it."""
    kinds = [(column.metadata or {}).get(b"ARROW:extension:name", b"") for column in schema]
    marked = [index for index, kind in enumerate(kinds) if kind.endswith(b".wkb")]
    return marked[0] if marked else int(schema.get_field_index(name))


def several_layers(read: str, layers: Iterable[str]) -> str:
    """Return the sentence that names the layer read, and the others."""
    other_layers = [f"« {layer} »" for layer in layers if layer != read]
    named = ", ".join(other_layers[:_MAX_NAMED]) + ("…" if len(other_layers) > _MAX_NAMED else "")
    return _("Le fichier contient plusieurs couches : « %(read)s » est lue. Les autres : %(others)s.") % {
        "read": read,
        "others": named,
    }
