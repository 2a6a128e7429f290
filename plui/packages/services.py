"""The portal's side: read and check a package in a child process, and take its rows and files.

What the child answers is read as if the package itself had written it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.contrib.gis.db.models.functions import AsWKB, Transform
from django.utils.translation import gettext as _

from layers.models import Commune
from plui.packages.content import PackageFile
from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding, Level
from plui.packages.standards import Model
from sandbox import supervisor
from sandbox.errors import MemoryExceeded, ProgramCrashed, SandboxError, SandboxUnavailable, TimeExceeded
from sandbox.limits import configured_limits
from sandbox.supervisor import Sandbox

_CHILD = "plui.packages.child:serve"
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
    """A package and what is wrong with it, the most serious first."""

    folder: str
    idurba: str
    date: str
    model: Model
    model_reason: str
    files: tuple[PackageFile, ...]
    tables: tuple[TableDescription, ...]
    findings: tuple[Finding, ...]

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

    def piece(self, path: str) -> tuple[bytes, int, str]:
        """Return the bytes of a written piece, its pages, and why it is refused: it has no bytes then.

        Raises:
            PackageRefused: the child ended.
        """
        with _faults_as_refusals():
            self._child.send(["piece", {"path": path}])
            answer, content = self._child.receive()
            pages, refused = int(answer["pages"]), str(answer["refused"])
        return (b"" if refused else content), max(pages, 0), refused


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
def _faults_as_refusals() -> Iterator[None]:
    """Say in words how a child ended; answers without sense are a crash."""
    try:
        try:
            yield
        except _MALFORMED as error:
            raise ProgramCrashed("an answer that makes no sense") from error
    except SandboxError as error:
        raise PackageRefused(_explanation(error), parameter="file") from error


def _explanation(error: SandboxError) -> str:
    if isinstance(error, MemoryExceeded):
        return _("La lecture de ce paquet demande trop de mémoire.")
    if isinstance(error, TimeExceeded):
        return _("La lecture de ce paquet demande plus de %d secondes.") % error.seconds
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Le lecteur s’est arrêté sur ce paquet : il est sans doute endommagé.")
