"""How a text file is cut into values: the delimiter and the quotes that make rows of one width of its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = ",;\t|"
SAMPLE_LINES = 100
_HALF = 0.5

Score = tuple[float, float, int]
"""How alike lines are from the first one of the usual width on (titles above a table are not), then all, then width."""


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """``width`` is the number of values most of the first lines have, 1 when no delimiter cuts them alike."""

    delimiter: str
    quote: str = '"'
    skips_spaces: bool = False
    width: int = 1


def find_dialect(lines: Sequence[str], *, delimiter: str = "") -> CsvDialect:
    """Return the dialect of the first lines of a file; ``delimiter`` is that of a person who knows."""
    candidates = delimiter or DELIMITERS
    found = max((_judged(lines, candidate) for candidate in candidates), key=lambda judged: judged[0])
    if delimiter or found[1].width > 1:
        return found[1]
    text = "".join(lines)
    absent = next((candidate for candidate in ";,|\t" if candidate not in text), ";")
    return CsvDialect(absent, found[1].quote, width=1)


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
