"""What GDAL writes: FlatGeobuf, Shapefile and (``geopackage``) GeoPackage share one way from the rows to a file.

FlatGeobuf has features one after the other behind an index that readers use over the network. A Shapefile is in a ZIP
with a text that says what the format took away: names have ten characters and texts 254 bytes, no missing text differs
from an empty one and dates have no time of day. An instant is two columns: its text of ISO 8601 in UTC, and its day in
France as a date. LISEZMOI.txt has the mapping of the names and the number of texts cut in each column.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from export_formats.columns import ExportColumn, columns_of
from export_formats.notice import Notice
from export_formats.rows import Rows, clock_times, rows_of
from layers.definitions import FieldType, GeometryType
from layers.errors import ExportFailed
from layers.lazy import lazy_module
from layers.queries import Selection

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

    from layers.parsing import gdal
else:
    pa = lazy_module("pyarrow")
    pc = lazy_module("pyarrow.compute")
    gdal = lazy_module("layers.parsing.gdal")

Options = Mapping[str, str]
# GDAL sorts the index in memory, some 200 bytes a feature: beyond this the file goes without, as the format allows.
INDEXED_ROWS = 200_000
_GEOMETRY = "geometry"
MAX_NAME = 10
MAX_TEXT = 254
README = "LISEZMOI.txt"
# The end of the name of a date beside its instant.
_DAY = "_jour"


def write_rows(
    rows: Rows,
    path: Path,
    *,
    driver: str,
    layer: str,
    kind: GeometryType,
    srid: int,
    geometry: str = "",
    layer_options: Options | None = None,
) -> int:
    """Write rows with a driver of GDAL; ``geometry`` names the column of the positions, empty for a table.

    Raises:
        TooSlow: the database did not answer in the time given to a whole layer.
        ExportFailed: the format cannot hold these rows, or the disk is full.
    """
    kinds = f"{kind.value} Z" if geometry and _has_heights(rows, geometry) else kind.value
    located = {"geometry_name": geometry, "geometry_type": kinds, "crs": f"EPSG:{srid}"} if geometry else {}
    try:
        gdal.pyogrio.write_arrow(
            rows.reader(), path, layer=layer, driver=driver, encoding="UTF-8",
            layer_options=dict(layer_options or {}), **located,
        )  # fmt: skip
    except (gdal.DataSourceError, gdal.FeatureError, gdal.GeometryError, RuntimeError) as error:
        if rows.failure is not None:
            raise rows.failure from error
        raise ExportFailed(_("Le format ne peut pas contenir ces données : %s.") % error) from error
    return rows.count


def _has_heights(rows: Rows, geometry: str) -> bool:
    """Say whether the positions have heights: a column has them on all rows or on none, so the first one tells."""
    batches = iter(rows.batches)
    read: list[pa.RecordBatch] = []
    has_heights = False
    for batch in batches:
        read.append(batch)
        first = next((wkb for wkb in batch.column(geometry).to_pylist() if wkb), None)
        if first is not None:
            has_heights = (
                int.from_bytes(first[1:5], "little" if first[0] else "big") // 1000 == 1
            )  # ISO codes
            break
    rows.batches = chain(read, batches)
    return has_heights


def write_flatgeobuf(selection: Selection, path: Path, notice: Notice) -> int:
    """Write FlatGeobuf, with its spatial index unless it is very large; return the number of features."""
    definition = selection.scope.definition
    columns = columns_of(selection, reserved=[_GEOMETRY])
    options = {
        "TITLE": notice.title,
        "DESCRIPTION": notice.text(),
        "SPATIAL_INDEX": "YES" if _is_indexed(selection) else "NO",
    }
    return write_rows(
        rows_of(selection, columns, notice.crs, geometry=_GEOMETRY), path, driver="FlatGeobuf", layer=definition.slug,
        kind=definition.geometry, srid=notice.crs.srid, geometry=_GEOMETRY, layer_options=options,
    )  # fmt: skip


def _is_indexed(selection: Selection) -> bool:
    """Say whether the file gets its index: not a very large one, nor one with a feature that is nowhere."""
    return selection.count() <= INDEXED_ROWS and not selection.queryset.filter(geom__isnull=True).exists()


@dataclass(slots=True)
class Cutter:
    """Cuts texts to what the format holds and counts them, by column."""

    cut: dict[str, int] = field(default_factory=dict)

    def batches(self, rows: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the batches with short texts, and instants as texts with their days."""
        for batch in rows:
            arrays = list[pa.Array]()
            for part, array in zip(batch.schema, batch.columns, strict=True):
                arrays.append(self._shortened(part.name, array))
                if pa.types.is_timestamp(array.type):
                    arrays.append(_days(array))
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _shortened(self, name: str, array: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(array.type):
            texts = pc.strftime(array, format="%Y-%m-%dT%H:%M:%SZ")
            return pc.replace_substring_regex(texts, r"\.0+Z$", "Z")  # most instants have whole seconds
        if not pa.types.is_string(array.type):
            return array
        too_long = pc.sum(pc.greater(pc.binary_length(array), MAX_TEXT)).as_py() or 0
        if not too_long:
            return array
        self.cut[name] = self.cut.get(name, 0) + too_long
        return pa.array([None if text is None else cut_text(text) for text in array.to_pylist()], pa.string())


def _days(instants: pa.Array) -> pa.Array:
    """Return the day of each instant where the territory is."""
    return pc.floor_temporal(clock_times(instants), unit="day").cast(pa.date32())


def cut_text(text: str) -> str:
    """Keep what fits in 254 bytes of UTF-8, whole characters only."""
    return text.encode()[:MAX_TEXT].decode(errors="ignore")


def short_names(columns: Sequence[ExportColumn]) -> tuple[ExportColumn, ...]:
    """Return the columns under distinct names of ten ASCII characters at most, close to their own."""
    used_names: set[str] = set()
    renamed = []
    for column in columns:
        plain = column.name.encode("ascii", "ignore").decode() or "champ"
        name = _distinct(plain, used_names)
        used_names.add(name.casefold())
        renamed.append(replace(column, name=name))
    return tuple(renamed)


def day_names(columns: Sequence[ExportColumn]) -> dict[str, str]:
    """Return the name of the date of each column of instants, distinct from every other one, by its name."""
    used_names = {column.name.casefold() for column in columns} | {_GEOMETRY}
    names = {}
    for column in columns:
        if column.field.type is FieldType.DATETIME:
            names[column.name] = _distinct(f"{column.name[: MAX_NAME - len(_DAY)]}{_DAY}", used_names)
            used_names.add(names[column.name].casefold())
    return names


def _distinct(plain: str, used_names: Collection[str]) -> str:
    name, number = plain[:MAX_NAME], 1
    while name.casefold() in used_names:
        number += 1
        name = f"{plain[: MAX_NAME - len(str(number)) - 1]}_{number}"
    return name


def write_shapefile(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the archive; return the number of features."""
    definition = selection.scope.definition
    columns = short_names(columns_of(selection, reserved=[_GEOMETRY]))
    cutter, days = Cutter(), day_names(columns)
    rows = rows_of(selection, columns, notice.crs, geometry=_GEOMETRY)
    rows = _dbase(rows, cutter, days)
    with TemporaryDirectory(dir=path.parent) as folder:
        count = write_rows(
            rows, Path(folder) / f"{definition.slug}.shp", driver="ESRI Shapefile", layer=definition.slug,
            kind=definition.geometry, srid=notice.crs.srid, geometry=_GEOMETRY,
        )  # fmt: skip
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
            archive.writestr(README, readme(notice, count, columns, cutter.cut, days))
    return count


def _dbase(rows: Rows, cutter: Cutter, days: Mapping[str, str]) -> Rows:
    """Return the rows as the format holds them."""
    parts = list[pa.Field]()
    for part in rows.schema:
        if pa.types.is_timestamp(part.type):
            parts += [pa.field(part.name, pa.string()), pa.field(days[part.name], pa.date32())]
        else:
            parts.append(part)
    schema = pa.schema(parts)
    return Rows(schema, cutter.batches(iter(rows.batches), schema))


def readme(
    notice: Notice,
    count: int,
    columns: Sequence[ExportColumn],
    cut: Mapping[str, int],
    days: Mapping[str, str],
) -> str:
    """Return the text of the archive, with the line ends that every editor of a PC shows."""
    lines = [notice.text(count), "", _("Noms des champs (dix caractères au plus dans ce format) :")]
    for column in columns:
        lines.append(f"  {column.name:<{MAX_NAME}}  {column.field.name}  {column.field.title}")
        if day := days.get(column.name):
            title = _("%(title)s, le jour en France") % {"title": column.field.title}
            lines.append(f"  {day:<{MAX_NAME}}  {column.field.name}  {title}")
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
