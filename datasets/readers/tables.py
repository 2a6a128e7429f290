"""Rows of cells become a table: titles, rows, units and an ending, whatever the file they come from.

Text and spreadsheets share this: they give records, the table in them is found, and what is left out is told.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.errors import EmptyFile
from datasets.readers.endings import HELD, ending_of
from datasets.readers.headers import (
    HEAD_RECORDS,
    Record,
    TitleRows,
    filled,
    find_header,
    is_data,
    titles_of,
    units_of,
)
from datasets.readers.layout import SAMPLE_CELLS, SAMPLE_CHARACTERS, SAMPLE_RECORDS, Layout
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.readers.wrappings import FORMULA, LOOKUP, find_wrappings, unwrapped
from datasets.vocabulary import ColumnType, Severity

_SPARSE = 4
"""Cells that rows must usually fill for a last row of a single one to be doubtful."""


class TableSource(Source):
    """A file of rows. Records hold texts; cells that hold nothing are empty."""

    def __init__(self, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self._header = TitleRows(0)
        self._usual = 1
        self._header_line = 0
        self._wrappings: dict[int, str] = {}
        self._raw_titles: list[str] | None = None

    @abstractmethod
    def records(self, first_line: int) -> Iterator[Record]:
        """Read the records that start at ``first_line`` or below, blank lines left out."""

    @abstractmethod
    def last_records(self) -> tuple[list[Record], int]:
        """Return the last records that hold something and the number of blank ones after them; nothing when slow."""

    def grouped(self, _lines: Sequence[int], rows: list[list[str]]) -> tuple[list[list[str]], bool]:
        """Hook: fill the groups of titles over their columns; return the rows, and whether the file says which."""
        return rows, False

    def find_table(self, *, first_line: int = 1) -> None:
        """Find titles, units and ending; ``first_line`` is the line from which those above the titles are counted."""
        records = (record for record in self.records(first_line) if any(map(str.strip, record[1])))
        head = list(islice(records, HEAD_RECORDS))
        self.forget_rows()
        if not head:
            raise EmptyFile(_("Le fichier ne contient aucune ligne."))
        self.sample = tuple(_shown(cells) for _line, cells in head[:SAMPLE_RECORDS])
        header = self._header = find_header(head, self.options, first_line=first_line)
        body = [cells for _line, cells in head[header.body :]]
        counts = sorted(map(filled, body))
        self._usual = counts[len(counts) // 2] if counts else 1
        self._header_line = head[header.first][0]
        self._take_header(head, first_line)
        self._take_wrappings(body)
        self._find_ending(*self.last_records())

    def rows(self) -> Iterator[RawRow]:
        """Read the rows under the titles; what is left out, or does not fit, is told."""
        self.forget_rows()
        width, wrapped, titles = len(self.titles), self._wrappings, self._raw_titles
        held: deque[Record] = deque()
        trailing = blanks = 0
        for record in self._body():
            if not any(record[1]):
                trailing += 1
                continue
            if record[1] == titles:
                self._tell_repeated(record)
                continue
            held.append(record)
            blanks, trailing = blanks + trailing, 0
            if len(held) <= HELD:
                continue
            line, values = held.popleft()
            if len(values) == width or self._fits(values, line):
                yield (
                    line,
                    unwrapped(values, wrapped) if wrapped else [value or None for value in values],
                    None,
                )
        for line, values in self._last_rows(held, trailing):
            if len(values) == width or self._fits(values, line):
                yield (
                    line,
                    unwrapped(values, wrapped) if wrapped else [value or None for value in values],
                    None,
                )
        self._tell_blanks(blanks)

    def _body(self) -> Iterator[Record]:
        """Return the records under the titles."""
        records = self.records(self._header_line)
        skipped = self._header.rows + self._header.has_units
        while skipped and (record := next(records, None)) is not None:
            skipped -= any(map(str.strip, record[1]))
        return records

    def _fits(self, values: list[str], line: int) -> bool:
        """Bring ``values`` to the width of the titles; say whether that loses nothing."""
        width = len(self.titles)
        told = _("La ligne a %(count)d valeurs pour %(width)d colonnes.")
        if len(values) < width:
            told = _("La ligne a %(count)d valeurs pour %(width)d colonnes : les dernières sont vides.")
            reason = told % {"count": len(values), "width": width}
            self.note_row(Severity.WARNING, "row_short", reason, line=line)
            values.extend([""] * (width - len(values)))
            return True
        if any(values[width:]):
            reason = told % {"count": len(values), "width": width}
            value = next(filter(None, values[width:]))[:200]
            self.note_row(Severity.ERROR, "row_long", reason, line=line, value=value)
            self.skipped_rows += 1
            return False
        del values[width:]
        return True

    def _take_header(self, head: Sequence[Record], first_line: int) -> None:
        """Take titles and units from the first records, and tell what is not read."""
        header = self._header
        rows = [cells for _line, cells in head[header.first : header.first + header.rows]]
        self._raw_titles = list(rows[0]) if header.rows == 1 else None
        lines = [line for line, _cells in head[header.first : header.first + header.rows]]
        rows, are_known = self.grouped(lines, rows)
        titles = (
            titles_of(rows, are_groups_known=are_known)
            if rows
            else [_("colonne %d") % rank for rank in _ranks(head)]
        )
        while len(titles) > 1 and not titles[-1].strip():
            titles.pop()
        self.take_titles(titles)
        self.hints = (None,) * len(self.titles)
        units = head[header.body - 1] if header.has_units and header.body <= len(head) else None
        self.layout = Layout(
            title_lines=self._header_line - first_line,
            header_rows=header.rows,
            unit_row=units_of(units[1], len(self.titles)) if units else None,
            is_certain=header.is_certain,
            sample_lines=tuple(line for line, _cells in head[:SAMPLE_RECORDS]),
        )
        self._tell_header(head, titles, units)

    def _take_wrappings(self, body: Sequence[Sequence[str]]) -> None:
        """Find the columns whose values are wrapped, and tell them; texts that a formula protects are no numbers."""
        self._wrappings = find_wrappings(body, len(self.titles))
        told = {
            LOOKUP: _(
                "Valeurs d’une liste SharePoint (« 1;#nom ») : le nom est gardé, son numéro est laissé."
            ),
            FORMULA: _(
                'Textes protégés par une formule (« ="0123" ») : le texte est gardé, sans la formule.'
            ),
        }
        for position, code in self._wrappings.items():
            self.note(code, told[code], field=self.titles[position])
        self.hints = tuple(
            ColumnType.STRING if self._wrappings.get(position) == FORMULA else hint
            for position, hint in enumerate(self.hints)
        )

    def _tell_header(self, head: Sequence[Record], titles: Sequence[str], units: Record | None) -> None:
        """Tell what is not read above and under the titles, and what to look at in them."""
        header = self._header
        for line, cells in head[: header.first]:
            reason = _("Ligne au-dessus des titres de colonnes : elle n’est pas lue.")
            self.note("preamble", reason, line=line, value=_joined(cells))
        if not header.rows:
            self.note(
                "no_titles", _("La première ligne a l’air de données : les colonnes portent leur rang.")
            )
        if header.rows == 1 and self._usual and all(map(is_data, filter(None, map(str.strip, titles)))):
            reason = _("Les titres de colonnes sont des nombres : est-ce bien la ligne des titres ?")
            self.note("titles_doubtful", reason, line=self._header_line)
        if header.rows > 1:
            reason = _("Les titres tiennent sur %d lignes : ils sont réunis.") % header.rows
            self.note("header_rows", reason, line=self._header_line)
        if units:
            reason = _("Cette ligne donne les unités des colonnes : elle n’est pas une donnée.")
            self.note("unit_row", reason, line=units[0], value=_joined(units[1]))

    def _find_ending(self, last: Sequence[Record], trailing: int) -> set[int]:
        """Find what ends the file in its last records, tell it, and return the lines of them that are no rows."""
        found = ending_of(last, usual=self._usual, are_totals_left_out=self.options.total_rows is not False)
        self.layout = self.layout.ended(found.lines, trailing)
        texts = dict(last)
        for line in found.totals:
            reason = _("Ligne de total à la fin du fichier : elle n’est pas une donnée.")
            self.note("total_row", reason, line=line, value=_joined(texts[line]))
        for line in found.notes:
            reason = _("Remarque sous le tableau : elle n’est pas une donnée.")
            self.note("foot_note", reason, line=line, value=_joined(texts[line]))
        return {*found.lines, *found.marks}

    def _last_rows(self, held: Sequence[Record], trailing: int) -> list[Record]:
        """Return the rows among the last records, and doubt the very last one when it is nearly empty."""
        left_out = self._find_ending(list(held), trailing)
        rows = [record for record in held if record[0] not in left_out]
        self.skipped_rows += len(held) - len(rows)
        if rows and self._usual >= _SPARSE and filled(rows[-1][1]) == 1:
            line, values = rows[-1]
            reason = _("Dernière ligne presque vide : une remarque sous le tableau ?")
            self.note_row(Severity.WARNING, "row_sparse", reason, line=line, value=_joined(values))
        return rows

    def _tell_repeated(self, record: Record) -> None:
        reason = _("Les titres de colonnes sont répétés à cette ligne : elle n’est pas une donnée.")
        self.skipped_rows += 1
        self.note_row(Severity.WARNING, "titles_again", reason, line=record[0], value=_joined(record[1]))

    def _tell_blanks(self, blanks: int) -> None:
        count = blanks + self.layout.trailing_lines
        if count:
            told = ngettext(
                "%(count)d ligne sans aucune valeur n’est pas lue.",
                "%(count)d lignes sans aucune valeur ne sont pas lues.",
                count,
            )
            self.note_row(Severity.WARNING, "blank_rows", told % {"count": count}, line=0)


def _ranks(head: Sequence[Record]) -> range:
    return range(1, max(len(cells) for _line, cells in head) + 1)


def _shown(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell[:SAMPLE_CHARACTERS] for cell in cells[:SAMPLE_CELLS])


def _joined(cells: Sequence[str]) -> str:
    return " · ".join(filter(None, map(str.strip, cells)))[:200]
