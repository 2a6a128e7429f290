"""The document as a whole: IDURBA, communes, dates, one procedure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from plui.packages.checks.rows import bounded
from plui.packages.content import Commune, Package, TableContent
from plui.packages.findings import Finding
from plui.packages.standards import DATE
from plui.vocabulary import UNKNOWN_DATE

_OLD = re.compile(r"([0-9AB]{5}|[0-9]{9})_?[0-9]{8}(_[A-Za-z])?")
_NEW = re.compile(r"([0-9AB]{5}|[0-9]{9})_(PLU|PLUi|PLUI|POS|CC|PSMV)_[0-9]{8}(_[A-Za-z])?")
_PROCEDURE = re.compile(
    rf".+_(?P<procedure>E|R|A|(?:MEC|MAJ|MS|M|RS|RA)[0-9]+)(_rnt|_97_00|_[0-9]{{1,3}})*_{DATE}(_[a-zA-Z])?"
)


def check_documents(package: Package, communes: Sequence[Commune]) -> list[Finding]:
    """Check what concerns the whole document."""
    findings: list[Finding] = []
    document = package.tables.get("DOC_URBA")
    row = -1
    if document and document.count:
        findings += _check_formats(document)
        rows = [
            index for index, text in enumerate(document.column("IDURBA")) if package.is_same_document(text)
        ]
        findings += _check_rows_of_document(package, document, rows)
        row = rows[-1] if rows else -1
        if row >= 0:
            findings += _check_dates_of_document(package, document, row)
            findings += _check_procedures(package, document, row)
    for table in package.tables.values():
        if table.name != "DOC_URBA":
            findings += bounded(list(_check_reference(package, table)), table, "IDURBA")
            findings += bounded(list(_check_validity(package, table)), table, "DATVALID")
    if "DOC_URBA_COM" in package.tables:
        findings += _check_communes(package, package.tables["DOC_URBA_COM"], communes)
    return findings


def _check_formats(document: TableContent) -> Iterator[Finding]:
    for row, text in enumerate(document.column("IDURBA"), start=1):
        if text and not (_OLD.fullmatch(text) or _NEW.fullmatch(text)):
            yield Finding(
                "CNIG_IDURBA_INVALID",
                _("IDURBA : « %s » n’a aucune des formes connues.") % text,
                file=document.path,
                row=row,
                attribute="IDURBA",
                value=text,
            )


def _check_rows_of_document(package: Package, document: TableContent, rows: list[int]) -> list[Finding]:
    where: dict[str, Any] = {"file": document.path, "attribute": "IDURBA", "value": package.idurba}
    if not rows:
        return [
            Finding(
                "CNIG_IDURBA_NOT_FOUND",
                _("DOC_URBA n’a pas de ligne pour le document du dossier (%s).") % package.idurba,
                **where,
            )
        ]
    if len(rows) > 1:
        return [
            Finding(
                "CNIG_IDURBA_MULTIPLE_FOUND",
                _("DOC_URBA a %(count)d lignes pour %(idurba)s ; la dernière est lue.")
                % {"count": len(rows), "idurba": package.idurba},
                row=rows[-1] + 1,
                **where,
            )
        ]
    return []


def _check_dates_of_document(package: Package, document: TableContent, row: int) -> list[Finding]:
    approved = document.value(row, "DATAPPRO")
    if not approved or approved == package.date or not package.date:
        return []
    return [
        Finding(
            "PORTAL_DATAPPRO",
            _("DATAPPRO est %(approved)s, le dossier porte %(date)s : c’est une seule date.")
            % {"approved": approved, "date": package.date},
            file=document.path,
            row=row + 1,
            attribute="DATAPPRO",
            value=approved,
        )
    ]


def _check_procedures(package: Package, document: TableContent, row: int) -> list[Finding]:
    """Check that the names of pieces dated by the package name the procedure of the document."""
    procedure = document.value(row, "NOMPROC")
    findings = []
    for file in package.files:
        match = _PROCEDURE.fullmatch(PurePosixPath(file.path).stem)
        if match and file.extension == "pdf" and procedure and match["procedure"] != procedure:
            findings.append(
                Finding(
                    "PORTAL_SEVERAL_PROCEDURES",
                    _("« %(name)s » est de la procédure %(other)s, le document de %(procedure)s.")
                    % {"name": file.name, "other": match["procedure"], "procedure": procedure},
                    file=file.path,
                    attribute="NOMPROC",
                    value=match["procedure"],
                )
            )
    return findings


def _check_reference(package: Package, table: TableContent) -> Iterator[Finding]:
    for row, text in enumerate(table.column("IDURBA"), start=1):
        if text and not package.is_same_document(text):
            yield Finding(
                "CNIG_IDURBA_UNEXPECTED",
                _("IDURBA : « %(text)s » ; le dossier est celui de %(idurba)s.")
                % {"text": text, "idurba": package.idurba},
                file=table.path,
                row=row,
                attribute="IDURBA",
                value=text,
            )


def _check_validity(package: Package, table: TableContent) -> Iterator[Finding]:
    """Check DATVALID ≤ DATAPPRO, which the standard asks and the national validator does not check."""
    if not package.date:
        return
    for row, text in enumerate(table.column("DATVALID"), start=1):
        if text and text != UNKNOWN_DATE and text.isdigit() and text > package.date:
            yield Finding(
                "PORTAL_DATVALID_AFTER_DATAPPRO",
                _("DATVALID (%(day)s) suit l’approbation du document (%(date)s).")
                % {"day": text, "date": package.date},
                file=table.path,
                row=row,
                attribute="DATVALID",
                value=text,
            )


def _check_communes(package: Package, table: TableContent, communes: Sequence[Commune]) -> list[Finding]:
    findings = []
    if package.model.is_intercommunal and 0 < table.count < 2:
        findings.append(
            Finding(
                "CNIG_DOC_URBA_COM_UNEXPECTED_SIZE",
                _("DOC_URBA_COM n’a qu’une ligne pour un PLUi."),
                file=table.path,
            )
        )
    known = {commune.code for commune in communes}
    findings += [
        Finding(
            "PORTAL_COMMUNE_UNKNOWN",
            _("La commune %s n’est pas de celles que le portail connaît : sa couverture n’est pas vérifiée.")
            % code,
            file=table.path,
            row=row,
            attribute="INSEE",
            value=code,
        )
        for row, code in enumerate(table.column("INSEE"), start=1)
        if known and code and code not in known
    ]
    return findings
