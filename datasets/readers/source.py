"""What every reader gives, whatever the format: titles, rows of text with an optional geometry, layout of the table.

Limits bound what a delivered file may cost: beyond them it is refused with a clear message.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext as _

from datasets.definitions import Finding
from datasets.errors import EmptyFile, FileChanged, TooManyColumns
from datasets.vocabulary import ColumnType, Severity

RawRow = tuple[int, list[str | None], bytes | None]
"""Line (1-based line of the file for text formats, number of the row or feature otherwise), one text or None a title,
geometry as WKB in the CRS ``Source.srid`` (x, y order) or None."""


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows as lines of the text format of ``COPY``: the number of the line, then one value a title."""

    count: int
    content: bytes


MAX_COLUMNS = 500
"""Columns of a table; PostgreSQL stops at 1,600 and a person long before."""

MAX_FIELD_CHARACTERS = 10_000_000
"""Characters of one value: the largest honest surfaces in WKT are of a few megabytes."""

MAX_SHEET_BYTES = 1024**3
"""Bytes of a workbook once expanded: it is read whole in memory."""

MAX_SHEET_CELLS = 50_000_000
"""Cells between the first and the last one of a sheet, empty ones too: they are held in memory, 32 bytes each."""

MAX_JSON_BYTES = 64 * 1024**2
"""Bytes of a plain JSON table, read whole in memory."""

MAX_ROW_FINDINGS = 200
"""Findings about single rows that a reader stores; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person decides instead of the reader; empty: the reader decides.

    ``layer`` and ``sheet`` name the part of a file that holds several; ``delimiter`` and ``encoding`` are a CSV's;
    ``crs`` is the EPSG code of the coordinates; ``file_name`` is the producer's name for a file stored under another.
    ``title_lines``, ``header_rows``, ``unit_row`` and ``total_rows`` overrule the ``Layout`` of text and
    spreadsheets: lines above the titles, rows of titles, whether the next row has units, whether totals at the end
    are left out.
    """

    layer: str = ""
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    crs: int | None = None
    file_name: str = ""
    title_lines: int | None = None
    header_rows: int | None = None
    unit_row: bool | None = None
    total_rows: bool | None = None


SAMPLE_RECORDS = 12
"""Records of a file shown as they are, for a person to compare with the proposal."""

