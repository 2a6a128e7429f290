"""Stage a package: its rows in the tables of versions, its written pieces, its report, in one transaction."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, BinaryIO

from django.db import DataError, IntegrityError, InternalError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.sql.limits import work_limit
from layers.visitor import Visitor
from plui.loading import sql
from plui.loading.access import check_load
from plui.loading.errors import RowsRefused
from plui.loading.parsing import Fault, document_values, partition_of, portal_idurba, refusal, row_values
from plui.loading.queries import (
    ChangeCount,
    archive_hash,
    change_counts,
    online_version,
    version_of_archive,
    version_of_package,
)
from plui.loading.services.findings import plan_changed
from plui.loading.services.online import match_rows, snapshot_online
from plui.loading.services.pieces import remove_files, stage_pieces
from plui.models import TABLES, PlanVersion
from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding
from plui.packages.services import OpenPackage, PackageReport, PackageRow, open_package
from plui.vocabulary import PlanStep, procedure_label

BATCH_ROWS = 500
_SHAPE_REASONS = {
    "missing": gettext_lazy("la géométrie manque."),
    "invalid": gettext_lazy("la géométrie n’est pas valide."),
    "type": gettext_lazy("la géométrie n’est pas du type de la table."),
}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the import of a package would do: the version, not stored, its findings and what it changes by table."""

    version: PlanVersion
    findings: tuple[Finding, ...]
    changes: Mapping[str, ChangeCount]
    report: PackageReport


@dataclass(frozen=True, slots=True)
class Staging:
    """The version of a package; ``is_repeated``: the package was staged or online already."""

    version: PlanVersion
    is_repeated: bool = False


def stage_package(
    *,
    visitor: Visitor,
    file: BinaryIO,
    name: str,
    package: str = "",
    title: str = "",
    purpose: str = "",
    in_force_from: dt.date | None = None,
) -> Staging:
    """Stage a package: nothing changes online. One that is staged or online already gives that version back.

    It is the same package when its files are the same, zipped again or not.

    ``name`` is that of the archive, ``package`` the folder to read of one that has several. ``in_force_from`` is the
    day of DATAPPRO when it is not said.

    Raises:
        Forbidden: the visitor may not load plans.
        PackageRefused: the archive cannot be read, or has no zone.
        RowsRefused: a table of the portal cannot hold some of its rows.
        StorageFull: no room for its pieces.
    """
    check_load(visitor)
    content_hash = archive_hash(file)
    if (same := version_of_archive(content_hash, package=package)) is not None:
        return Staging(same, is_repeated=True)
    with (
        _on_disk(file) as archive,
        open_package(archive, name=name, package=package) as opened,
        _all_or_nothing() as paths,
    ):
        if (same := version_of_package(opened.report.content_hash)) is not None:
            return Staging(same, is_repeated=True)
        version = _staged(
            opened,
            visitor,
            archive=(name, content_hash),
            words=(title, purpose),
            in_force_from=in_force_from,
            paths=paths,
        )
        detail = {"idurba": version.idurba, "archive": name, "findings": len(version.findings)}
        plan_changed.send(
            sender=PlanVersion, version=version, step=PlanStep.STAGED, visitor=visitor, detail=detail
        )
    return Staging(version)


def rehearse_package(
    *, visitor: Visitor, file: BinaryIO, name: str, package: str = "", in_force_from: dt.date | None = None
) -> Rehearsal:
    """Return what the import of a package would do, and write nothing.

    Raises:
        Forbidden, PackageRefused, RowsRefused: as ``stage_package``.
    """
    check_load(visitor)
    content_hash = archive_hash(file)
    with (
        _on_disk(file) as archive,
        open_package(archive, name=name, package=package) as opened,
        _all_or_nothing(),
    ):
        version = _staged(
            opened,
            visitor,
            archive=(name, content_hash),
            words=("", ""),
            in_force_from=in_force_from,
            paths=None,
        )
        findings = tuple(Finding.from_json(document) for document in version.findings)
        changes = change_counts(version)
        transaction.set_rollback(True)
    return Rehearsal(version, findings, changes, opened.report)


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[BinaryIO]:
    """Give a file that a child can open: a small upload is in memory alone."""
    try:
        file.fileno()
    except (OSError, AttributeError):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy
    else:
        yield file


@contextmanager
def _all_or_nothing() -> Iterator[list[str]]:
    """Give the list of the files that the block stores: they are removed when it fails."""
    paths: list[str] = []
    try:
        with transaction.atomic(), work_limit("import"):
            yield paths
    except BaseException:
        remove_files(paths)
        raise


