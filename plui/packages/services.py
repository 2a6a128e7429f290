"""The portal's side: read and check a package in a child process, take its rows and files, clean its written pieces.

What the child answers is read as if the package itself had written it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib.gis.db.models.functions import AsWKB, Transform
from django.utils.translation import gettext as _

from layers.models import Commune
from plui.packages.content import PackageFile
from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding, Level
from plui.packages.removals import Removal
from plui.packages.standards import Model
from sandbox import supervisor
from sandbox.errors import MemoryExceeded, ProgramCrashed, SandboxError, SandboxUnavailable, TimeExceeded
from sandbox.limits import configured_limits
from sandbox.supervisor import Sandbox

_CHILD = "plui.packages.child:serve"
_CLEANING_CHILD = "plui.packages.pdf_cleaning:serve"
_LAMBERT_93 = 2154
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table of a package: its name in the standard, its file, its columns (upper case) and its number of rows."""

    name: str
    path: str
    columns: tuple[str, ...]
    count: int
    encoding: str


@dataclass(frozen=True, slots=True)
class PackageReport:
    """A package and what is wrong with it, the most serious first.

    ``content_hash`` is the SHA-256 of its folder: that of the same files in another archive is the same.
    """

    folder: str
    idurba: str
    date: str
    model: Model
    model_reason: str
    files: tuple[PackageFile, ...]
    tables: tuple[TableDescription, ...]
    findings: tuple[Finding, ...]
    content_hash: str = ""

    @property
    def errors(self) -> list[Finding]:
        """The findings for which the national portal refuses the package."""
        return [finding for finding in self.findings if finding.level is Level.ERROR]

    def count_of(self, level: Level) -> int:
        """Return how many findings have a level."""
        return sum(finding.level is level for finding in self.findings)

    def table(self, name: str) -> TableDescription | None:
        """Return a table by its name in the standard."""
        return next((table for table in self.tables if table.name == name), None)


PackageRow = tuple[dict[str, str], bytes | None]
"""Texts by attribute, and geometry as WKB in EPSG:4326."""


