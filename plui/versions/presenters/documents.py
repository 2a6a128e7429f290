"""Documents and their versions in words: states, periods, procedures, written pieces by folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import day
from plui.models import PlanVersion, WrittenPiece
from plui.packages.content import PackageFile
from plui.packages.presenters import model_sentence
from plui.packages.removals import removal_words
from plui.packages.services import PackageReport, TableDescription
from plui.packages.standards import Model
from plui.versions.queries import PlanDocument
from plui.vocabulary import Etat, PlanState, TypeDoc, procedure_label

BADGES = {
    PlanState.STAGED: ("warn", "hourglass"),
    PlanState.ONLINE: ("open", "radio"),
    PlanState.FORMER: ("", "history"),
    PlanState.WITHDRAWN: ("bad", "eye-off"),
}
"""The tone and the icon of the badge of each state."""
_WRITTEN = "Pieces_ecrites/"
_FOLDERS = {
    "0_Procedure": gettext_lazy("Procédure"),
    "1_Rapport_de_presentation": gettext_lazy("Rapport de présentation"),
    "2_PADD": gettext_lazy("Projet d’aménagement et de développement durables"),
    "3_Reglement": gettext_lazy("Règlement"),
    "4_Annexes": gettext_lazy("Annexes"),
    "5_OAP": gettext_lazy("Orientations d’aménagement et de programmation"),
    "6_POA": gettext_lazy("Programme d’orientations et d’actions"),
    "7_Plans_de_secteur": gettext_lazy("Plans de secteur"),
    "": gettext_lazy("Fiche de métadonnées"),
}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in a list or a timeline."""

    version: PlanVersion
    tone: str
    icon: str
    procedure: str
    period: str
    start: str

    @property
    def title(self) -> str:
        """The title, after the procedure where it does not begin with it."""
        title = self.version.title
        if not title or title.startswith(self.procedure):
            return title or self.procedure
        return f"{self.procedure}, {title}"


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A written piece with its address; ``removed`` says what its copy does not have of the original, or is empty."""

    piece: WrittenPiece
    title: str
    address: str
    removed: str = ""


@dataclass(frozen=True, slots=True)
class PieceFolder:
    """Written pieces of a folder."""

    title: str
    pieces: Sequence[PieceLine]


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A document of the public page. ``judgment`` is the address of the judgment of a partial annulment."""

    document: PlanDocument
    title: str
    idurba: str
    facts: Sequence[tuple[str, str]]
    timeline: Sequence[VersionLine]
    folders: Sequence[PieceFolder]
    is_partly_annulled: bool
    judgment: str
    version: PlanVersion | None
    package_address: str = ""


def version_line(version: PlanVersion) -> VersionLine:
    """Return a version in words."""
    tone, icon = BADGES[PlanState(version.state)]
    start = version.in_force_from
    return VersionLine(
        version=version,
        tone=tone,
        icon=icon,
        procedure=procedure_label(version.nomproc),
        period=period_words(version),
        start=day(start) if start else "",
    )


def period_words(version: PlanVersion) -> str:
    """Write when a version is in force; the last day is said, not the one after it."""
    start, end = version.in_force_from, version.in_force_until
    if start is None:
        return ""
    if end is None:
        return _("depuis le %s") % day(start)
    last = max(start, end - dt.timedelta(days=1))
    return _("du %(start)s au %(end)s") % {"start": day(start), "end": day(last)}


def report_of(version: PlanVersion) -> PackageReport | None:
    """Return the report of the package of a version, without findings; None for a version made of what was online."""
    stored: Mapping[str, Any] = version.report
    try:
        return PackageReport(
            folder=stored["folder"],
            idurba=stored["idurba"],
            date=stored["date"],
            model=Model(stored["model"]["typedoc"], int(stored["model"]["year"])),
            model_reason=stored["model_reason"],
            files=tuple(PackageFile(each["path"], int(each["size"])) for each in stored["files"]),
            tables=tuple(
                TableDescription(
                    each["name"], each["path"], tuple(each["columns"]), int(each["count"]), each["encoding"]
                )
                for each in stored["tables"]
            ),
            findings=(),
        )
    except (KeyError, TypeError, ValueError):
        return None


def report_sentence(report: PackageReport | None) -> str:
    """Say which national model was chosen, and by what."""
    return model_sentence(report) if report else ""


