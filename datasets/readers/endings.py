"""What ends a file after its last row: lines of separators alone, totals, notes.

Only the last records are looked at, and a total is one by its first word alone or when it leaves blank what every row
fills: « Total » in the middle of a table is a row.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datasets.readers.headers import Record, filled

HELD = 12
"""Records held back while the file is read: the end is at most that long."""
_LEAST_WORDS = 3
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
class Ending:
    """The numbers of the last lines that are no rows: totals, remarks, and the mark that ends files of DOS."""

    totals: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """Those that somebody wrote."""
        return tuple(sorted((*self.totals, *self.notes)))


def ending_of(last: Sequence[Record], *, usual: int, are_totals_left_out: bool = True) -> Ending:
    """Return which of the last records, none blank, are no rows; ``usual`` is the number of cells that a row fills.

    Records are looked at from the last one up, until one that is a row.
    """
    totals, notes, marks = [], [], []
    apart = _apart(last, usual)
    for place in range(len(last) - 1, -1, -1):
        line, cells = last[place]
        stripped = [cell.strip(_BLANKS) for cell in cells]
        if not any(stripped):
            marks.append(line)
        elif not are_totals_left_out:
            break
        elif is_total(stripped) and not _is_usual_word(stripped, last[:place]):
            totals.append(line)
        elif line in apart or is_note(stripped, usual):
            notes.append(line)
        else:
            break
    return Ending(tuple(reversed(totals)), tuple(reversed(notes)), tuple(marks))


def last_of(records: Iterable[Record]) -> tuple[list[Record], int]:
    """Return the last records that hold something, and how many after them hold nothing."""
    held: deque[Record] = deque(maxlen=HELD)
    trailing = 0
    for record in records:
        if any(record[1]):
            held.append(record)
            trailing = 0
        else:
            trailing += 1
    return list(held), trailing


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a record is a line of totals, ``Total;;1 234``: never in a table of one column."""
    first = next(filter(None, cells), "")
    return filled(cells) > 1 and _TOTAL.fullmatch(first) is not None


def is_note(cells: Sequence[str], usual: int) -> bool:
    """Say whether a record is a remark under the table: one cell where rows fill three or more."""
    return usual > 2 and filled(cells) * 2 <= usual and _NOTE.fullmatch(next(filter(None, cells))) is not None


def _apart(last: Sequence[Record], usual: int) -> set[int]:
    """Return the lines of the sentences that end the file after a blank line, each alone in a row."""
    lines: set[int] = set()
    for (above, _cells), (line, cells) in zip(reversed(last[:-1]), reversed(last), strict=False):
        stripped = [cell.strip(_BLANKS) for cell in cells]
        if not any(stripped):
            continue
        if usual <= 2 or filled(stripped) > 1 or len("".join(stripped).split()) < _LEAST_WORDS:
            return set()
        lines.add(line)
        if line - above > 1:
            return lines
    return set()


def _is_usual_word(cells: Sequence[str], before: Sequence[Record]) -> bool:
    """Say whether rows above begin alike: « Ensemble » is then a value of the column."""
    first = next(filter(None, cells), "").lower()
    others = (next((cell.strip().lower() for cell in row if cell.strip()), "") for _line, row in before)
    return any(first == other for other in others)