class OpenPackage:
    """A package that a child has read: its report, and what it holds."""

    def __init__(self, child: Sandbox, report: PackageReport) -> None:
        self._child = child
        self.report = report

    def rows(self, table: str) -> Iterator[PackageRow]:
        """Yield the rows of a table of the report.

        Raises:
            PackageRefused: the child ended.
        """
        description = self.report.table(table)
        if description is None:
            return
        first, is_last = 0, False
        while not is_last:
            with _faults_as_refusals():
                self._child.send(["rows", {"table": table, "first": first}])
                answer, shapes = self._child.receive()
                rows, lengths = answer["rows"], answer["lengths"]
                is_last = bool(answer["is_last"]) or not rows
                read = [_row(description, row) for row in rows]
            first += len(read)
            yield from zip(read, _cut(shapes, lengths), strict=True)

    def content(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            PackageRefused: the child ended.
        """
        with _faults_as_refusals():
            self._child.send(["file", {"path": path}])
            return self._child.receive()[1]

    def piece(self, path: str) -> ServedPiece:
        """Return a written piece as the portal may serve it.

        Raises:
            PackageRefused: the child ended.
        """
        content = self.content(path)
        return cleaned_pdf(content) if path.lower().endswith(".pdf") else ServedPiece(content)


@dataclass(frozen=True, slots=True)
class ServedPiece:
    """A written piece: ``content`` is what is served of it, ``original`` what came where that is something else.

    ``removed`` counts what the copy does not have, by kind (``Removal``). ``refused`` says why nothing is served.
    """

    content: bytes = b""
    original: bytes = b""
    pages: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    refused: str = ""


def cleaned_pdf(content: bytes) -> ServedPiece:
    """Return a PDF as it may be served, cleaned in a child of its own: what it costs is bounded, and no other piece's.

    The child takes no place among those that read files: that of the package has one, and waits for it.
    """
    with tempfile.TemporaryFile() as file, tempfile.TemporaryDirectory(prefix="piece-") as folder:
        file.write(content)
        file.flush()
        try:
            with _answers_of_a_child():
                limits = configured_limits()
                with supervisor.start(
                    _CLEANING_CHILD, file=file, arguments={}, limits=limits, folder=Path(folder)
                ) as child:
                    answer, copy = child.receive()
                return _served(content, answer, copy)
        except SandboxError as error:
            return ServedPiece(refused=_piece_explanation(error))


def _served(content: bytes, answer: Mapping[str, Any], copy: bytes) -> ServedPiece:
    if refused := str(answer["refused"]):
        return ServedPiece(refused=refused)
    pages = max(int(answer["pages"]), 0)
    if not answer["is_copy"]:
        return ServedPiece(content, pages=pages)
    removed = {Removal(kind).value: int(count) for kind, count in answer["removed"].items()}
    if not (copy.startswith(b"%PDF-") and removed):
        raise ValueError("no copy")
    return ServedPiece(copy, original=content, pages=pages, removed=removed)


@contextmanager
def open_package(file: BinaryIO, *, name: str, package: str = "") -> Iterator[OpenPackage]:
    """Read and check a package; it is open until the block ends.

    ``name`` is that of the archive, ``package`` the folder to read of an archive that has several.

    Raises:
        PackageRefused: it cannot be read; see ``plui.packages.reading.open_folder``.
    """
    limits = configured_limits()
    with _faults_as_refusals():
        child = supervisor.start(
            _CHILD,
            file=file,
            arguments={"name": name, "package": package},
            limits=replace(limits, files=max(limits.files, 256)),
        )
    with child:
        with _faults_as_refusals():
            communes, outlines = _communes()
            child.send({"communes": communes}, outlines)
            answer, _content = child.receive()
            if "refused" in answer:
                raise PackageRefused(str(answer["refused"]), parameter=str(answer["parameter"]))
            report = _report(answer)
        yield OpenPackage(child, report)


def check_package_file(file: BinaryIO, *, name: str, package: str = "") -> PackageReport:
    """Return the report of a package.

    Raises:
        PackageRefused: see ``open_package``.
    """
    with open_package(file, name=name, package=package) as opened:
        return opened.report


def _communes() -> tuple[list[dict[str, Any]], bytes]:
    """Return the communes of the portal, and their outlines in EPSG:2154 as WKB one after the other."""
    rows = Commune.objects.annotate(outline=AsWKB(Transform("geom", _LAMBERT_93))).values_list(
        "code", "nom", "outline"
    )
    described, outlines = [], []
    for code, name, outline in rows:
        wkb = bytes(outline)
        described.append({"code": code, "name": name, "length": len(wkb)})
        outlines.append(wkb)
    return described, b"".join(outlines)


def _report(answer: dict[str, Any]) -> PackageReport:
    document = answer["package"]
    return PackageReport(
        folder=str(document["folder"]),
        idurba=str(document["idurba"]),
        date=str(document["date"]),
        model=Model(str(document["typedoc"]), int(document["year"])),
        model_reason=str(document["model_reason"]),
        files=tuple(PackageFile(str(file["path"]), int(file["size"])) for file in document["files"]),
        tables=tuple(
            TableDescription(
                str(table["name"]),
                str(table["path"]),
                tuple(map(str, table["columns"])),
                int(table["count"]),
                str(table["encoding"]),
            )
            for table in document["tables"]
        ),
        findings=tuple(map(Finding.from_json, answer["findings"])),
        content_hash=str(document["content_hash"]),
    )


def _row(table: TableDescription, texts: Sequence[object]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not a text")
    return dict(zip(table.columns, map(str, texts), strict=True))


def _cut(shapes: bytes, lengths: Sequence[int]) -> Iterator[bytes | None]:
    start = 0
    for length in lengths:
        yield None if length < 0 else shapes[start : start + length]
        start += max(length, 0)


@contextmanager
def _answers_of_a_child() -> Iterator[None]:
    """Take answers without sense for a crash."""
    try:
        yield
    except _MALFORMED as error:
        raise ProgramCrashed("an answer that makes no sense") from error


@contextmanager
def _faults_as_refusals() -> Iterator[None]:
    """Say in words how a child ended."""
    try:
        with _answers_of_a_child():
            yield
    except SandboxError as error:
        raise PackageRefused(_explanation(error), parameter="file") from error


def _piece_explanation(error: SandboxError) -> str:
    if isinstance(error, MemoryExceeded):
        return _("La lecture de ce PDF demande trop de mémoire.")
    if isinstance(error, TimeExceeded):
        return _("La lecture de ce PDF demande plus de %d secondes.") % error.seconds
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Ce PDF n’a pas pu être lu : il est sans doute endommagé.")


def _explanation(error: SandboxError) -> str:
    if isinstance(error, MemoryExceeded):
        return _("La lecture de ce paquet demande trop de mémoire.")
    if isinstance(error, TimeExceeded):
        return _("La lecture de ce paquet demande plus de %d secondes.") % error.seconds
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Le lecteur s’est arrêté sur ce paquet : il est sans doute endommagé.")
