"""GeoParquet (1.0, 1.1; WKB encoding) and plain Parquet, by batches through Arrow: GDAL's wheel does not read them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile, UnsafeFile
from datasets.readers.geometries import GeometryColumn
from datasets.readers.source import MAX_SHEET_BYTES, RawRow, ReadOptions, Source
from datasets.readers.texts import hint_of, is_readable, texts, with_texts
from layers.parsing.declared_crs import WGS84, srid_of

BATCH = 5_000
_BOX = frozenset({"xmin", "ymin", "xmax", "ymax"})


class ParquetSource(Source):
    """A Parquet file; with the primary geometry column of GeoParquet when it declares one."""

    format = "parquet"

    def __init__(self, files: list[Path], _kind: str, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        try:
            self._file = pq.ParquetFile(files[0], page_checksum_verification=True)
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableFile(_("Ce fichier Parquet est endommagé ou incomplet.")) from error
        self._check_size()
        self.declared_rows = int(self._file.metadata.num_rows)
        schema = self._file.schema_arrow
        _check_names(schema.names)
        self._shapes = GeometryColumn(self)
        geo = _metadata(self._file.metadata.metadata or {})
        self._geometry = self._find_geometry(geo)
        columns = [column for column in schema if column.name != self._geometry and not _is_box(column.type)]
        readable = [column.name for column in columns if is_readable(column.type)]
        for column in columns:
            if column.name not in readable:
                self.note(
                    "binary_field", _("Des champs binaires du fichier ne sont pas lus."), field=column.name
                )
        self._columns = readable
        self.take_titles(readable)
        kinds = [schema.field(name).type for name in readable]
        self.hints = with_texts(tuple(map(hint_of, kinds)), kinds)
        self.has_geometry = bool(self._geometry)
        if self.has_geometry:
            self.srid = options.crs or self._declared_srid(geo)

    def rows(self) -> Iterator[RawRow]:
        """Read the rows in the order of the file; the number of a row is its rank."""
        number = 0
        self._shapes.restart()
        try:
            for batch in self._file.iter_batches(
                BATCH, columns=[*self._columns, *filter(None, [self._geometry])]
            ):
                columns = [texts(batch.column(name)) for name in self._columns]
                geometries = self._geometries(batch, number + 1)
                for values, geometry in zip(zip(*columns, strict=True), geometries, strict=True):
                    number += 1
                    yield number, list(values), geometry
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableFile(
                _("Ce fichier Parquet est endommagé après la ligne %d.") % number, line=number
            ) from error

    def _geometries(self, batch: Any, first: int) -> list[bytes | None]:
        if not self._geometry:
            return [None] * int(batch.num_rows)
        column = batch.column(self._geometry)
        return self._shapes.take(getattr(column, "storage", column).to_pylist(), first)

    def _check_size(self) -> None:
        metadata = self._file.metadata
        sizes = [metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)]
        if max(sizes, default=0) > MAX_SHEET_BYTES:
            raise UnsafeFile(_("Un groupe de lignes de ce fichier Parquet est trop volumineux pour être lu."))

    def _find_geometry(self, geo: dict[str, Any]) -> str:
        name = str(geo.get("primary_column", ""))
        if not name:
            return ""
        columns = geo.get("columns")
        column = columns.get(name) if isinstance(columns, dict) else None
        encoding = column.get("encoding") if isinstance(column, dict) else None
        if name not in self._file.schema_arrow.names or encoding != "WKB":
            raise UnreadableFile(_("La géométrie de ce fichier GeoParquet n’est pas en WKB."))
        return name

    def _declared_srid(self, geo: dict[str, Any]) -> int | None:
        """Return the CRS of the column; absent means OGC:CRS84, null means unknown (GeoParquet 1.1, crs)."""
        column = geo["columns"][self._geometry]
        if "crs" not in column:
            return WGS84
        srid = srid_of(json.dumps(column["crs"])) if column["crs"] else None
        if srid is None:
            self.note("crs_unknown", _("Le système de coordonnées du fichier n’a pas de code connu."))
        return srid


def _check_names(names: list[str]) -> None:
    """Refuse a file with two columns of one name.

    Raises:
        UnreadableFile: the name is in the message.
    """
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UnreadableFile(_("Deux colonnes de ce fichier Parquet s’appellent « %s ».") % twice[:200])


def _is_box(kind: pa.DataType) -> bool:
    """Whether a column holds the bounding boxes of features, redundant with the geometries (GeoParquet 1.1)."""
    return bool(pa.types.is_struct(kind)) and {field.name for field in kind} >= _BOX


def _metadata(footer: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Return the ``geo`` metadata of the file, which its schema does not always repeat; empty for plain Parquet."""
    try:
        document = json.loads(footer.get(b"geo", b"{}"))
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
