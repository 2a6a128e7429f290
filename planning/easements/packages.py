"""The portal's side: packages of easements that a child process has read, their rows and their acts.

What the child answers is read as if the package itself had written it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from planning.easements.errors import EasementsRefused
from plui.packages.content import PackageFile
from sandbox import supervisor
from sandbox.errors import MemoryExceeded, ProgramCrashed, SandboxError, SandboxUnavailable, TimeExceeded
from sandbox.limits import configured_limits
from sandbox.supervisor import Sandbox

_CHILD = "planning.easements.package_process:serve"
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)

PackageRow = tuple[int, dict[str, str], bytes | None]
"""Number of the row, from 1; texts by column in lower case; geometry as WKB in EPSG:4326."""


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table of a package: its name in the standard, its file, its columns in lower case, its number of rows."""

    name: str
    path: str
    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """A package of an archive that is open: its folder, its files, its tables by name, the files of unreadable ones."""

    child: Sandbox
    number: int
    folder: str
    files: tuple[PackageFile, ...]
    tables: dict[str, TableDescription]
    unreadable: tuple[str, ...]

    def rows(self, table: str) -> Iterator[PackageRow]:
        """Yield the rows of a table; none of one that the package does not have.

        Raises:
            EasementsRefused: the child ended.
        """
        description = self.tables.get(table)
        first, is_last = 0, description is None
        while not is_last and description is not None:
            with _faults_as_refusals():
                self.child.send(["rows", {"package": self.number, "table": table, "first": first}])
                answer, shapes = self.child.receive()
                is_last = bool(answer["is_last"]) or not answer["rows"]
                read = [_row(description, row) for row in answer["rows"]]
                batch = list(zip(read, _cut(shapes, answer["lengths"]), strict=True))
            for rank, (texts, shape) in enumerate(batch, first + 1):
                yield rank, texts, shape
            first += len(batch)

    def content(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            EasementsRefused: the child ended.
        """
        with _faults_as_refusals():
            self.child.send(["file", {"package": self.number, "path": path}])
            return self.child.receive()[1]


@contextmanager
def open_packages(file: BinaryIO) -> Iterator[list[OpenPackage]]:
    """Read the packages of an archive; they are open until the block ends.

    Raises:
        EasementsRefused: it cannot be read, or holds no package.
    """
    limits = configured_limits()
    with _faults_as_refusals():
        child = supervisor.start(
            _CHILD, file=file, arguments={}, limits=replace(limits, files=max(limits.files, 256))
        )
    with child:
        with _faults_as_refusals():
            answer, _content = child.receive()
            if "refused" in answer:
                raise EasementsRefused(str(answer["refused"]), parameter="file")
            packages = [_package(child, rank, each) for rank, each in enumerate(answer["packages"])]
        yield packages


def _package(child: Sandbox, rank: int, document: dict[str, Any]) -> OpenPackage:
    tables = [
        TableDescription(
            str(table["name"]),
            str(table["path"]),
            tuple(str(column).lower() for column in table["columns"]),
            int(table["count"]),
        )
        for table in document["tables"]
    ]
    return OpenPackage(
        child,
        rank,
        str(document["folder"]),
        tuple(PackageFile(str(file["path"]), int(file["size"])) for file in document["files"]),
        {table.name: table for table in tables},
        tuple(map(str, document["unreadable"])),
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
        raise EasementsRefused(_explanation(error), parameter="file") from error


def _explanation(error: SandboxError) -> str:
    if isinstance(error, MemoryExceeded):
        return _("La lecture de ce paquet demande trop de mémoire.")
    if isinstance(error, TimeExceeded):
        return _("La lecture de ce paquet demande plus de %d secondes.") % error.seconds
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Le lecteur s’est arrêté sur ce paquet : il est sans doute endommagé.")
