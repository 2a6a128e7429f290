"""Folder, files and written pieces, matched to the tree of the model."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from plui.packages.content import Package, PackageFile
from plui.packages.findings import Finding
from plui.packages.standards import DATE, table_models
from plui.packages.tree import KNOWN_EXTENSIONS, WRITTEN, Piece, folders, pieces, table_pattern

_LARGE = 20 * 1024**2
"""Bytes that the standard advises not to exceed for a graphic plan."""

_GRAPHIC = "reglement_graphique"


def check_files(package: Package) -> list[Finding]:
    """Check the names of the folder and of its files, and that what is mandatory is there."""
    return [
        *_check_folder(package),
        *_check_folders(package),
        *_check_names(package),
        *_check_mandatory(package),
        *_check_contents(package),
    ]


def _check_folder(package: Package) -> list[Finding]:
    findings = []
    if not re.fullmatch(rf"[a-zA-Z0-9]+_{package.model.typedoc}_{DATE}(_[a-zA-Z])?", package.folder):
        findings.append(
            Finding(
                "DIRECTORY_UNEXPECTED_NAME",
                _("Le dossier s’appelle « %(name)s » ; forme attendue : %(form)s.")
                % {"name": package.folder, "form": f"<code>_{package.model.typedoc}_AAAAMMJJ"},
                value=package.folder,
            )
        )
    elif not re.fullmatch(package.model.authority, package.authority):
        code = "CNIG_SIREN_INVALID" if package.model.is_intercommunal else "CNIG_INSEE_INVALID"
        findings.append(
            Finding(
                code,
                _("« %s » n’est pas le code d’une autorité.") % package.authority,
                value=package.authority,
            )
        )
    archive = PurePosixPath(package.archive).stem
    if package.archive and archive != package.folder:
        findings.append(
            Finding(
                "PORTAL_ARCHIVE_NAME",
                _("L’archive s’appelle « %(archive)s » ; le Géoportail attend « %(folder)s ».")
                % {"archive": package.archive, "folder": f"{package.folder}.zip"},
                value=package.archive,
            )
        )
    return findings


def _check_folders(package: Package) -> list[Finding]:
    present = package.folders
    return [
        Finding("FILE_MISSING_MANDATORY_DIRECTORY", _("Le dossier « %s » manque.") % folder, file=folder)
        for folder, is_mandatory in folders(package.model).items()
        if is_mandatory and folder not in present
    ]


def _check_names(package: Package) -> list[Finding]:
    """Say which files no name of the model matches, and which are in another folder."""
    findings: list[Finding] = []
    patterns = {name: table_pattern(package.model, name) for name in table_models(package.model)}
    stems = {file.stem for file in package.table_files.values()}
    for file in package.files:
        if file.stem in stems or (
            file.is_neighbour and file.name.split(".")[0] in {PurePosixPath(s).name for s in stems}
        ):
            continue
        if file.folder == "" and file.extension == "xml":
            continue
        findings += _check_name(package, file)
    for name, file in package.table_files.items():
        if not re.fullmatch(patterns[name], file.stem):
            is_name = re.fullmatch(patterns[name].rpartition("/")[2], PurePosixPath(file.stem).name)
            code = "FILE_MISPLACED" if is_name else "FILE_UNEXPECTED"
            reason = (
                _("La table « %s » n’est pas dans le dossier attendu.")
                if is_name
                else _("La table « %s » n’a pas le nom que le standard lui donne.")
            )
            findings.append(Finding(code, reason % file.path, file=file.path))
    return findings


def _check_name(package: Package, file: PackageFile) -> list[Finding]:
    if file.extension not in KNOWN_EXTENSIONS and not file.is_neighbour:
        return [
            Finding(
                "CNIG_FILE_EXTENSION_INVALID",
                _("L’extension de « %s » n’est pas de celles d’un paquet.") % file.name,
                file=file.path,
                value=file.extension,
            )
        ]
    expected = pieces(package.model)
    if any(_matches(file, piece) for piece in expected):
        return []
    is_written = file.folder == WRITTEN or file.folder.startswith(f"{WRITTEN}/")
    if is_written and file.extension != "pdf" and not file.folder.endswith("/ressources"):
        return [
            Finding(
                "CNIG_PIECE_ECRITE_ONLY_PDF",
                _("« %s » n’est pas un PDF : les pièces écrites n’ont que cela.") % file.name,
                file=file.path,
            )
        ]
    if file.folder.endswith("/ressources"):
        return []
    stem = PurePosixPath(file.path).stem
    named = [
        piece
        for piece in expected
        if piece.pattern != "[^/]*"
        and piece.extension == file.extension
        and re.fullmatch(piece.pattern, stem)
    ]
    if named:
        return [
            Finding(
                "FILE_MISPLACED",
                _("« %(name)s » est attendu dans « %(folder)s ».")
                % {"name": file.name, "folder": named[0].folder.replace("[0-9]{2}", "NN")},
                file=file.path,
            )
        ]
    return [
        Finding(
            "FILE_UNEXPECTED", _("Aucun nom du standard ne correspond à « %s ».") % file.path, file=file.path
        )
    ]


def _matches(file: PackageFile, piece: Piece) -> bool:
    return file.extension == piece.extension and bool(
        re.fullmatch(f"{piece.folder}/{piece.pattern}", file.stem)
    )


def _check_mandatory(package: Package) -> list[Finding]:
    findings = []
    present = package.folders
    for piece in pieces(package.model):
        if (
            piece.is_mandatory
            and piece.folder in present
            and not any(_matches(file, piece) for file in package.files)
        ):
            form = (
                piece.pattern.replace("[0-9]{9}", "SIREN")
                .replace("[AB0-9]{5}", "INSEE")
                .replace(DATE, "AAAAMMJJ")
            )
            form = re.sub(r"\([^()]*\)\??|\[[^]]*\][*+]?", "", form) or "*"
            findings.append(
                Finding(
                    "FILE_MISSING_MANDATORY",
                    _("Il manque une pièce dans « %(folder)s » : %(form)s.")
                    % {"folder": piece.folder, "form": f"{form}.{piece.extension}"},
                    file=piece.folder,
                )
            )
    for name, table in table_models(package.model).items():
        if table.is_mandatory and name not in package.table_files:
            findings.append(Finding("FILE_MISSING_MANDATORY", _("La table %s manque.") % name, file=name))
    if not any(file.extension == "pdf" for file in package.files):
        findings.append(Finding("CNIG_DOCUMENT_NO_PDF", _("Le paquet ne contient aucun PDF.")))
    if not any(name.startswith("PRESCRIPTION") for name in package.table_files):
        findings.append(
            Finding("CNIG_PRESCRIPTION_NOT_FOUND", _("Le paquet n’a aucune table de prescriptions."))
        )
    return findings


def _check_contents(package: Package) -> list[Finding]:
    """Check what names promise beside the model: one authority, one date, pieces that hold something."""
    findings = []
    end = f"_{package.date}{package.suffix}"
    for file in package.files:
        stem = PurePosixPath(file.path).stem
        dated = re.fullmatch(rf"(?P<code>[0-9AB]{{5}}|[0-9]{{9}})_.+_(?P<date>{DATE})(_[a-zA-Z])?", stem)
        if dated and package.date and (dated["code"] != package.authority or not stem.endswith(end)):
            findings.append(
                Finding(
                    "PORTAL_FILE_NAME",
                    _("« %(name)s » ne porte pas le code et la date du dossier (%(code)s, %(date)s).")
                    % {"name": file.name, "code": package.authority, "date": package.date + package.suffix},
                    file=file.path,
                )
            )
        if file.extension == "pdf" and file.size == 0:
            findings.append(
                Finding("PORTAL_FILE_EMPTY", _("Le PDF « %s » est vide.") % file.path, file=file.path)
            )
        if file.extension == "pdf" and file.size > _LARGE and _GRAPHIC in file.name:
            findings.append(
                Finding(
                    "PORTAL_FILE_LARGE",
                    _("« %(name)s » pèse %(size)d Mo ; le standard conseille 20 Mo au plus.")
                    % {"name": file.name, "size": file.size // 1024**2},
                    file=file.path,
                )
            )
    return findings
