"""Values wrapped by the software that wrote them: names of SharePoint's lists, texts that a formula protects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LOOKUP, FORMULA = "lookup", "formula_texts"
"""The codes of what is told of a column; ``1;#Meudon`` is Meudon, ``="0123"`` is 0123."""

_LOOKUP = re.compile(r"(?:^|;#)[0-9]+;#")
_PATTERNS = {
    LOOKUP: re.compile(r"[0-9]+;#[^;#]+(?:;#[0-9]+;#[^;#]+)*"),
    FORMULA: re.compile(r'="[^"]*"'),
}


def find_wrappings(body: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """Return the code of each column whose every value is wrapped alike."""
    found = {}
    for position in range(width):
        values = [row[position] for row in body if position < len(row) and row[position]]
        for code, pattern in _PATTERNS.items():
            if values and all(map(pattern.fullmatch, values)):
                found[position] = code
    return found


def unwrapped(values: Sequence[str], wrappings: Mapping[int, str]) -> list[str | None]:
    """Return the values of a row, those of wrapped columns plain; what is not wrapped there stays as it is."""
    row: list[str | None] = [value or None for value in values]
    for position, code in wrappings.items():
        value = values[position]
        if not _PATTERNS[code].fullmatch(value):
            continue
        plain = _LOOKUP.sub(", ", value).removeprefix(", ") if code == LOOKUP else value[2:-1]
        row[position] = plain or None
    return row
