"""A package once read: its files, its metadata, and the texts and geometries of its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from plui.packages.standards import Model, TableModel
from plui.packages.tree import NEIGHBOURS, OF_SYSTEMS

Shape = Any  # shapely has no types


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file: its path in the package, with ``/``, and its bytes."""

    path: str
    size: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def stem(self) -> str:
        """The path without its extension."""
        return str(PurePosixPath(self.path).with_suffix(""))

    @property
    def extension(self) -> str:
        """The extension in lower case, without its dot."""
        return PurePosixPath(self.path).suffix.lower().removeprefix(".")

    @property
    def folder(self) -> str:
        """The folder, empty at the top."""
        folder = str(PurePosixPath(self.path).parent)
        return "" if folder == "." else folder

    @property
    def is_of_a_system(self) -> bool:
        """Whether an operating system wrote it."""
        return self.name.lower() in OF_SYSTEMS or self.name.startswith("._") or "__MACOSX" in self.path

    @property
    def is_neighbour(self) -> bool:
        """Whether it goes with a table."""
        return self.extension in NEIGHBOURS or self.name.lower().endswith((".shp.xml", ".aux.xml"))


@dataclass(slots=True)
class TableContent:
    """The rows of a table: ``texts`` are a list a column, in the order of ``columns`` (upper case).

    ``shapes`` are geometries in ``srid``, None where a row has none or where it cannot be read (``unreadable`` numbers
    those rows, 0-based). ``encoding`` is the Python name of the one that the texts are read in.
    """

    model: TableModel
    path: str
    columns: list[str]
    texts: list[list[str]]
    shapes: list[Shape]
    has_geometry: bool
    srid: int | None = None
    encoding: str = "utf-8"
    unreadable: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """The name of the table in the standard."""
        return self.model.name

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.texts[0]) if self.texts else len(self.shapes)

    def column(self, name: str) -> list[str]:
        """Return the texts of a column; empty ones when the table does not have it."""
        return self.texts[self.columns.index(name)] if name in self.columns else [""] * self.count

    def value(self, row: int, name: str) -> str:
        """Return the text of one cell, 0-based; empty when the table does not have the column."""
        return self.texts[self.columns.index(name)][row] if name in self.columns else ""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune that the portal knows: INSEE code, name, and outline in EPSG:2154."""

    code: str
    name: str
    outline: Shape


@dataclass(slots=True)
class Package:
    """A package. ``folder`` is the name of its folder, ``archive`` that of the file that it came in.

    ``model_reason`` says by what the model was chosen: ``metadata``, ``NOMRAPP``, ``0_Procedure`` or ``default``.
    """

    folder: str
    archive: str
    model: Model
    model_reason: str
    files: list[PackageFile]
    empty_folders: frozenset[str] = frozenset()
    tables: dict[str, TableContent] = field(default_factory=dict)
    table_files: dict[str, PackageFile] = field(default_factory=dict)

    @property
    def authority(self) -> str:
        """The code that the folder begins with."""
        return self.folder.partition("_")[0]

    @property
    def date(self) -> str:
        """DATAPPRO, as the folder has it; empty when it has none."""
        parts = self.folder.split("_")
        return parts[2] if len(parts) > 2 and len(parts[2]) == 8 and parts[2].isdecimal() else ""

    @property
    def suffix(self) -> str:
        """The letter of the document, with its dash; empty without."""
        parts = self.folder.split("_")
        return f"_{parts[3]}" if len(parts) > 3 else ""

    @property
    def idurba(self) -> str:
        """The IDURBA that the name of the folder asks for; empty when the folder has no such name."""
        if not self.date:
            return ""
        if self.model.year == 2014:
            return f"{self.authority}{self.date}{self.suffix}"
        return f"{self.authority}_{self.model.typedoc.upper()}_{self.date}{self.suffix}"

    @property
    def folders(self) -> frozenset[str]:
        """Every folder, those that hold nothing included."""
        folders = set(self.empty_folders)
        for file in self.files:
            parent = PurePosixPath(file.path).parent
            folders |= {str(each) for each in (parent, *parent.parents)}
        return frozenset(folders - {"."})

    def is_same_document(self, idurba: str) -> bool:
        """Whether an IDURBA is that of the package: the national validator lets PLUi pass for PLUI.

        Any is when the folder does not say which one is expected.
        """
        return not self.date or idurba.upper().replace("_", "") == self.idurba.upper().replace("_", "")
