"""Reads of versions: their findings, what they change, their written pieces, the version of an archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.digests import stable_digest
from layers.visitor import Visitor, public_of
from plui.catalogue import ZONES
from plui.loading import sql
from plui.loading.access import may_load, may_publish, may_read
from plui.loading.errors import UnknownPlanVersion
from plui.loading.parsing import partition_of
from plui.models import TABLES, DocUrba, PlanVersion, WrittenPiece
from plui.packages.findings import Finding, Level
from plui.vocabulary import PlanState

_CHUNK = 1024 * 1024
# Versions of one document that may have a piece of one name.
_MOST_PIECES = 50
_NAMING = frozenset({"idurba", "nomfic", "urlfic"})
# Of the number of a page.
_MOST_DIGITS = 6


def finding_key(finding: Finding) -> str:
    """Return what identifies a finding in its version: 64 hexadecimal digits."""
    return stable_digest(
        finding.code, finding.file, finding.row, finding.attribute, finding.value, finding.geometry
    )


def findings_of(version: PlanVersion) -> list[Finding]:
    """Return the findings of a version, the most serious first."""
    return [Finding.from_json(document) for document in version.findings]


@dataclass(frozen=True, slots=True)
class OpenFindings:
    """The findings that nobody accepted yet, and without which a version goes online.

    ``errors`` are those for which the national portal refuses the package: accepted, the version goes online here, and
    is still refused there. ``warnings`` are ours: topology, dates, pieces. Warnings of the national validator do not
    stop it.
    """

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.errors) + len(self.warnings)

    def __iter__(self) -> Iterator[Finding]:
        return iter((*self.errors, *self.warnings))


def open_findings(version: PlanVersion) -> OpenFindings:
    """Return the findings of a version that have to be accepted, and are not."""
    accepted = set(version.acceptances.values_list("key", flat=True))
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for finding in findings_of(version):
        if not has_to_be_accepted(finding) or finding_key(finding) in accepted:
            continue
        (errors if finding.level is Level.ERROR else warnings).append(finding)
    return OpenFindings(tuple(errors), tuple(warnings))


def has_to_be_accepted(finding: Finding) -> bool:
    """Whether a version goes online only once somebody accepted a finding, with a reason."""
    return finding.level is Level.ERROR or (finding.level is Level.WARNING and not finding.is_national)


def archive_hash(file: BinaryIO) -> str:
    """Return the SHA-256 of a file, read from its beginning, in hexadecimal; its place is its beginning again."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def version_of_archive(archive: str, *, package: str = "") -> PlanVersion | None:
    """Return the version that is staged or online and came from an archive; ``package`` is a folder of it."""
    versions = _known_versions().filter(archive_hash=archive)
    return (versions.filter(folder=package) if package else versions).first()


def version_of_package(package_hash: str) -> PlanVersion | None:
    """Return the version that is staged or online and came from the same files, zipped by anybody at any time."""
    return _known_versions().filter(package_hash=package_hash).first() if package_hash else None


def _known_versions() -> QuerySet[PlanVersion]:
    return PlanVersion.objects.filter(state__in=(PlanState.STAGED, PlanState.ONLINE)).order_by("-pk")


def online_version(partition: str) -> PlanVersion | None:
    """Return the version online of a partition."""
    return PlanVersion.objects.filter(partition=partition, state=PlanState.ONLINE).first()


def find_version(text: str) -> PlanVersion:
    """Return a version by its number, or by its IDURBA: the one online, else the last.

    Raises:
        UnknownPlanVersion: there is none.
    """
    if text.isascii() and text.isdecimal() and len(text) < 10:
        version = PlanVersion.objects.filter(pk=int(text)).first()
    else:
        versions = PlanVersion.objects.filter(idurba=text.upper())
        version = versions.filter(state=PlanState.ONLINE).first() or versions.order_by("-pk").first()
    if version is None:
        raise UnknownPlanVersion(
            _("Aucune version du plan ne s’appelle « %s ».") % text[:40], parameter="version"
        )
    return version


def documents_online(partition: str) -> list[str]:
    """Return the IDURBA of DOC_URBA that belong to a partition."""
    listed = DocUrba.objects.order_by("idurba").values_list("idurba", flat=True)
    return [idurba for idurba in listed if partition_of(idurba) == partition]


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many rows of a table a version adds, changes, leaves as they are and removes."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the table stays as it is."""
        return not (self.added or self.changed or self.removed)


def change_counts(version: PlanVersion) -> dict[str, ChangeCount]:
    """Return what a staged version changes of what is online, by table; tables without rows are left out."""
    parameters = {"version": version.pk, "documents": documents_online(version.partition)}
    counts = {
        table: ChangeCount(*sql.rows(sql.change_count(live, twin), parameters)[0])
        for table, (live, twin) in TABLES.items()
    }
    return {table: count for table, count in counts.items() if count != ChangeCount()}


