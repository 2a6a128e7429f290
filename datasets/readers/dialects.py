"""How a text file is cut into values: the delimiter and the quotes that make rows of one width of its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
    """Return the dialect of the first lines of a file; ``delimiter`` is that of a person who knows."""
    candidates = delimiter or DELIMITERS
    found = max((_judged(lines, candidate) for candidate in candidates), key=lambda judged: judged[0])
    if delimiter or found[1].width > 1:
        return found[1]
    inside = _of_wrapped(lines)
    if inside is not None:
        return inside
    text = "".join(lines)
    absent = next((candidate for candidate in ";,|\t" if candidate not in text), ";")
    return CsvDialect(absent, found[1].quote, width=1)


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
    is_blank = [all(line[place : place + 1] in {"", " "} for line in texts) for place in range(longest)]
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
    width = max(counts, key=lambda found: (counts[found], found), default=1)
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
