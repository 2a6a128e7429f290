"""Rows of cells become a table: titles, rows, units and a footer, whatever the file they come from.

Text and spreadsheets share this: they give records, the table in them is recognised, and what is left out is reported.
The footer is what follows the last row (lines of separators alone, totals, notes): only the last records are looked at,
and a total is one by its first word alone or when it leaves blank what every row fills: « Total » in the middle of a
table is a row. Values may be wrapped by the software that wrote them: SharePoint's lists, texts that a formula
protects.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.errors import EmptyFile
from datasets.readers.headers import (
    HEAD_RECORDS,
    Record,
    TitleRows,
    filled,
    find_header,
    is_data,
    says_types,
    titles_of,
    units_of,
)
from datasets.readers.source import (
    SAMPLE_CELLS,
    SAMPLE_CHARACTERS,
    SAMPLE_RECORDS,
    Layout,
    RawRow,
    ReadOptions,
    Source,
)
from datasets.vocabulary import ColumnType, Severity

LOOKUP, FORMULA = "lookup", "formula_texts"
"""The codes of findings about a column; ``1;#Meudon`` is Meudon, ``="0123"`` is 0123."""

_LOOKUP = re.compile(r"(?:^|;#)[0-9]+;#")
_PATTERNS = {
    LOOKUP: re.compile(r"[0-9]+;#[^;#]+(?:;#[0-9]+;#[^;#]+)*"),
    FORMULA: re.compile(r'="[^"]*"'),
}


