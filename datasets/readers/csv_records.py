"""Read records from lines of text, strictly: a quotation mark left open is an error that costs its line alone.

The dialect is the delimiter and the quotes that make rows of one width of the first lines. ``csv`` does the work in C
and stops at a fault. The lines of the faulty record are read again: the first one alone, or reported as an error,
then the others.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from django.utils.translation import gettext as _

from datasets.errors import FieldTooLong, UnreadableFile
from datasets.readers.headers import Record
from datasets.readers.source import MAX_FIELD_CHARACTERS
from datasets.vocabulary import Severity

MAX_RECORD_LINES = 500
"""Lines of one record: the longest honest text has fewer."""

MAX_REWINDS = 1_000
"""Records read again from their second line before the whole file is refused: each costs the lines it swallowed."""

_PROOF = 3
"""How many delimiters in the lines inside a value make rows of them rather than a text."""

Note = Callable[[Severity, str, str, int, str], None]
"""Records a finding about a line: severity, code, reason, number of the line, its beginning."""


DELIMITERS = ",;\t|"
SAMPLE_LINES = 100
_HALF = 0.5
_LEAST_LINES, _LEAST_GAPS = 3, 2

Score = tuple[float, float, int]
"""How alike lines are from the first one of the usual width on (titles above a table are not), then all, then width."""


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """``width`` is the number of values most of the first lines have, 1 when no delimiter cuts them alike.

    ``is_wrapped`` when each whole line stands between quotation marks, as a workbook saved again writes it.
    """

    delimiter: str
    quote: str = '"'
    skips_spaces: bool = False
    width: int = 1
    is_wrapped: bool = False


def find_dialect(lines: Sequence[str], *, delimiter: str = "") -> CsvDialect:
    """Return the dialect of the first lines of a file; ``delimiter`` is the one that a person chose."""
    candidates = delimiter or DELIMITERS
    best = max((_judged(lines, candidate) for candidate in candidates), key=lambda judged: judged[0])
    if delimiter or best[1].width > 1:
        return best[1]
    inside = _of_wrapped(lines)
    if inside is not None:
        return inside
    text = "".join(lines)
    absent = next((candidate for candidate in ";,|\t" if candidate not in text), ";")
    return CsvDialect(absent, best[1].quote, width=1)


def unwrapped_line(line: str) -> str:
    """Return a line without the quotation marks around the whole of it, those inside no longer doubled."""
    text = line.rstrip("\r\n")
    is_wrapped = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') + line[len(text) :] if is_wrapped else line


def is_fixed_width(lines: Sequence[str]) -> bool:
    """Say whether lines are columns of blanks and text, as old software prints them, which no delimiter cuts."""
    texts = [line.rstrip() for line in lines if line.strip()]
    if len(texts) < _LEAST_LINES or any(mark in line for line in texts for mark in ';\t|"'):
        return False
    if not all("  " in line.strip() for line in texts) or _are_cut_alike(texts):
        return False
    longest = max(map(len, texts))
    is_blank = [all(line[index : index + 1] in {"", " "} for line in texts) for index in range(longest)]
    gaps = sum(before and not after for before, after in pairwise(is_blank))
    return gaps >= _LEAST_GAPS


def _are_cut_alike(texts: Sequence[str]) -> bool:
    commas = {line.count(",") for line in texts}
    return len(commas) == 1 and commas != {0}


def _of_wrapped(lines: Sequence[str]) -> CsvDialect | None:
    """Return the dialect inside lines that are all between quotation marks, None when nothing cuts them all alike."""
    texts = [line for line in lines if line.strip()]
    if len(texts) < 2 or not all(unwrapped_line(line) != line for line in texts):
        return None
    judged = max(
        (_judged(list(map(unwrapped_line, texts)), mark) for mark in DELIMITERS), key=lambda one: one[0]
    )
    (_below, share, width), dialect = judged
    return replace(dialect, is_wrapped=True) if share == 1 and width > 1 else None


def _judged(lines: Sequence[str], delimiter: str) -> tuple[Score, CsvDialect]:
    """Return how well ``delimiter`` cuts the lines, and the dialect that does it."""
    quote = "'" if _are_apostrophes_quotes(lines, delimiter) else '"'
    skips = _has_spaces_before_quotes(lines, delimiter, quote)
    try:
        reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=skips)
        widths = [len(row) for row in reader if any(row)]
    except csv.Error:
        widths = []
    counts = Counter(widths)
    width = max(counts, key=lambda width_of: (counts[width_of], width_of), default=1)
    if width < 2 and widths and widths[0] == max(widths):
        width = widths[0]  # a row of titles over rows cut short
    if width < 2:
        return (0.0, 0.0, width), CsvDialect(delimiter, quote, skips, width)
    share = counts[width] / len(widths)
    below = counts[width] / len(widths[widths.index(width) :])
    return (below if share >= _HALF else share, share, width), CsvDialect(delimiter, quote, skips, width)


def _are_apostrophes_quotes(lines: Sequence[str], delimiter: str) -> bool:
    """Say whether values stand between apostrophes, and none between quotation marks."""
    cells = [cell.strip() for line in lines for cell in line.rstrip("\r\n").split(delimiter)]
    quoted = sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells)
    marked = any(cell.startswith('"') for cell in cells)
    return quoted >= 3 and not marked and quoted * 4 >= sum(map(bool, cells))


def _has_spaces_before_quotes(lines: Sequence[str], delimiter: str, quote: str) -> bool:
    """Say whether quoted values follow a delimiter and a space."""
    text = "".join(lines)
    spaced = len(re.findall(re.escape(delimiter) + " +" + quote, text))
    return spaced > text.count(delimiter + quote)


class _TooManyLines(Exception):
    """A record is longer than any text."""


class CsvRecords:
    """The records of ``lines``, each with the line it starts at; blank lines are none.

    ``dialect.width`` is the number of values that rows should have, ``first_line`` the number of the first line.
    """

    def __init__(self, lines: Iterator[str], dialect: CsvDialect, first_line: int, note: Note) -> None:
        self._lines = lines
        self._dialect = dialect
        self._note = note
        self._pending: deque[str] = deque()
        self._swallowed: list[str] = []
        self._rewinds = 0
        self.line = first_line

    def __iter__(self) -> Iterator[Record]:
        """Yield the records.

        Raises:
            FieldTooLong: a value on one line is too long.
            UnreadableFile: too many lines are no CSV.
        """
        is_over = False
        while not is_over:
            reader = csv.reader(
                self._feed(),
                delimiter=self._dialect.delimiter,
                quotechar=self._dialect.quote,
                skipinitialspace=self._dialect.skips_spaces,
                strict=True,
            )
            try:
                is_over = yield from self._sound(reader)
            except (csv.Error, _TooManyLines) as error:
                if "field limit" in str(error) and len(self._swallowed) == 1:
                    raise too_long(self.line) from error
            if not is_over:
                yield from self._first_alone()

    def _sound(self, reader: Iterator[list[str]]) -> Generator[Record, None, bool]:
        """Yield records until one that swallowed lines it should not have; return whether there was none."""
        swallowed, line = self._swallowed, self.line
        try:
            for values in reader:
                count = len(swallowed)
                if count > 1:
                    self.line = line
                    if not self._is_text(values):
                        return False
                if values:
                    yield line, values
                line += count
                swallowed.clear()
        finally:
            self.line = line
        return True

    def _feed(self) -> Iterator[str]:
        """Yield the lines to read again, then those of the file, and store those of the current record."""
        swallowed = self._swallowed
        while self._pending:
            line = self._pending.popleft()
            swallowed.append(line)
            if len(swallowed) > MAX_RECORD_LINES:
                raise _TooManyLines
            yield line
        for line in self._lines:
            swallowed.append(line)
            if len(swallowed) > MAX_RECORD_LINES:
                raise _TooManyLines
            yield line

    def _is_text(self, values: list[str]) -> bool:
        """Say whether a record of several lines is a row with a text of several lines, and not several rows.

        A warning is added in doubt: its lines have as many delimiters as rows, but are too few to prove it.
        """
        width, delimiter = self._dialect.width, self._dialect.delimiter
        while len(values) > width and not values[-1]:
            values.pop()
        if len(values) != width:
            return False
        if width < 2 or any(line.count(delimiter) != width - 1 for line in self._swallowed):
            return True
        if (len(self._swallowed) - 2) * (width - 1) >= _PROOF:
            return False
        self._tell(
            Severity.WARNING,
            "several_lines",
            _("Une valeur entre guillemets tient sur %d lignes, qui ont l’air de lignes du tableau.")
            % len(self._swallowed),
        )
        return True

    def _first_alone(self) -> Iterator[Record]:
        """Yield the first line of a record that is none, when it can be read by itself; the others are read again."""
        if not self._swallowed:
            return
        first, *rest = self._swallowed
        if rest:
            self._rewinds += 1
            self._pending.extendleft(reversed(rest))
        values = self._tolerated(first)
        if values is None or len(values) != self._dialect.width:
            self._refuse_line()
        else:
            self._tell(
                Severity.WARNING,
                "quotes",
                _("Des guillemets dans une valeur ne sont pas doublés : ils sont lus comme du texte."),
            )
            yield self.line, values
        self._swallowed.clear()
        self.line += 1

    def _refuse_line(self) -> None:
        self._tell(
            Severity.ERROR,
            "quote_open",
            _(
                "Un guillemet ouvert n’est pas refermé : la ligne est laissée de côté, les suivantes sont lues."
            ),
        )
        if self._rewinds > MAX_REWINDS:
            raise UnreadableFile(
                _("Ligne %(line)d : plus de %(limit)d lignes ont un guillemet ouvert et jamais refermé.")
                % {"line": self.line, "limit": MAX_REWINDS},
                line=self.line,
            )

    def _tell(self, severity: Severity, code: str, reason: str) -> None:
        self._note(severity, code, reason, self.line, self._swallowed[0].rstrip("\r\n")[:200])

    def _tolerated(self, line: str) -> list[str] | None:
        """Return the values of one line where a quotation mark closes only before a delimiter or the end."""
        text, index, values = line.rstrip("\r\n"), 0, []
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        while True:
            if text.startswith(quote, index):
                closing = self._closing.search(text, index + 1)
                if closing is None:
                    return None
                value = text[index + 1 : closing.start()]
                values.append(value.replace(quote * 2, quote).replace("\\" + quote, quote))
                end = closing.start() + 1
            else:
                end = text.find(delimiter, index)
                end = len(text) if end < 0 else end
                values.append(text[index:end])
            if end >= len(text):
                return values
            index = end + 1

    @cached_property
    def _closing(self) -> re.Pattern[str]:
        """A quotation mark that ends a value."""
        return re.compile(f"{re.escape(self._dialect.quote)}(?={re.escape(self._dialect.delimiter)}|$)")


def too_long(line: int) -> FieldTooLong:
    """Return the refusal of a value longer than any honest one."""
    return FieldTooLong(
        _("Ligne %(line)d : une valeur de plus de %(limit)d millions de caractères ; un guillemet ouvert ?")
        % {"line": line, "limit": MAX_FIELD_CHARACTERS // 1_000_000},
        line=line,
    )
