"""What GDAL writes: FlatGeobuf and Shapefile (the GeoPackage has more than its rows: ``geopackage``).

FlatGeobuf has features one after the other behind an index that readers use over the network. A Shapefile is in a ZIP
with a text that says what the format took away: names have ten characters and texts 254 bytes, no missing text differs
from an empty one and dates have no time of day. An instant is two columns: its text of ISO 8601 in UTC, and its day in
France as a date. LISEZMOI.txt has the mapping of the names and the number of texts cut in each column.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from export_formats.columns import ExportColumn, columns_of, types_of
from export_formats.notice import Notice
from export_formats.rows import rows_of
from export_formats.tables import Table
from export_formats.writer_process import file_writer
from layers.definitions import FieldType
from layers.queries import Selection

# GDAL sorts the index in memory, some 200 bytes a feature: beyond this the file goes without, as the format allows.
INDEXED_ROWS = 200_000
_GEOMETRY = "geometry"
MAX_NAME = 10
_MAX_TEXT = 254
README = "LISEZMOI.txt"
# The end of the name of a date beside its instant.
_DAY = "_jour"


def write_flatgeobuf(selection: Selection, path: Path, notice: Notice) -> int:
    """Write FlatGeobuf, with its spatial index unless it is very large; return the number of features."""
    options = {
        "TITLE": notice.title,
        "DESCRIPTION": notice.text(),
        "SPATIAL_INDEX": "YES" if _is_indexed(selection) else "NO",
    }
    columns = columns_of(selection, reserved=[_GEOMETRY])
    with file_writer("gdal", path, driver="FlatGeobuf", days=None) as file:
        count = file.write(
            replace(_table(selection, columns, notice), options=options),
            rows_of(selection, columns, notice.crs, has_geometry=True),
        )
        file.finish()
    return count


def _table(selection: Selection, columns: tuple[ExportColumn, ...], notice: Notice) -> Table:
    definition = selection.scope.definition
    return Table(definition.slug, types_of(columns), _GEOMETRY, definition.geometry.value, notice.crs.srid)


def _is_indexed(selection: Selection) -> bool:
    """Say whether the file gets its index: not a very large one, nor one with a feature that is nowhere."""
    return selection.count() <= INDEXED_ROWS and not selection.queryset.filter(geom__isnull=True).exists()


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
    columns = short_names(columns_of(selection, reserved=[_GEOMETRY]))
    days = day_names(columns)
    with TemporaryDirectory(dir=path.parent) as folder:
        shapes = Path(folder) / f"{selection.scope.slug}.shp"
        with file_writer("gdal", shapes, driver="ESRI Shapefile", days=days) as file:
            count = file.write(
                _table(selection, columns, notice),
                rows_of(selection, columns, notice.crs, has_geometry=True),
            )
            cut = file.finish()["cut"]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
            archive.writestr(README, readme(notice, count, columns, cut, days))
    return count


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
        % {"name": name, "count": number, "max": _MAX_TEXT}
        for name, number in cut.items()
    ]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"