def find_wrapped_columns(body: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """Return the code of each column whose every value is wrapped alike."""
    wrapped = {}
    for position in range(width):
        values = [row[position] for row in body if position < len(row) and row[position]]
        for code, pattern in _PATTERNS.items():
            if values and all(map(pattern.fullmatch, values)):
                wrapped[position] = code
    return wrapped


def unwrap(values: Sequence[str], wrapped: Mapping[int, str]) -> list[str | None]:
    """Return the values of a row, those of wrapped columns plain; what is not wrapped there stays as it is."""
    row: list[str | None] = [value or None for value in values]
    for position, code in wrapped.items():
        value = values[position]
        if not _PATTERNS[code].fullmatch(value):
            continue
        plain = _LOOKUP.sub(", ", value).removeprefix(", ") if code == LOOKUP else value[2:-1]
        row[position] = plain or None
    return row


FOOTER_RECORDS = 12
"""Records held back while the file is read: the end is at most that long."""
_MIN_WORDS = 3
"""Words that make a sentence of a cell."""

_BLANKS = " \t\r\n\u00a0\x1a"

_TOTAL = re.compile(
    r"(?:(?:sous|grand)[ -]?)?tota(?:l|ux)(?: (?:g[ée]n[ée]ra(?:l|ux)|global|communes?|ville|territoire|ept|gpso"
    r"|d[ée]partement|(?:en )?[12][0-9]{3}|(?:des?|du|par) .{1,60}|de l(?:a |['’]).{1,60}))?[ \u00a0]*:?"
    r"|(?:ensemble|somme|moyenne|cumul|m[ée]diane)[ \u00a0]*:?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:sources?|notes?|nb|n\.b\.|remarques?|l[ée]gende|champ|lecture|mise? [àa] jour|donn[ée]es|[ée]dit[ée]e?|extrait"
    r"|export[ée]?|©|\*+|\([0-9a-z*]{1,2}\)|[¹²³])[ \u00a0]*(?:[:=,.]|[^ ]* ).*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TableFooter:
    """The numbers of the last lines that are no rows: totals, remarks, and the mark that ends files of DOS."""

    totals: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines with a value."""
        return tuple(sorted((*self.totals, *self.notes)))


def footer_of(last: Sequence[Record], *, width: int, are_totals_left_out: bool = True) -> TableFooter:
    """Return which of the last records, none blank, are no rows; ``width`` is the number of cells that a row fills.

    Records are looked at from the last one up, until one that is a row.
    """
    totals, notes, marks = [], [], []
    apart = _apart(last, width)
    for index in range(len(last) - 1, -1, -1):
        line, cells = last[index]
        stripped = [cell.strip(_BLANKS) for cell in cells]
        if not any(stripped):
            marks.append(line)
        elif not are_totals_left_out:
            break
        elif is_total(stripped) and not _is_repeated_word(stripped, last[:index]):
            totals.append(line)
        elif line in apart or is_note(stripped, width):
            notes.append(line)
        else:
            break
    return TableFooter(tuple(reversed(totals)), tuple(reversed(notes)), tuple(marks))


def last_records(records: Iterable[Record]) -> tuple[list[Record], int]:
    """Return the last records that hold something, and how many after them hold nothing."""
    last: deque[Record] = deque(maxlen=FOOTER_RECORDS)
    trailing = 0
    for record in records:
        if any(record[1]):
            last.append(record)
            trailing = 0
        else:
            trailing += 1
    return list(last), trailing


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a record is a line of totals, ``Total;;1 234``: never in a table of one column."""
    first = next(filter(None, cells), "")
    return filled(cells) > 1 and _TOTAL.fullmatch(first) is not None


def is_note(cells: Sequence[str], width: int) -> bool:
    """Say whether a record is a remark under the table: one cell where rows fill three or more."""
    return width > 2 and filled(cells) * 2 <= width and _NOTE.fullmatch(next(filter(None, cells))) is not None


def _apart(last: Sequence[Record], width: int) -> set[int]:
    """Return the lines of the sentences that end the file after a blank line, each alone in a row."""
    lines: set[int] = set()
    for (above, _cells), (line, cells) in zip(reversed(last[:-1]), reversed(last), strict=False):
        stripped = [cell.strip(_BLANKS) for cell in cells]
        if not any(stripped):
            continue
        if width <= 2 or filled(stripped) > 1 or len("".join(stripped).split()) < _MIN_WORDS:
            return set()
        lines.add(line)
        if line - above > 1:
            return lines
    return set()


def _is_repeated_word(cells: Sequence[str], before: Sequence[Record]) -> bool:
    """Say whether rows above begin alike: « Ensemble » is then a value of the column."""
    first = next(filter(None, cells), "").lower()
    first_words = (next((cell.strip().lower() for cell in row if cell.strip()), "") for _line, row in before)
    return any(first == other for other in first_words)


_SPARSE = 4
"""Cells that rows must usually fill for a last row of a single one to be doubtful."""


class TableSource(Source):
    """A file of rows. Records hold texts; cells that hold nothing are empty."""

    def __init__(self, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self._header = TitleRows(0)
        self._typical_width = 1
        self._header_line = 0
        self._wrapped_columns: dict[int, str] = {}
        self._raw_titles: list[str] | None = None

    @abstractmethod
    def records(self, first_line: int) -> Iterator[Record]:
        """Read the records that start at ``first_line`` or below, blank lines left out."""

    @abstractmethod
    def last_records(self) -> tuple[list[Record], int]:
        """Return the last records that hold something and the number of blank ones after them; nothing when slow."""

    def grouped(self, _lines: Sequence[int], rows: list[list[str]]) -> tuple[list[list[str]], bool]:
        """Hook: fill the groups of titles over their columns; return the rows, and whether the file declares them."""
        return rows, False

    def find_table(self, *, first_line: int = 1) -> None:
        """Find titles, units and ending; ``first_line`` is the line from which those above the titles are counted."""
        records = (record for record in self.records(first_line) if any(map(str.strip, record[1])))
        head = list(islice(records, HEAD_RECORDS))
        self.forget_rows()
        if not head:
            raise EmptyFile(_("Le fichier ne contient aucune ligne."))
        self.sample = tuple(
            tuple(cell[:SAMPLE_CHARACTERS] for cell in cells[:SAMPLE_CELLS])
            for _line, cells in head[:SAMPLE_RECORDS]
        )
        header = self._header = find_header(head, self.options, first_line=first_line)
        body = [cells for _line, cells in head[header.body :]]
        counts = sorted(map(filled, body))
        self._typical_width = counts[len(counts) // 2] if counts else 1
        self._header_line = head[header.first][0]
        self._take_header(head, first_line)
        self._take_wrapped_columns(body)
        self._find_footer(*self.last_records())

    def rows(self) -> Iterator[RawRow]:
        """Read the rows under the titles; what is left out, or does not fit, is reported."""
        self.forget_rows()
        yield from self.rows_of(self._body())

    def rows_of(self, records: Iterator[Record]) -> Iterator[RawRow]:
        """Read the rows of the records that are left, down to the footer."""
        width, wrapped, titles = len(self.titles), self._wrapped_columns, self._raw_titles
        waiting: deque[Record] = deque()
        trailing = blanks = 0
        for record in records:
            if not any(record[1]):
                trailing += 1
                continue
            if record[1] == titles:
                self._tell_repeated(record)
                continue
            waiting.append(record)
            blanks, trailing = blanks + trailing, 0
            if len(waiting) <= FOOTER_RECORDS:
                continue
            line, values = waiting.popleft()
            if len(values) == width or self._fits(values, line):
                yield (
                    line,
                    unwrap(values, wrapped) if wrapped else [value or None for value in values],
                    None,
                )
        for line, values in self._last_rows(waiting, trailing):
            if len(values) == width or self._fits(values, line):
                yield (
                    line,
                    unwrap(values, wrapped) if wrapped else [value or None for value in values],
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
        message = _("La ligne a %(count)d valeurs pour %(width)d colonnes.")
        if len(values) < width:
            message = _("La ligne a %(count)d valeurs pour %(width)d colonnes : les dernières sont vides.")
            reason = message % {"count": len(values), "width": width}
            self.note_row(Severity.WARNING, "row_short", reason, line=line)
            values.extend([""] * (width - len(values)))
            return True
        if any(values[width:]):
            reason = message % {"count": len(values), "width": width}
            value = next(filter(None, values[width:]))[:200]
            self.note_row(Severity.ERROR, "row_long", reason, line=line, value=value)
            self.skipped_rows += 1
            return False
        del values[width:]
        return True

    def _take_header(self, head: Sequence[Record], first_line: int) -> None:
        """Take titles and units from the first records, and report what is not read."""
        header = self._header
        rows = [cells for _line, cells in head[header.first : header.first + header.rows]]
        self._raw_titles = list(rows[0]) if header.rows == 1 else None
        lines = [line for line, _cells in head[header.first : header.first + header.rows]]
        rows, has_exact_groups = self.grouped(lines, rows)
        titles = (
            titles_of(rows, has_exact_groups=has_exact_groups)
            if rows
            else [_("colonne %d") % rank for rank in range(1, max(len(cells) for _line, cells in head) + 1)]
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

    def _take_wrapped_columns(self, body: Sequence[Sequence[str]]) -> None:
        """Find and report the columns whose values are wrapped; texts protected by a formula are no numbers."""
        self._wrapped_columns = find_wrapped_columns(body, len(self.titles))
        messages = {
            LOOKUP: _(
                "Valeurs d’une liste SharePoint (« 1;#nom ») : le nom est gardé, son numéro est laissé."
            ),
            FORMULA: _(
                'Textes protégés par une formule (« ="0123" ») : le texte est gardé, sans la formule.'
            ),
        }
        for position, code in self._wrapped_columns.items():
            self.note(code, messages[code], field=self.titles[position])
        self.hints = tuple(
            ColumnType.STRING if self._wrapped_columns.get(position) == FORMULA else hint
            for position, hint in enumerate(self.hints)
        )

    def _tell_header(self, head: Sequence[Record], titles: Sequence[str], units: Record | None) -> None:
        """Report what is not read above and under the titles, and doubtful titles."""
        header = self._header
        for line, cells in head[: header.first]:
            reason = _("Ligne au-dessus des titres de colonnes : elle n’est pas lue.")
            self.note("preamble", reason, line=line, value=_joined(cells))
        if not header.rows:
            self.note(
                "no_titles", _("La première ligne a l’air de données : les colonnes portent leur rang.")
            )
        if (
            header.rows == 1
            and self._typical_width
            and all(map(is_data, filter(None, map(str.strip, titles))))
        ):
            reason = _("Les titres de colonnes sont des nombres : est-ce bien la ligne des titres ?")
            self.note("titles_doubtful", reason, line=self._header_line)
        if header.rows > 1:
            reason = _("Les titres tiennent sur %d lignes : ils sont réunis.") % header.rows
            self.note("header_rows", reason, line=self._header_line)
        if units and says_types(units[1]):
            reason = _("Cette ligne donne les types des colonnes : elle n’est pas une donnée.")
            self.note("type_row", reason, line=units[0], value=_joined(units[1]))
        elif units:
            reason = _("Cette ligne donne les unités des colonnes : elle n’est pas une donnée.")
            self.note("unit_row", reason, line=units[0], value=_joined(units[1]))

    def _find_footer(self, last: Sequence[Record], trailing: int) -> set[int]:
        """Find and report the footer in the last records, and return its lines."""
        footer = footer_of(
            last, width=self._typical_width, are_totals_left_out=self.options.total_rows is not False
        )
        self.layout = self.layout.ended(footer.lines, trailing)
        texts = dict(last)
        for line in footer.totals:
            reason = _("Ligne de total à la fin du fichier : elle n’est pas une donnée.")
            self.note("total_row", reason, line=line, value=_joined(texts[line]))
        for line in footer.notes:
            reason = _("Remarque sous le tableau : elle n’est pas une donnée.")
            self.note("foot_note", reason, line=line, value=_joined(texts[line]))
        return {*footer.lines, *footer.marks}

    def _last_rows(self, last: Sequence[Record], trailing: int) -> list[Record]:
        """Return the rows among the last records, and doubt the very last one when it is nearly empty."""
        left_out = self._find_footer(list(last), trailing)
        rows = [record for record in last if record[0] not in left_out]
        self.skipped_rows += len(last) - len(rows)
        if rows and self._typical_width >= _SPARSE and filled(rows[-1][1]) == 1:
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
            reason = ngettext(
                "%(count)d ligne sans aucune valeur n’est pas lue.",
                "%(count)d lignes sans aucune valeur ne sont pas lues.",
                count,
            )
            self.note_row(Severity.WARNING, "blank_rows", reason % {"count": count}, line=0)


def _joined(cells: Sequence[str]) -> str:
    return " · ".join(filter(None, map(str.strip, cells)))[:200]
