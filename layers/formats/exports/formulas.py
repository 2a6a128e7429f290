"""What keeps a spreadsheet from running a text of a delimited file: an apostrophe before it, « this is text ».

A text is run when its cell begins with = + - @, a tabulation or a line end, wide forms included. Which cells there are
depends on the reader: a French Excel cuts a file of commas at its semicolons, an English one the other way, and a
quotation mark inside a cell holds nothing together. So what follows a separator that is not the file's own, within a
text, is looked at too. Numbers are never touched: no such separator is beside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

# Code points of = + - @, tabulation, line feed, carriage return, and of the wide forms of the first four.
_CODES = "(61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)"
_FIRST = frozenset("=+-@\t\n\r＝＋－＠")
_SEPARATORS = ",;\t\n\r"
# A pattern for each separator, not one for all: what a literal begins is looked for three times as fast.
_INNER = {
    separator: (re.compile(f'{separator}("*)([=+@-]|＝|＋|－|＠)'.encode()), rf"{separator}\1'\2".encode())
    for separator in _SEPARATORS
}
_BATCH_ROWS = 512


def safe_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"'{text}" if text[:1] in _FIRST and text else text


def safe_cell(text: str, delimiter: str) -> str:
    """Return a text as a cell that no spreadsheet runs, whichever separator it cuts a file of ``delimiter`` at.

    An apostrophe that is there gets another: ``layers.parsing.spreadsheet_texts.plain_text`` reads the text itself.
    """
    return _inner(delimiter).sub(r"\1'", text)


@lru_cache(maxsize=8)
def _inner(delimiter: str) -> re.Pattern[str]:
    """Return where a cell may begin in a text: at its beginning, and after the separators of other readers."""
    others = re.escape("".join(mark for mark in _SEPARATORS if mark != delimiter))
    return re.compile(rf"""(^|[{others}]"*)(?='*[{re.escape("".join(sorted(_FIRST)))}])""")


def safe_sql(sql: str) -> str:
    """Return the SQL of a text as ``safe_text`` writes it."""
    return f"CASE WHEN ascii({sql}::text) IN {_CODES} THEN '''' || {sql} ELSE {sql}::text END"


def safe_lines(lines: Iterable[bytes | memoryview], delimiter: str) -> Iterator[bytes]:
    """Put an apostrophe where another reader's cell would begin with a formula, in lines written with ``delimiter``.

    Whole lines, each beginning with a number or a word: the first of a file may be that of headings. WKT must have a
    blank after its commas, where they are not the delimiter (``spaced_wkt``): a coordinate may be negative.
    """
    others = [found for separator, found in _INNER.items() if separator != delimiter]
    left = iter(lines)
    while batch := list(islice(left, _BATCH_ROWS)):
        block = b"".join(batch)
        for pattern, safe in others:
            block = pattern.sub(safe, block)
        yield block


def spaced_wkt(sql: str) -> str:
    """Return the SQL of a WKT with a blank after its commas."""
    return f"replace({sql}, ',', ', ')"
