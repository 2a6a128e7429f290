"""Shapefile in a ZIP, with a text that says what the format took away.

Names have ten characters and texts 254 bytes; the format tells no missing text from an empty one and holds no time of
day. The archive holds LISEZMOI.txt with the mapping of the names and the number of texts cut in each column.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from layers.formats.exports.columns import ExportColumn, columns_of
from layers.formats.exports.gdal import write_rows
from layers.formats.exports.notice import Notice
from layers.formats.exports.rows import Rows, rows_of
from layers.queries import Selection

MAX_NAME = 10
MAX_TEXT = 254
README = "LISEZMOI.txt"
_GEOMETRY = "geometry"


@dataclass(slots=True)
class Cutter:
    """Cuts texts to what the format holds and counts them, by column."""

    cut: dict[str, int] = field(default_factory=dict)

    def batches(self, rows: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the batches with short texts, and instants as texts."""
        for batch in rows:
            arrays = [
                self._shortened(part.name, array) for part, array in zip(schema, batch.columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _shortened(self, name: str, array: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(array.type):
            return pc.strftime(array, format="%Y-%m-%dT%H:%M:%SZ")
        if not pa.types.is_string(array.type):
            return array
        too_long = pc.sum(pc.greater(pc.binary_length(array), MAX_TEXT)).as_py() or 0
        if not too_long:
            return array
        self.cut[name] = self.cut.get(name, 0) + too_long
        return pa.array([None if text is None else cut_text(text) for text in array.to_pylist()], pa.string())


def cut_text(text: str) -> str:
    """Keep what fits in 254 bytes of UTF-8, whole characters only."""
    return text.encode()[:MAX_TEXT].decode(errors="ignore")


def short_names(columns: Sequence[ExportColumn]) -> tuple[ExportColumn, ...]:
    """Return the columns under distinct names of ten ASCII characters at most, close to their own."""
    taken: set[str] = set()
    found = []
    for column in columns:
        whole = column.name.encode("ascii", "ignore").decode() or "champ"
        name, number = whole[:MAX_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{whole[: MAX_NAME - len(str(number)) - 1]}_{number}"
        taken.add(name.casefold())
        found.append(replace(column, name=name))
    return tuple(found)


def write_shapefile(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the archive; return the number of features."""
    definition = selection.scope.definition
    columns = short_names(columns_of(selection, reserved=[_GEOMETRY]))
    cutter = Cutter()
    rows = rows_of(selection, columns, notice.crs, geometry=_GEOMETRY)
    rows = _dbase(rows, cutter)
    with TemporaryDirectory(dir=path.parent) as folder:
        count = write_rows(
            rows, Path(folder) / f"{definition.slug}.shp", driver="ESRI Shapefile", layer=definition.slug,
            kind=definition.geometry, srid=notice.crs.srid, geometry=_GEOMETRY,
        )  # fmt: skip
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
            archive.writestr(README, readme(notice, count, columns, cutter.cut))
    return count


def _dbase(rows: Rows, cutter: Cutter) -> Rows:
    """Return the rows as the format holds them."""
    parts = [
        pa.field(part.name, pa.string()) if pa.types.is_timestamp(part.type) else part for part in rows.schema
    ]
    schema = pa.schema(parts)
    return Rows(schema, cutter.batches(iter(rows.batches), schema))


def readme(notice: Notice, count: int, columns: Sequence[ExportColumn], cut: dict[str, int]) -> str:
    """Return the text of the archive, with the line ends that every editor of a PC shows."""
    lines = [notice.text(count), "", _("Noms des champs (dix caractères au plus dans ce format) :")]
    lines += [f"  {column.name:<{MAX_NAME}}  {column.field.name}  {column.field.title}" for column in columns]
    lines += [
        "",
        _(
            "Ce format ne distingue pas un texte absent d’un texte vide ; date et heure y sont des textes (UTC)."
        ),
        _("Encodage : UTF-8 (fichier .cpg)."),
    ]
    lines += [
        _("%(name)s : %(count)d textes de plus de %(max)d octets, coupés.")
        % {"name": name, "count": number, "max": MAX_TEXT}
        for name, number in cut.items()
    ]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"