def content_digest(version: PlanVersion) -> str:
    """Return the SHA-256 of all that an approval is about: rows, document, pieces, accepted findings."""
    digests = [sql.rows(sql.digest(twin), {"version": version.pk})[0][0] for _live, twin in TABLES.values()]
    pieces = list(version.pieces.order_by("path").values_list("path", "content_hash"))
    accepted = sorted(version.acceptances.values_list("key", "reason"))
    return stable_digest(digests, pieces, accepted, version.document, version.communes, version.in_force_from)


def piece_address(idurba: str, nomfic: str) -> str:
    """Return the path of the piece that NOMFIC names, with its ``#page=n``; empty when no published version has it."""
    name, _hash, page = nomfic.partition("#")
    if not (name and idurba):
        return ""
    is_stored = WrittenPiece.objects.filter(
        name=name, version__idurba=idurba, version__state__in=(PlanState.ONLINE, PlanState.FORMER)
    ).exists()
    return _address(idurba, name, page) if is_stored else ""


@dataclass(frozen=True, slots=True)
class NamedPiece:
    """A written piece that an object names: the name of its file, its page (0: none), where it is read."""

    name: str
    page: int
    address: str


def piece_of(scope: Scope, pk: int) -> NamedPiece | None:
    """Return the written piece of an object of a plan, of the fields that its reader reads.

    URLFIC comes before the piece of the portal that NOMFIC names; None where neither leads anywhere.
    """
    if not scope.filterable.keys() >= _NAMING:
        return None
    row = scope.queryset.filter(pk=pk).values_list("idurba_id", "nomfic", "urlfic").first()
    if row is None:
        return None
    idurba, nomfic, urlfic = (str(text or "") for text in row)
    address = urlfic or piece_address(idurba, nomfic)
    if not address:
        return None
    file, _hash, fragment = (nomfic or urlfic).partition("#")
    digits = fragment.removeprefix("page=")
    page = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < _MOST_DIGITS else 0
    if page and "#" not in address:
        address = f"{address}#page={page}"
    return NamedPiece(file.rpartition("/")[2], page, address)


def piece_addresses(rows: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the paths of the pieces of several rows (IDURBA, NOMFIC), in one statement; those without are left out."""
    listed = set(rows)
    names = {nomfic.partition("#")[0] for _idurba, nomfic in listed} - {""}
    pieces = WrittenPiece.objects.filter(
        name__in=names, version__state__in=(PlanState.ONLINE, PlanState.FORMER)
    )
    stored = set(pieces.values_list("version__idurba", "name"))
    return {
        (idurba, nomfic): _address(idurba, name, page)
        for idurba, nomfic in listed
        for name, _hash, page in [nomfic.partition("#")]
        if (idurba, name) in stored
    }


def _address(idurba: str, name: str, page: str) -> str:
    path = reverse("plui:piece", args=[idurba, name])
    return f"{path}#{quote(page, safe='=&')}" if page else path


def readable_piece(
    visitor: Visitor, idurba: str, name: str, *, version: int | None = None
) -> WrittenPiece | None:
    """Return a piece of a document by its name, or its path in the package; None when the visitor reads none such.

    Those of versions online come first, then the last former one. Staged and withdrawn versions are for who loads
    plans or decides of them, by the number of the version.
    """
    pieces = WrittenPiece.objects.filter(version__idurba=idurba).select_related("version")
    pieces = pieces.filter(path=name) if "/" in name else pieces.filter(name=name)
    if version is not None:
        pieces = pieces.filter(version=version)
    listed = list(_in_rank(pieces)[:_MOST_PIECES])
    if not listed or may_load(visitor) or may_publish(visitor):
        return listed[0] if listed else None
    return next((piece for piece in listed if may_read(visitor, piece.version)), None)


def original_of(visitor: Visitor, piece: WrittenPiece | None) -> WrittenPiece | None:
    """Return a piece of which a copy is served; None for who may not have what came: it is for who loads plans."""
    is_theirs = piece is not None and bool(piece.original) and (may_load(visitor) or may_publish(visitor))
    return piece if is_theirs else None


def is_public_piece(visitor: Visitor, piece: WrittenPiece) -> bool:
    """Whether everybody reads a piece: its version was published, and the layer of the zones is open."""
    public = public_of(visitor)
    return may_read(public, piece.version) and access.scope(public, ZONES.slug).is_public


def _in_rank(pieces: QuerySet[WrittenPiece]) -> QuerySet[WrittenPiece]:
    """Order pieces: those of versions online, then of the last former one, then the others."""
    rank = Case(
        When(version__state=PlanState.ONLINE, then=Value(0)),
        When(version__state=PlanState.FORMER, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return pieces.order_by(rank, "-version", "path")