def _staged(
    opened: OpenPackage,
    visitor: Visitor,
    *,
    archive: tuple[str, str],
    words: tuple[str, str],
    in_force_from: dt.date | None,
    paths: list[str] | None,
) -> PlanVersion:
    """Write the version of a package; without ``paths`` its pieces are checked and not stored."""
    report = opened.report
    _check_content(report)
    faults: list[Fault] = []
    texts = _document_texts(opened)
    idurba = portal_idurba(report.idurba or texts.get("IDURBA", ""), report.model.typedoc)
    if not idurba:
        raise PackageRefused(
            _("Ni le dossier « %(folder)s » ni DOC_URBA ne donnent un IDURBA : « %(idurba)s ».")
            % {"folder": report.folder, "idurba": texts.get("IDURBA", "")},
            parameter="file",
        )
    document = document_values(texts, idurba=idurba, date=report.date, faults=faults)
    if faults:
        raise RowsRefused(refusal(faults), findings=report.errors)
    version = PlanVersion(
        partition=partition_of(idurba),
        idurba=idurba,
        nomproc=document["nomproc"],
        title=(words[0] or _default_title(document))[:160],
        purpose=words[1],
        datappro=document["datappro"],
        in_force_from=in_force_from or _day(document["datappro"]),
        folder=report.folder[:120],
        archive_name=archive[0][:200],
        archive_hash=archive[1],
        package_hash=report.content_hash,
        model_name=report.model.name,
        document=document | {"original_idurba": texts.get("IDURBA", "")},
        communes=_communes(opened, idurba),
        report=_report_document(report),
        author_id=visitor.user_id,
    )
    snapshot_online(partition=version.partition, visitor=visitor)
    version.replaces = online_version(version.partition)
    version.save()
    _write_rows(opened, version)
    findings = [*report.findings, *stage_pieces(opened, version, paths)]
    version.findings = [finding.to_json() for finding in findings]
    version.save(update_fields=["findings"])
    match_rows(version)
    return version


def _check_content(report: PackageReport) -> None:
    """Refuse a package without a document or a zone, such as an empty template: its empty tables are named."""
    counts = {table.name: table.count for table in report.tables}
    if counts.get("DOC_URBA") and counts.get("ZONE_URBA"):
        return
    empty = sorted(name for name, count in counts.items() if not count)
    missing = [name for name in ("DOC_URBA", "ZONE_URBA") if name not in counts]
    no_pages = [finding.file for finding in report.findings if finding.code == "PORTAL_FILE_EMPTY"]
    sentences = [_("Ce paquet n’a pas de quoi faire un document : rien ne change en ligne.")]
    if empty:
        sentences.append(_("Tables vides : %s.") % ", ".join(empty))
    if missing:
        sentences.append(_("Tables absentes : %s.") % ", ".join(missing))
    if no_pages:
        sentences.append(_("PDF vides : %s.") % ", ".join(no_pages))
    raise RowsRefused(" ".join(sentences), findings=report.findings)


def _document_texts(opened: OpenPackage) -> dict[str, str]:
    """Return the row of DOC_URBA of the package: that of its folder, else the last."""
    expected = portal_idurba(opened.report.idurba, opened.report.model.typedoc)
    read = [texts for texts, _shape in opened.rows("DOC_URBA")]
    typedoc = opened.report.model.typedoc
    own = [texts for texts in read if portal_idurba(texts.get("IDURBA", ""), typedoc) == expected]
    return (own or read)[-1]


def _communes(opened: OpenPackage, idurba: str) -> list[str]:
    """Return the INSEE codes of the document; that of a PLU is its own."""
    codes = {texts.get("INSEE", "") for texts, _shape in opened.rows("DOC_URBA_COM")} - {""}
    authority = idurba.partition("_")[0]
    return sorted(codes) or ([authority] if len(authority) == 5 else [])


def _default_title(document: Mapping[str, str]) -> str:
    day = _day(document["datappro"])
    procedure = procedure_label(document["nomproc"])
    if day is None:
        return procedure
    return _("%(procedure)s du %(day)s") % {"procedure": procedure, "day": day.strftime("%d/%m/%Y")}


def _day(c8: str) -> dt.date | None:
    """Return a C8 text as a day; None when it is none, such as a year alone."""
    try:
        return dt.datetime.strptime(c8, "%Y%m%d").date()
    except ValueError:
        return None


def _report_document(report: PackageReport) -> dict[str, Any]:
    """Return the report as JSON, its findings left out."""
    document = asdict(report) | {"model_name": report.model.name}
    del document["findings"]
    return document


def _write_rows(opened: OpenPackage, version: PlanVersion) -> None:
    """Write the rows of every table of a package.

    Raises:
        RowsRefused: a column cannot hold a value, or a geometry is missing, not valid or of another type.
    """
    faults: list[Fault] = []
    for table, (_live, twin) in TABLES.items():
        first, read = 1, opened.rows(table)
        while batch := tuple(islice(read, BATCH_ROWS)):
            _write_batch(twin, table, version, batch, first, faults, opened.report)
            first += len(batch)
    if faults:
        raise RowsRefused(refusal(faults), findings=opened.report.errors)


def _write_batch(
    twin: type[models.Model],
    table: str,
    version: PlanVersion,
    batch: tuple[PackageRow, ...],
    first: int,
    faults: list[Fault],
    report: PackageReport,
) -> None:
    before = len(faults)
    values = [
        row_values(twin, table, number, texts, faults) for number, (texts, _shape) in enumerate(batch, first)
    ]
    shapes = [shape for _texts, shape in batch]
    try:
        for number, reason in sql.rows(sql.SHAPE_FAULTS, [shapes, sql.shape_types(twin)]):
            faults.append(Fault(table, first + number - 1, "WKT", "", str(_SHAPE_REASONS[reason])))
        if len(faults) == before:
            columns = [list(column) for column in zip(*values, strict=True)]
            sql.run(sql.insertion(twin), [version.pk, version.idurba, *columns, shapes])
    except (IntegrityError, DataError, InternalError) as error:
        raise RowsRefused(
            _("La base refuse des lignes de %s : voyez les constats de cette table.") % table,
            findings=report.errors,
        ) from error
