"""Written pieces of a package: cleaned in children of ``sandbox``, stored under random names.

Of a PDF with scripts, actions or files in it a copy without them is stored to be served, beside the original, which is
private; a finding says what was removed. One that is locked or cannot be read is not stored: that finding has to be
accepted. Only PDF, XML (the metadata, the structured rules) and CSV (the titles) are stored.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from layers.services.storage import storing
from plui.models import PlanVersion, WrittenPiece
from plui.packages.content import PackageFile
from plui.packages.findings import Finding
from plui.packages.removals import removal_words
from plui.packages.services import OpenPackage, ServedPiece
from sandbox.limits import MEGABYTE

MAX_BYTES = 100 * MEGABYTE
_WRITTEN = "Pieces_ecrites"
_EXTENSIONS = {"pdf", "xml", "csv"}
_TITLES = "titres_pieces_ecrites"
_TITLE_LENGTH, _NAME_LENGTH, _PATH_LENGTH = 200, 200, 400


def stage_pieces(opened: OpenPackage, version: PlanVersion, paths: list[str] | None) -> list[Finding]:
    """Store the pieces of a package, and add the paths of their files to ``paths``; without it, clean them only.

    Returns what was removed of pieces, and why others are not stored.

    Raises:
        StorageFull: no room.
    """
    files = list(_pieces(opened.report.files))
    titles = _titles(opened, files)
    findings = []
    for file in files:
        if reason := _length_reason(file):
            findings.append(_finding(file, reason))
            continue
        served = opened.piece(file.path)
        if served.refused:
            findings.append(_finding(file, served.refused))
            continue
        if served.original:
            findings.append(_cleaned_finding(file, served))
        if paths is not None:
            title = titles.get(file.name) or titles.get(PurePosixPath(file.name).stem, "")
            _store(version, file, served, title, paths)
    return findings


def remove_files(paths: Iterable[str]) -> None:
    """Delete stored files."""
    for path in paths:
        default_storage.delete(path)


def _pieces(files: Iterable[PackageFile]) -> Iterable[PackageFile]:
    """Yield the written pieces and the metadata."""
    for file in files:
        is_metadata = not file.folder and file.extension == "xml"
        if is_metadata or (file.path.startswith(f"{_WRITTEN}/") and file.extension in _EXTENSIONS):
            yield file


def _length_reason(file: PackageFile) -> str:
    if file.size > MAX_BYTES:
        return _("Ce fichier dépasse %d Mo.") % (MAX_BYTES // MEGABYTE)
    if len(file.name) > _NAME_LENGTH or len(file.path) > _PATH_LENGTH:
        return _("Le nom de ce fichier est trop long.")
    return ""


def _finding(file: PackageFile, reason: str) -> Finding:
    message = (
        _(
            "Cette pièce écrite ne sera pas servie : %s Imprimez-la vers un PDF ou "
            "enregistrez-la en PDF/A, remettez-la sous le même nom dans le paquet, et déposez-le de nouveau."
        )
        % reason
    )
    return Finding("PORTAL_PIECE_REFUSED", message, file=file.path)


def _cleaned_finding(file: PackageFile, served: ServedPiece) -> Finding:
    message = _(
        "Cette pièce écrite est servie en copie nettoyée. Retiré : %(removed)s. "
        "L’original est conservé (SHA-256 %(hash)s)."
    ) % {"removed": removal_words(served.removed), "hash": hashlib.sha256(served.original).hexdigest()}
    return Finding("PORTAL_PIECE_CLEANED", message, file=file.path)


def _store(
    version: PlanVersion, file: PackageFile, served: ServedPiece, title: str, paths: list[str]
) -> None:
    piece = WrittenPiece(
        version=version,
        path=file.path,
        name=file.name,
        title=title[:_TITLE_LENGTH],
        size=len(served.content),
        pages=served.pages,
        content_hash=hashlib.sha256(served.content).hexdigest(),
        original_hash=hashlib.sha256(served.original).hexdigest() if served.original else "",
        removed=dict(served.removed),
    )
    with storing(Path(settings.MEDIA_ROOT), len(served.content) + len(served.original)):
        piece.file.save(file.name, ContentFile(served.content), save=False)
        paths.append(str(piece.file.name))
        if served.original:
            piece.original.save(file.name, ContentFile(served.original), save=False)
            paths.append(str(piece.original.name))
    piece.save()


def _titles(opened: OpenPackage, files: Iterable[PackageFile]) -> Mapping[str, str]:
    """Return the titles of pieces by name of file, of ``S_titres_pieces_ecrites_D.csv``; columns FICHIER and TITRE."""
    titles: dict[str, str] = {}
    for file in files:
        if file.extension == "csv" and _TITLES in file.name.lower() and file.size <= MEGABYTE:
            titles |= _read_titles(opened.content(file.path))
    return titles


def _read_titles(content: bytes) -> dict[str, str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    try:
        rows = [
            {str(name).strip().upper(): value for name, value in row.items()}
            for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error:
        return {}
    return {
        str(row["FICHIER"]).strip(): str(row["TITRE"]).strip()
        for row in rows
        if row.get("FICHIER") and row.get("TITRE")
    }
