"""Write the package of a document that is online, and check it as one that came from elsewhere.

Tables are shapefiles in UTF-8 and EPSG:2154 (CNIG PLU §3.2), of single parts; none is empty, since the national
validator refuses an empty table. Children of ``sandbox`` write them.
"""

from __future__ import annotations

import binascii
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from export_formats.rows import RowBlock
from export_formats.tables import Table
from export_formats.writer_process import file_writer
from layers.definitions import FieldType
from layers.visitor import Visitor
from metadata.records import Record, layer_record
from plui.models import WrittenPiece
from plui.packages.services import PackageReport, check_package_file
from plui.packages.standards import TableModel, table_models
from plui.packages.tree import GEOGRAPHIC
from plui.vocabulary import UNKNOWN_DATE
from plui.writing.formats import RecordContent, document_keywords, metadata_document
from plui.writing.queries import (
    PlanSource,
    Row,
    commune_rows,
    document_rows,
    object_rows,
    package_pieces,
    plan_bounds,
    plan_source,
)

_SRID = 2154
_BLOCK_ROWS = 500
_NEIGHBOURS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A package: its path, the name of its archive, and how many rows each table has."""

    path: Path
    name: str
    counts: dict[str, int]


def write_package(*, visitor: Visitor, idurba: str, folder: Path) -> WrittenPackage:
    """Write the package of a document into a folder that is the caller's; nothing but the archive stays there.

    Raises:
        UnknownFeature, Forbidden: see ``plan_source``.
        ExportFailed: a table cannot be written.
        OSError: the disk has no room.
    """
    with transaction.atomic():
        source = plan_source(visitor, idurba=idurba)
        tables = {model.name: _rows(source, model) for model in table_models(source.model).values()}
        record = metadata_document(_record(source, visitor))
    path = folder / f"{source.folder}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for model in table_models(source.model).values():
            if tables[model.name]:
                for file, name in _written_table(source, model, tables[model.name], folder):
                    archive.write(file, f"{source.folder}/{name}")
                    file.unlink()
        archive.writestr(f"{source.folder}/{source.folder}.xml", record)
        for piece in package_pieces(source):
            _add_piece(archive, f"{source.folder}/{piece.path}", piece)
    return WrittenPackage(path, path.name, {name: len(rows) for name, rows in tables.items() if rows})


def check_written(package: WrittenPackage) -> PackageReport:
    """Return what the check says of a written package.

    Raises:
        PackageRefused: it cannot be read.
    """
    with package.path.open("rb") as file:
        return check_package_file(file, name=package.name)


def _rows(source: PlanSource, model: TableModel) -> list[Row]:
    match model.name:
        case "DOC_URBA":
            return document_rows(source)
        case "DOC_URBA_COM":
            return commune_rows(source)
        case _:
            return object_rows(source, model)


def _written_table(
    source: PlanSource, model: TableModel, rows: Sequence[Row], folder: Path
) -> Iterator[tuple[Path, str]]:
    """Write a table; yield its files and their paths in the package."""
    stem = f"{source.authority}_{model.name}_{source.ending}"
    path = folder / f"{stem}{'.shp' if model.geometry else '.dbf'}"
    columns = tuple(
        (each.name, (FieldType.INTEGER if each.is_integer else FieldType.TEXT).value)
        for each in model.attributes
    )
    located: dict[str, Any] = (
        {"geometry": "geom", "kind": model.geometry, "srid": _SRID} if model.geometry else {}
    )
    with file_writer("gdal", path, driver="ESRI Shapefile", days=None) as writer:
        writer.write(Table(stem, columns, **located), _blocks(model, rows))
        writer.finish()
    place = f"{GEOGRAPHIC}/" if model.geometry else ""
    for suffix in _NEIGHBOURS:
        if (file := path.with_suffix(suffix)).exists():
            yield file, f"{place}{file.name}"


def _blocks(model: TableModel, rows: Sequence[Row]) -> Iterator[RowBlock]:
    """Yield rows as CSV without headings, geometries as hexadecimal WKB."""
    for first in range(0, len(rows), _BLOCK_ROWS):
        part = rows[first : first + _BLOCK_ROWS]
        content = io.StringIO()
        writer = csv.writer(content, lineterminator="\n")
        for texts, shape in part:
            position = [] if shape is None else [binascii.hexlify(shape).decode()]
            writer.writerow([*(texts[each.name] for each in model.attributes), *position])
        yield RowBlock(len(part), content.getvalue().encode())


def _add_piece(archive: zipfile.ZipFile, name: str, piece: WrittenPiece) -> None:
    """Add a written piece as it is stored: PDFs hardly shrink."""
    moment = timezone.localtime(piece.version.created_at).timetuple()[:6]
    entry = zipfile.ZipInfo(name, date_time=moment)
    with piece.file.open("rb") as content, archive.open(entry, "w", force_zip64=True) as target:
        for block in content.chunks():
            target.write(block)


def _record(source: PlanSource, visitor: Visitor) -> RecordContent:
    described: Record = layer_record(source.scopes["ZONE_URBA"])
    document, day = source.document, timezone.localdate(visitor.instant)
    approved = _day(document.datappro) or day
    organisation = str(described.producer or settings.ORGANISATION or source.authority)
    communes = list(document.communes.order_by("insee_id").values_list("insee_id", flat=True))
    return RecordContent(
        identifier=f"fr-{source.authority}-{source.model.typedoc.lower()}{source.ending.lower()}",
        title=_("%(type)s de %(authority)s, %(procedure)s du %(day)s")
        % {
            "type": source.model.typedoc,
            "authority": organisation,
            "procedure": document.nomproc,
            "day": approved.isoformat(),
        },
        abstract=described.abstract,
        lineage=described.lineage or _("Numérisation d’après le document approuvé, selon le standard CNIG."),
        organisation=organisation,
        mail=described.contact_email or settings.PORTAL_CONTACT or settings.DEFAULT_FROM_EMAIL,
        address=document.urlpe or document.siteweb or settings.PORTAL_ADDRESS,
        specification=source.model.specification,
        approved=approved,
        written=day,
        bounds=plan_bounds(source),
        keywords=document_keywords(source.model.typedoc, source.authority, map(str, communes), approved.year),
    )


def _day(text: str) -> dt.date | None:
    """Return a C8 date; None when it is not a whole day."""
    if text == UNKNOWN_DATE or text.endswith("00"):
        return None
    return dt.datetime.strptime(text, "%Y%m%d").date()
