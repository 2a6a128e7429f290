"""The table of formats, and the way from a selection to a file: by the views at once, by a job for what takes long.

A format without a place for the notice (CSV, GeoJSON by lines) has it as a text file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _

from export_formats.columns import ExportColumn, columns_of, dictionary_entry
from export_formats.csv import (
    write_excel,
    write_excel_for_people,
    write_plain,
    write_plain_for_people,
    write_semicolon,
    write_semicolon_with_titles,
)
from export_formats.gdal import write_flatgeobuf, write_shapefile
from export_formats.geojson import write_collection, write_lines, write_records
from export_formats.geopackage import write_geopackage
from export_formats.notice import Notice, dated_name, notice_of
from export_formats.official import official_fields, write_official
from export_formats.parquet import write_parquet
from export_formats.xlsx import MAX_ROWS, write_workbook, write_workbook_for_people
from export_formats.xml import write_gml, write_kml
from layers.access import Scope
from layers.crs import CRS84, WGS84, Crs
from layers.definitions import LayerDefinition
from layers.errors import Forbidden, InvalidParameter, UnknownCrs
from layers.parsing.query import MATCHED
from layers.queries import Selection
from layers.sql.limits import closing_reads

# The parameter that asks for headings and labels in words, its value for them and for codes alone.
HEADINGS, LABELS, CODES = "entetes", "libelles", "codes"
Writer = Callable[[Selection, Path, Notice], int]
NOTICE_EXTENSION = "notice.txt"
NOTICE_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export.

    ``extension`` closes the address and the file's name (``shp.zip``). ``write`` fills a path that does not exist and
    returns how many rows it wrote. ``served`` are the SRIDs the format can hold, empty for all. ``cells_per_second`` is
    the rate measured on the reference machine (``bench/exports.py``), for estimates only. A format that is not
    ``embeds_notice`` has no place for the notice: it goes beside the file (``beside``).
    """

    extension: str
    title: str
    media_type: str
    write: Writer
    cells_per_second: int
    needs_geometry: bool = False
    served: frozenset[int] = frozenset()
    max_rows: int = 0
    # Whether coordinates are written in the axis order of the authority; other files are x, y by their own standard.
    follows_authority: bool = False
    embeds_notice: bool = True
    # How the format is written for people, with units and labels: of those that spreadsheets open.
    write_for_people: Writer | None = None
    is_for_people: bool = False

    @property
    def variant(self) -> str:
        """What tells the files of this format from others of the same question."""
        return f"{self.extension} {LABELS}" if self.is_for_people else self.extension

    def for_people(self) -> Format:
        """Return the format as it is written for people; itself where there is one form for all."""
        if self.write_for_people is None:
            return self
        return replace(self, write=self.write_for_people, is_for_people=True)

    def holds(self, crs: Crs) -> bool:
        """Whether coordinates in this CRS can be written."""
        return not self.served or crs.srid in self.served


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written: ``size`` in bytes, ``file_name`` as a person keeps it."""

    rows: int
    size: int
    media_type: str
    file_name: str


_CSV = "text/csv; charset=utf-8; header=present"
_WGS84 = frozenset({4326})
_TABLE = (
    Format(
        "csv",
        "CSV",
        _CSV,
        write_plain,
        3_000_000,
        embeds_notice=False,
        write_for_people=write_plain_for_people,
    ),
    Format(
        "excel.csv",
        "CSV (Excel)",
        _CSV,
        write_excel,
        2_500_000,
        embeds_notice=False,
        write_for_people=write_excel_for_people,
    ),
    Format(
        "xlsx",
        "Excel (XLSX)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_workbook,
        1_000_000,
        max_rows=MAX_ROWS,
        write_for_people=write_workbook_for_people,
    ),
    Format("geojson", "GeoJSON", "application/geo+json", write_collection, 3_000_000),
    Format(
        "geojsonl",
        "GeoJSON Lines",
        "application/x-ndjson",
        write_lines,
        3_000_000,
        served=_WGS84,
        embeds_notice=False,
    ),
    Format("gpkg", "GeoPackage", "application/geopackage+sqlite3", write_geopackage, 1_200_000),
    Format("shp.zip", "Shapefile", "application/zip", write_shapefile, 900_000, needs_geometry=True),
    Format("fgb", "FlatGeobuf", "application/flatgeobuf", write_flatgeobuf, 1_200_000, needs_geometry=True),
    Format(
        "kml",
        "KML",
        "application/vnd.google-earth.kml+xml",
        write_kml,
        1_000_000,
        needs_geometry=True,
        served=_WGS84,
    ),
    Format("parquet", "GeoParquet", "application/vnd.apache.parquet", write_parquet, 1_500_000),
    Format(
        "gml",
        "GML",
        "application/gml+xml; version=3.2",
        write_gml,
        1_000_000,
        needs_geometry=True,
        follows_authority=True,
    ),
)
FORMATS: Mapping[str, Format] = MappingProxyType({kind.extension: kind for kind in _TABLE})
# The file of a national schema, of the layers that have one.
OFFICIAL = Format(
    "officiel.csv",
    "CSV (officiel)",
    _CSV,
    write_official,
    1_000_000,
    served=_WGS84,
    embeds_notice=False,
)
# What programs of the former portal read: its addresses serve them, and pages do not offer them.
_FORMER = (
    Format("json", "JSON", "application/json", write_records, 3_000_000, embeds_notice=False),
    Format(
        "explore.csv",
        "CSV",
        _CSV,
        write_semicolon,
        3_000_000,
        embeds_notice=False,
        write_for_people=write_semicolon_with_titles,
    ),
)
EVERY_FORMAT: Mapping[str, Format] = MappingProxyType(
    {**FORMATS, OFFICIAL.extension: OFFICIAL, **{kind.extension: kind for kind in _FORMER}}
)
# Opening a file, indexes and notices: what the smallest export costs.
_FIXED_SECONDS = 0.05


def formats_of(definition: LayerDefinition) -> list[Format]:
    """Return the formats a layer may be exported in, in the order of the table: fewer for one without geometry."""
    return [kind for kind in _TABLE if definition.geometry.is_located or not kind.needs_geometry]


def official_formats(scope: Scope) -> list[Format]:
    """Return the official file of a layer under its own title, for who reads all its columns; nothing else."""
    official = scope.definition.official_file
    if official is None or official_fields(scope) is None:
        return []
    return [replace(OFFICIAL, title=str(official.title))]


def page_formats(definition: LayerDefinition) -> list[Format]:
    """Return the formats that pages offer: those of spreadsheets in the form for people, then those of programs.

    The plain CSV is in both, and its title tells which.
    """
    formats = formats_of(definition)
    read = [kind.for_people() for kind in formats if kind.write_for_people]
    codes = [replace(kind, title=f"{kind.title} (codes)") for kind in formats if kind.extension == "csv"]
    return [*read, *codes, *(kind for kind in formats if not kind.write_for_people)]


def check_export(selection: Selection, kind: Format) -> None:
    """Refuse what the visitor may not take or the format cannot hold.

    Raises:
        Forbidden: the visitor sees the layer and may not download it.
        InvalidParameter: a table in a format of positions, or more rows than the format holds.
        UnknownCrs: a CRS that the format cannot say.
    """
    scope = selection.scope
    if not scope.can_download:
        raise Forbidden(_("Votre droit sur cette couche ne permet pas de la télécharger."))
    if kind.needs_geometry and not scope.definition.geometry.is_located:
        offered = ", ".join(other.extension for other in formats_of(scope.definition))
        raise InvalidParameter(
            _(
                "Cette couche n’a pas de géométrie : %(format)s n’est pas possible. Formats possibles : %(offered)s."
            )
            % {"format": kind.title, "offered": offered},
            parameter="format",
        )
    if not kind.holds(selection.query.crs):
        raise UnknownCrs(
            _("%(format)s est toujours en WGS 84 (longitude, latitude) : retirez crs ou demandez %(crs)s.")
            % {"format": kind.title, "crs": CRS84.uri},
            parameter="crs",
        )
    if kind.extension == OFFICIAL.extension:
        _check_official(selection)
    if kind.max_rows and selection.timed_count("count") > kind.max_rows:
        raise InvalidParameter(
            _("%(format)s tient %(max)d lignes au plus : ajoutez un filtre ou prenez un autre format.")
            % {"format": kind.title, "max": kind.max_rows},
            parameter="format",
        )


def _check_official(selection: Selection) -> None:
    """Refuse the official file of a layer that has none, in part, or to who does not read every column.

    Raises:
        InvalidParameter, Forbidden: as it says.
    """
    if selection.scope.definition.official_file is None:
        raise InvalidParameter(_("Cette couche n’a pas de fichier officiel."), parameter="format")
    if official_fields(selection.scope) is None:
        raise Forbidden(
            _(
                "Le fichier officiel a toutes les colonnes de son schéma, et vos droits ne les ouvrent pas toutes."
            )
        )
    query = selection.query
    shaping = {"properties": query.properties is not None, "sortby": query.sort, MATCHED: query.is_matched}
    for name, is_requested in shaping.items():
        if is_requested:
            raise InvalidParameter(
                _("Les colonnes et l’ordre du fichier officiel sont ceux de son schéma : retirez %s.") % name,
                parameter=name,
            )


def crs_of(selection: Selection, kind: Format) -> Crs:
    """Return the CRS and the axis order of the coordinates in a file.

    Files are x, y by their own standards, whatever the order of the authority; GML alone follows it.
    """
    crs = selection.query.crs
    if crs.srid != 4326:
        return crs
    return WGS84 if kind.follows_authority else CRS84


def write_export(selection: Selection, kind: Format, path: Path) -> WrittenFile:
    """Write every row of a selection, whatever its page, to ``path``, which must not exist. Memory is bounded.

    Raises:
        Forbidden, InvalidParameter, UnknownCrs: as ``check_export``.
        TooSlow: the database did not answer in the time given to a count or an export.
        ExportFailed: the format or the disk cannot hold the rows.
    """
    check_export(selection, kind)
    with closing_reads():
        rows = kind.write(selection, path, notice_of(selection, crs_of(selection, kind)))
    return WrittenFile(rows, path.stat().st_size, kind.media_type, file_name(selection, kind))


def estimate_seconds(selection: Selection, kind: Format) -> float:
    """Return how long ``write_export`` should take, from rates measured on the reference machine."""
    cells = selection.timed_count("count") * (len(selection.fields) + 2)
    return _FIXED_SECONDS + cells / kind.cells_per_second


def file_name(selection: Selection, kind: Format) -> str:
    """Return the name a person keeps the file under: layer and day, in plain characters for every system."""
    return dated_name(selection, kind.extension)


def notice_text(selection: Selection, *, page: str, address: str) -> str:
    """Return the notice of the rows of a selection, and what each column is.

    ``page`` is where people read about the layer, ``address`` where the notice is from. Line ends are those that every
    editor of a PC shows.
    """
    notice = notice_of(selection, crs_of(selection, FORMATS["csv"]))
    lines = [
        notice.text(selection.count()),
        _line(_("Page de la couche"), page),
        _line(_("Adresse de la notice"), address),
        "",
        _("Colonnes"),
        *(_column(column) for column in columns_of(selection)),
    ]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"


def notice_name(selection: Selection) -> str:
    """Return the name of the notice: that of the file it is beside, but for its end."""
    return dated_name(selection, NOTICE_EXTENSION)


def _column(column: ExportColumn) -> str:
    name, *texts = dictionary_entry(column)
    phrase = _(" ; ").join(text.rstrip(".") for text in texts if text)
    return f"  {_line(name, phrase)}"


def _line(title: str, text: str) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}