SAMPLE_CELLS = 60
SAMPLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table is in a file of rows, as recognised or as a person decided.

    ``title_lines`` counts the lines above the titles of columns, blank ones too; ``header_rows`` the rows of titles (0
    when the file has none and columns are called by their rank). ``unit_row`` holds the unit of each column when a row
    under the titles says them, None without such a row. ``total_lines`` are the numbers of the lines of totals at the
    end, left out; ``trailing_lines`` counts the lines of separators alone at the end. ``is_certain`` is false when
    something was decided that a person should look at.
    ``sample_lines`` are the numbers of the lines of ``Source.sample``.
    """

    title_lines: int = 0
    header_rows: int = 1
    unit_row: tuple[str, ...] | None = None
    total_lines: tuple[int, ...] = ()
    trailing_lines: int = 0
    is_certain: bool = True
    sample_lines: tuple[int, ...] = ()

    def ended(self, total_lines: tuple[int, ...], trailing_lines: int) -> Layout:
        """Return the layout with what ends the file, once it is known."""
        return replace(self, total_lines=total_lines, trailing_lines=trailing_lines)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Layout:
        """Read what ``to_json`` wrote.

        Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none.
        """
        units = document["unit_row"]
        return cls(
            title_lines=int(document["title_lines"]),
            header_rows=int(document["header_rows"]),
            unit_row=None if units is None else tuple(map(str, units)),
            total_lines=tuple(map(int, document["total_lines"])),
            trailing_lines=int(document["trailing_lines"]),
            is_certain=bool(document["is_certain"]),
            sample_lines=tuple(map(int, document["sample_lines"])),
        )


class Source(ABC):
    """An open file. A context manager: leaving it removes the private copies.

    ``format`` is the format found in the content; ``name`` the producer's file name without extension, ``layers`` the
    parts the file holds (layers or sheets) and ``layer`` the one that is read; ``hints`` the types a typed format
    declares (None elsewhere); ``srid`` that of the geometries given as WKB. ``geometry_types`` (OGC names, ``Z``
    apart) and ``has_z`` grow while rows are read, and so does ``findings``. ``layout`` says where the table is in the
    file (its totals are known once the rows were read to the end), ``sample`` holds the first records as they are.
    ``declared_rows`` is how many records the file says it holds, None when it does not: as many must be given as rows,
    or counted in ``skipped_rows``, which grows while rows are read: records left out, and said to be.
    ``estimated_rows`` is about how many there are, for people who wait.
    """

    format: str = ""

    def __init__(self, name: str, options: ReadOptions) -> None:
        self.name = name
        self.options = options
        self.titles: tuple[str, ...] = ()
        self.hints: tuple[ColumnType | None, ...] = ()
        self.srid: int | None = None
        self.has_geometry = False
        self.has_z = False
        self.geometry_types: frozenset[str] = frozenset()
        self.layers: tuple[str, ...] = ()
        self.layer = ""
        self.layout = Layout()
        self.sample: tuple[tuple[str, ...], ...] = ()
        self.resources = ExitStack()
        self.unsaid_rows = 0
        self.declared_rows: int | None = None
        self.estimated_rows: int | None = None
        self.skipped_rows = 0
        self._notices: list[Finding] = []
        self._row_findings: list[Finding] = []

    @property
    def findings(self) -> list[Finding]:
        """What the reading found: about the file, then about the rows of the last pass, within ``MAX_ROW_FINDINGS``.

        ``unsaid_rows`` counts the findings about rows beyond that number.
        """
        return [*self._notices, *self._row_findings]

    @abstractmethod
    def rows(self) -> Iterator[RawRow]:
        """Read the rows from the first one, in bounded memory; may be called again.

        Raises a ``FileRefused`` when the content turns out to be broken.
        """

    def blocks(self) -> Iterator[RowBlock | RawRow]:
        """Read the rows as ``rows`` does, those that a reader need not look at one by one in blocks."""
        yield from self.rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resources.__exit__(kind, error, trace)

    def close(self) -> None:
        """Close the file and remove the private copies."""
        self.resources.close()

    def note(self, code: str, reason: str, *, line: int = 0, field: str = "", value: str = "") -> None:
        """Add a warning, once."""
        finding = Finding(Severity.WARNING.value, code, reason, line, field, value)
        if finding not in self._notices:
            self._notices.append(finding)

    def note_again(self, code: str, reason: str) -> None:
        """Add a warning that replaces an earlier one of the same code."""
        self._notices = [finding for finding in self._notices if finding.code != code]
        self.note(code, reason)

    def forget_rows(self) -> None:
        """Begin a pass over the rows: what the pass before found about them is found again, or not."""
        self._row_findings.clear()
        self.unsaid_rows = 0
        self.skipped_rows = 0

    def note_row(self, severity: Severity, code: str, reason: str, *, line: int, value: str = "") -> None:
        """Add a finding about a row, within the number a person can read."""
        if len(self._row_findings) < MAX_ROW_FINDINGS:
            self._row_findings.append(Finding(severity.value, code, reason, line, "", value))
        else:
            self.unsaid_rows += 1

    def take_titles(self, raw: list[str]) -> None:
        """Set the titles from the file's: trimmed, never empty, never twice."""
        if len(raw) > MAX_COLUMNS:
            raise TooManyColumns(
                _("Le fichier a %(count)d colonnes ; un jeu de données en a %(limit)d au plus.")
                % {"count": len(raw), "limit": MAX_COLUMNS}
            )
        if not raw:
            raise EmptyFile(_("Le fichier n’a aucun champ : un jeu de données en a au moins un."))
        if not any(title.strip() for title in raw):
            raise EmptyFile(_("La ligne des titres de colonnes est vide."))
        used: set[str] = set()
        titles = []
        for position, title in enumerate(raw, start=1):
            titles.append(self._distinct(title, position, used))
            used.add(titles[-1])
        self.titles = tuple(titles)

    def _distinct(self, raw: str, position: int, used: set[str]) -> str:
        title = " ".join(raw.replace("\0", "").split())
        if not title:
            title = f"colonne {position}"
            self.note("title_missing", _("La colonne %d n’a pas de titre.") % position, field=title)
        if title not in used:
            return title
        number = 2
        while f"{title} ({number})" in used:
            number += 1
        renamed = f"{title} ({number})"
        self.note(
            "title_twice", _("Deux colonnes ont le même titre : la seconde est renommée."), field=renamed
        )
        return renamed


Stamp = tuple[int, int]


def stamp(file: BinaryIO) -> Stamp:
    """Return size and date of change of the open file, which a producer may still be writing.

    Replacing its name does not change them, writing does.
    """
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns


def check_unchanged(file: BinaryIO, before: Stamp) -> None:
    """Raise ``FileChanged`` when ``file`` is no longer what it was at ``before``."""
    if stamp(file) != before:
        raise FileChanged(_("Le fichier a été modifié pendant sa lecture : déposez-le de nouveau."))