def document_section(
    document: PlanDocument, pieces: Sequence[WrittenPiece], *, is_exportable: bool = False
) -> DocumentSection:
    """Return a document of the public page; ``pieces`` are those of its version in force.

    ``is_exportable``: who reads may have its package.
    """
    version = document.online or (document.versions[0] if document.versions else None)
    idurba = version.idurba if version else document.document.idurba if document.document else ""
    values = _values(document, version)
    is_partly_annulled = values.get("etat") == Etat.PARTIELLEMENT_ANNULE
    folders = piece_folders(version, pieces) if version else []
    return DocumentSection(
        document=document,
        title=_title(values, version),
        idurba=idurba,
        facts=document_facts(values),
        timeline=[version_line(each) for each in reversed(document.versions)],
        folders=folders,
        is_partly_annulled=is_partly_annulled,
        judgment=_judgment(folders),
        version=version,
        package_address=reverse("plui:package", args=[idurba]) if is_exportable else "",
    )


def _values(document: PlanDocument, version: PlanVersion | None) -> Mapping[str, str]:
    """Return the attributes of DOC_URBA: those online where they are, else those of the version."""
    if document.document is not None:
        row = document.document
        names = [field.name for field in row._meta.concrete_fields if field.name != "id"]
        return {name: str(getattr(row, name) or "") for name in names}
    return dict(version.document) if version else {}


def _title(values: Mapping[str, str], version: PlanVersion | None) -> str:
    typedoc = values.get("typedoc", "")
    label = str(TypeDoc(typedoc).label) if typedoc in TypeDoc.values else typedoc or "PLU"
    return label if version is None or not version.title else f"{label}, {version.title}"


def document_facts(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what DOC_URBA says of a document: state, procedure, days, reference, site."""
    etat = values.get("etat", "")
    facts = [
        (_("État"), str(Etat(etat).label) if etat in Etat.values else etat),
        (_("Procédure"), procedure_label(values.get("nomproc", ""))),
        (_("Approuvé le"), _c8(values.get("datappro", ""))),
        (_("Référentiel de saisie au"), _c8(values.get("dateref", ""))),
        ("SIREN", values.get("siren", "")),
    ]
    return [(title, text) for title, text in facts if text]


def _c8(text: str) -> str:
    """Write a C8 day in words; a year alone as it is, nothing when it is unknown."""
    try:
        return day(dt.datetime.strptime(text, "%Y%m%d").date())
    except ValueError:
        return text[:4] if text[:4].strip("0") else ""


def _public_address(version: PlanVersion) -> Callable[[WrittenPiece], str]:
    return lambda piece: reverse("plui:piece", args=[version.idurba, piece.name])


def piece_folders(
    version: PlanVersion,
    pieces: Sequence[WrittenPiece],
    address: Callable[[WrittenPiece], str] | None = None,
) -> list[PieceFolder]:
    """Return the pieces of a version by folder of the standard, in its order; the metadata last.

    ``address`` gives the path where each is read, that of published versions without it.
    """
    address = address or _public_address(version)
    by_folder: dict[str, list[PieceLine]] = {}
    for piece in pieces:
        _package, _separator, path = piece.path.rpartition(_WRITTEN)
        folder = path.partition("/")[0] if _separator else ""
        line = PieceLine(piece, piece.title or piece.name, address(piece), removal_words(piece.removed))
        by_folder.setdefault(folder, []).append(line)
    ordered = sorted(by_folder.items(), key=lambda each: (each[0] == "", each[0]))
    return [PieceFolder(str(_FOLDERS.get(folder, folder)), lines) for folder, lines in ordered]


def cleaned_pieces(version: PlanVersion, pieces: Sequence[WrittenPiece]) -> list[PieceLine]:
    """Return the pieces of a version that are served as copies, by path; addresses are of this version."""
    return [
        PieceLine(
            piece,
            piece.path,
            f"{reverse('plui:piece', args=[version.idurba, piece.path])}?version={version.pk}",
            removal_words(piece.removed),
        )
        for piece in pieces
        if piece.original
    ]


def _judgment(folders: Sequence[PieceFolder]) -> str:
    lines = (line for folder in folders for line in folder.pieces)
    return next((line.address for line in lines if "jugement" in line.piece.name.lower()), "")


def is_partly_annulled(version: PlanVersion) -> bool:
    """Whether a court annulled a part of a version (ETAT 08)."""
    return bool(version.document.get("etat") == Etat.PARTIELLEMENT_ANNULE)


def author_name(version: PlanVersion) -> str:
    """Return who loaded a version, as people write it; empty when the portal did or the account is gone."""
    try:
        author: Any = version.author
    except ObjectDoesNotExist:
        return ""
    return author.get_full_name() or author.get_username() if author else ""
