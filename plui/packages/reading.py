"""Read a package from an archive: find its folder, choose its model, read its metadata and tables.

Runs in the child process of ``sandbox``: the archive is expanded in the folder of the child, and GDAL reads it there.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import shapely
from django.utils.translation import gettext as _

from layers.errors import InvalidArchive
from layers.parsing.archives import extract, inspect
from layers.parsing.declared_crs import srid_of
from layers.parsing.gdal import DataLayerError, DataSourceError, FeatureError, GeometryError, pyogrio
from plui.packages.arcs import has_arcs, linear_shape
from plui.packages.content import Package, PackageFile, TableContent
from plui.packages.errors import PackageRefused
from plui.packages.standards import GEOMETRY, YEARS, Model, TableModel, table_models
from plui.packages.tree import GEOGRAPHIC, TABLE_EXTENSIONS, WRITTEN

MAX_BYTES = 4 * 1024**3
MAX_ROWS = 200_000
_SPECIFICATION = re.compile(r"CNIG\s+(?P<typedoc>PLUi|PLUI|PLU)\s+v(?P<year>20\d\d)", re.IGNORECASE)
_FAULTS = (DataSourceError, DataLayerError, FeatureError, GeometryError, RuntimeError, ValueError, OSError)
_LATIN = "ISO-8859-1"


def open_folder(file: BinaryIO, folder: Path, *, name: str = "") -> tuple[Path, list[Path]]:
    """Expand an archive in ``folder``; return the folder of its package and the files in it.

    ``name`` is the package to read of an archive that has several.

    Raises:
        PackageRefused: it is no archive, or holds no package, or several without a name.
    """
    try:
        with inspect(file, limit=MAX_BYTES) as archive:
            extract(archive, folder, limit=MAX_BYTES)
            for entry in archive.infolist():
                if entry.is_dir():
                    folder.joinpath(*PurePosixPath(entry.filename).parts).mkdir(parents=True, exist_ok=True)
    except InvalidArchive as error:
        raise PackageRefused(error.detail, parameter="file") from error
    roots = _roots(folder)
    if not roots:
        raise PackageRefused(
            _("L’archive ne contient aucun dossier « %(first)s » ni « %(second)s ».")
            % {"first": GEOGRAPHIC, "second": WRITTEN},
            parameter="file",
        )
    chosen = [root for root in roots if root.name == name] if name else roots
    if len(chosen) != 1:
        raise PackageRefused(
            _("L’archive contient plusieurs documents : nommez celui à lire. Documents : %s.")
            % ", ".join(root.name for root in roots),
            parameter="package",
        )
    root = chosen[0]
    return root, sorted(path for path in root.rglob("*") if path.is_file())


def _roots(folder: Path) -> list[Path]:
    """Return the folders that hold the two parts of a package, or one of them."""
    parents = {
        path.parent for path in folder.rglob("*") if path.is_dir() and path.name in {GEOGRAPHIC, WRITTEN}
    }
    return sorted(path for path in parents if path != folder) or sorted(parents)


def choose_model(folder: str, specifications: Iterable[str], names: Iterable[str]) -> tuple[Model, str]:
    """Return the national model of a package and by what it was chosen.

    ``specifications`` are the titles that the metadata cite, ``names`` the names of columns of DOC_URBA and of files.
    """
    parts = folder.split("_")
    is_named = len(parts) > 1 and parts[1].lower() in {"plu", "plui"}
    typedoc = "PLU" if is_named and parts[1].lower() == "plu" else "PLUi"
    for title in specifications:
        if match := _SPECIFICATION.search(title):
            year = int(match["year"])
            known = max((each for each in YEARS if each <= year), default=YEARS[0])
            cited = "PLUi" if match["typedoc"].lower() == "plui" else "PLU"
            return Model(typedoc if is_named else cited, known), "metadata"
    present = set(names)
    if "INTERCO" in present:
        return Model(typedoc, 2014), "INTERCO"
    if "NOMRAPP" in present:
        return Model(typedoc, 2025), "NOMRAPP"
    if any(re.search(r"_(delib|arrete|decision|avis)_[a-z_]+_", each) for each in present):
        return Model(typedoc, 2024), "0_Procedure"
    return Model(typedoc, 2025), "default"


def package_files(root: Path, paths: Iterable[Path]) -> list[PackageFile]:
    """Describe the files of a package, those of operating systems left out."""
    files = [PackageFile(path.relative_to(root).as_posix(), path.stat().st_size) for path in paths]
    return [file for file in files if not file.is_of_a_system]


def table_files(files: Iterable[PackageFile], names: Iterable[str]) -> dict[str, PackageFile]:
    """Return the file that opens each table, by name of table; whatever its case and folder."""
    by_table: dict[str, PackageFile] = {}
    known = sorted(names, key=len, reverse=True)
    by_rank = sorted(
        (
            file
            for file in files
            if file.extension in TABLE_EXTENSIONS and not file.folder.startswith(WRITTEN)
        ),
        key=lambda file: TABLE_EXTENSIONS.index(file.extension),
    )
    for file in by_rank:
        stem = PurePosixPath(file.path).stem.upper()
        table = next((name for name in known if re.search(rf"(^|_){name}($|_)", stem)), None)
        if table:
            by_table.setdefault(table, file)
    return {name: by_table[name] for name in names if name in by_table}


def read_table(root: Path, file: PackageFile, model: TableModel) -> TableContent:
    """Read a table; its texts are Latin-1, a character a byte, but in formats that are UTF-8 by definition.

    Raises:
        PackageRefused: too many rows.
        UnreadableTable: it cannot be read.
    """
    path = root / file.path
    if file.extension == "csv":
        return _read_csv(path, file, model)
    _lower_neighbours(path)
    is_bytes = file.extension in {"shp", "dbf", "tab", "mif"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(path, encoding=_LATIN if is_bytes else None)
            if info["features"] > MAX_ROWS:
                raise PackageRefused(_too_many(file), parameter="file")
            meta, _fids, geometries, columns = pyogrio.raw.read(
                path, encoding=_LATIN if is_bytes else None, datetime_as_string=True
            )
    except _FAULTS as error:
        raise UnreadableTable(file.path) from error
    shapes, unreadable = _shapes(geometries, len(columns[0]) if columns else 0)
    return TableContent(
        model=model,
        path=file.path,
        columns=[str(name).upper() for name in meta["fields"]],
        texts=[[_text(value) for value in column.tolist()] for column in columns],
        shapes=shapes,
        has_geometry=geometries is not None,
        srid=srid_of(meta["crs"]) if geometries is not None else None,
        encoding="" if is_bytes else "utf-8",
        unreadable=unreadable,
    )


class UnreadableTable(Exception):
    """A table that GDAL cannot read; the message is its path in the package."""


def _lower_neighbours(path: Path) -> None:
    """Give the neighbours of a table lower-case extensions, which GDAL looks for; leave out ``.cpg``."""
    for other in list(path.parent.iterdir()):
        if other.stem != path.stem or not other.is_file():
            continue
        if other.suffix.lower() == ".cpg":
            other.unlink()
        elif other != path and other.suffix != other.suffix.lower():
            target = other.with_suffix(other.suffix.lower())
            if not target.exists():
                other.rename(target)


def _text(value: object) -> str:
    """Return a value as the standard writes it: days without dashes, whole numbers without a point."""
    if value is None or value != value:  # a missing number is NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    day = re.fullmatch(r"(\d{4})[-/](\d{2})[-/](\d{2})(T00:00:00.*)?", text)
    return "".join(day.group(1, 2, 3)) if day else text


def _shapes(geometries: Any, count: int) -> tuple[list[Any], frozenset[int]]:
    """Return shapes of WKB, and the rows whose geometry cannot be read."""
    if geometries is None:
        return [None] * count, frozenset()
    shapes = shapely.force_2d(shapely.from_wkb(geometries, on_invalid="ignore")).tolist()
    unreadable = frozenset(
        row
        for row, (wkb, shape) in enumerate(zip(geometries, shapes, strict=True))
        if wkb is not None and shape is None
    )
    return [None if shape is None or shape.is_empty else shape for shape in shapes], unreadable


def _read_csv(path: Path, file: PackageFile, model: TableModel) -> TableContent:
    """Read a table of texts, with geometries in WKT in a column of that name."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    head = content.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    csv.field_size_limit(10_000_000)
    try:
        rows = [row for row in csv.reader(io.StringIO(content), delimiter=delimiter) if row]
    except csv.Error as error:
        raise UnreadableTable(file.path) from error
    if len(rows) > MAX_ROWS:
        raise PackageRefused(_too_many(file), parameter="file")
    titles = [title.strip().upper() for title in rows[0]] if rows else []
    cells = [[_cell(row, index) for row in rows[1:]] for index in range(len(titles))]
    has_geometry = GEOMETRY in titles
    shapes: list[Any] = [None] * max(len(rows) - 1, 0)
    unreadable: frozenset[int] = frozenset()
    if has_geometry:
        index = titles.index(GEOMETRY)
        wkts = [text or None for text in cells[index]]
        straight = [None if text is None or has_arcs(text) else text for text in wkts]
        shapes = shapely.force_2d(shapely.from_wkt(straight, on_invalid="ignore")).tolist()
        shapes = [
            linear_shape(text) if text and has_arcs(text) else shape
            for text, shape in zip(wkts, shapes, strict=True)
        ]
        unreadable = frozenset(row for row, text in enumerate(wkts) if text and shapes[row] is None)
        del titles[index], cells[index]
    return TableContent(model, file.path, titles, cells, shapes, has_geometry, None, "", unreadable)


def _cell(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _too_many(file: PackageFile) -> str:
    return _("« %(name)s » a plus de %(limit)d lignes.") % {"name": file.path, "limit": MAX_ROWS}


def build_package(
    root: Path, paths: list[Path], *, archive: str, specifications: Iterable[str]
) -> tuple[Package, list[PackageFile]]:
    """Return a package with its tables read, and the files of those that cannot be read."""
    files = package_files(root, paths)
    newest = table_models(Model("PLUi", YEARS[-1]))
    files_of_tables = table_files(files, newest)
    unreadable: list[PackageFile] = []
    contents: dict[str, TableContent] = {}
    for name, file in files_of_tables.items():
        try:
            contents[name] = read_table(root, file, newest[name])
        except UnreadableTable:
            unreadable.append(file)
    columns = contents["DOC_URBA"].columns if "DOC_URBA" in contents else []
    model, reason = choose_model(root.name, specifications, [*columns, *(file.name for file in files)])
    tables = table_models(model)
    for name, content in contents.items():
        content.model = tables[name]
    empty = frozenset(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_dir() and not any(path.iterdir())
    )
    package = Package(root.name, archive, model, reason, files, empty, contents, files_of_tables)
    return package, unreadable
