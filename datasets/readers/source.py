"""What every reader gives, whatever the format: titles, and rows of text with an optional geometry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from datasets.definitions import Finding
from datasets.errors import EmptyFile, TooManyColumns
from datasets.readers.layout import Layout
from datasets.readers.limits import MAX_COLUMNS, MAX_ROW_FINDINGS
from datasets.vocabulary import ColumnType, Severity

RawRow = tuple[int, list[str | None], bytes | None]
"""Line (1-based line of the file for text formats, number of the row or feature otherwise), one text or None a title,
geometry as WKB in the CRS ``Source.srid`` (x, y order) or None."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person decides instead of the reader; empty: the reader decides.

    ``layer`` and ``sheet`` name the part of a file that holds several; ``delimiter`` and ``encoding`` are a CSV's;
    ``crs`` is the EPSG code of the coordinates; ``file_name`` is the producer's name for a file stored under another.
    ``title_lines``, ``header_rows``, ``unit_row`` and ``total_rows`` overrule the ``Layout`` of text and spreadsheets:
    lines above the titles, rows of titles, whether the next row tells units, whether totals at the end are left out.
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
        """Add a warning in the place of what was said before under the same code."""
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
        seen: set[str] = set()
        titles = []
        for position, title in enumerate(raw, start=1):
            titles.append(self._distinct(title, position, seen))
            seen.add(titles[-1])
        self.titles = tuple(titles)

    def _distinct(self, raw: str, position: int, seen: set[str]) -> str:
        title = " ".join(raw.replace("\0", "").split())
        if not title:
            title = f"colonne {position}"
            self.note("title_missing", _("La colonne %d n’a pas de titre.") % position, field=title)
        if title not in seen:
            return title
        number = 2
        while f"{title} ({number})" in seen:
            number += 1
        renamed = f"{title} ({number})"
        self.note(
            "title_twice", _("Deux colonnes ont le même titre : la seconde est renommée."), field=renamed
        )
        return renamed
