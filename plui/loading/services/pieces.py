"""Written pieces of a package: examined in the child that read it, stored under random names.

A PDF with scripts, actions or files in it, one that is damaged or locked, is not stored: the version says so in a
finding, which has to be accepted. Only PDF, XML (the metadata, the structured rules) and CSV (the titles) are stored.
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
from plui.packages.services import OpenPackage
from sandbox.limits import MEGABYTE

MAX_BYTES = 100 * MEGABYTE
_WRITTEN = "Pieces_ecrites"
_EXTENSIONS = {"pdf", "xml", "csv"}
_TITLES = "titres_pieces_ecrites"
_TITLE_LENGTH, _NAME_LENGTH, _PATH_LENGTH = 200, 200, 400


def stage_pieces(opened: OpenPackage, version: PlanVersion, paths: list[str] | None) -> list[Finding]:
    """Store the pieces of a package, and add the paths of their files to ``paths``; without it, examine them only.

    Returns what is wrong with those that are not stored.

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
        content, pages, refused = opened.piece(file.path)
        if refused:
            findings.append(_finding(file, refused))
        elif paths is not None:
            title = titles.get(file.name) or titles.get(PurePosixPath(file.name).stem, "")
            _store(version, file, content, pages, title, paths)
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
            "Cette pièce écrite ne sera pas servie : %s Pour la nettoyer, imprimez-la vers un PDF ou "
            "enregistrez-la en PDF/A, remettez-la sous le même nom dans le paquet, et déposez-le de nouveau."
        )
        % reason
    )
    return Finding("PORTAL_PIECE_REFUSED", message, file=file.path)


def _store(
    version: PlanVersion, file: PackageFile, content: bytes, pages: int, title: str, paths: list[str]
) -> None:
    piece = WrittenPiece(
        version=version,
        path=file.path,
        name=file.name,
        title=title[:_TITLE_LENGTH],
        size=len(content),
        pages=pages,
        content_hash=hashlib.sha256(content).hexdigest(),
    )
    with storing(Path(settings.MEDIA_ROOT), len(content)):
        piece.file.save(file.name, ContentFile(content), save=False)
        paths.append(str(piece.file.name))
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
