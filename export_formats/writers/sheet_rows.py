"""Rows of a worksheet as XML (ECMA-376, part 1, 18.3.1), a batch at a time.

Arrow writes the cells of a column in a few calls: no Python object is made for a cell, which takes a tenth of the time
of a library that writes them one by one. Texts stand in their cells (``inlineStr``): nothing in them is ever a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import pyarrow as pa
import pyarrow.compute as pc

from export_formats.tables import MAX_CELL_UNITS
from export_formats.writers.batches import clock_times
from layers.definitions import FieldType

# What XML cannot hold, and the literal form of its escapes: « _x000B_ » stands for a tabulation of typewriters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LITERAL = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_IS_ESCAPED = r"[\x00-\x08\x0b-\x1f\x{FFFE}\x{FFFF}]|_x[0-9a-fA-F]{4}_"
_EDGE_SPACES = r"^\s|\s$"
_MARKUP = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_DAY_US = 86_400_000_000
_EPOCH_DAYS = 25_568
"""Days from 31 December 1899, the day 0 of Excel, to 1970."""
_FALSE_DAY = 59
"""The number of 28 February 1900, after which Excel counts a 29th."""


@dataclass(frozen=True, slots=True)
class CellColumn:
    """A column of a sheet: its letters, the type of its cells, the number of their style in the workbook."""

    letters: str
    type: FieldType
    style: str = ""

    def cells(self, values: pa.Array, numbers: pa.Array) -> pa.Array:
        """Return the XML of the cells, null where there is no value; ``numbers`` are those of the rows, as text."""
        style = f'" s="{self.style}' if self.style else ""
        start = f'<c r="{self.letters}'
        if self.type in {FieldType.TEXT, FieldType.TEXTS}:
            return _joined(start, numbers, f'{style}" t="inlineStr"><is>', _text(values), "</t></is></c>")
        if self.type is FieldType.BOOLEAN:
            return _joined(start, numbers, f'{style}" t="b"><v>', pc.if_else(values, "1", "0"), "</v></c>")
        if self.type is FieldType.DATE:
            values = _day_number(values)
        elif self.type is FieldType.DATETIME:
            values = _moment_number(values)
        kind, texts = _number(values)
        return _joined(start, numbers, style, kind, texts, "</v></c>")


@dataclass(slots=True)
class SheetRows:
    """The rows of one sheet. ``row`` is the number of the next one; ``too_long`` counts the texts that were cut.

    ``most_units`` are the units of UTF-16 that a cell holds.
    """

    row: int = 1
    too_long: int = 0
    most_units: int = MAX_CELL_UNITS

    def xml(self, columns: Sequence[CellColumn], arrays: Sequence[pa.Array]) -> memoryview:
        """Return the rows of a batch, one array a column."""
        size = len(arrays[0])
        numbers = pa.array(numpy.arange(self.row, self.row + size)).cast(pa.string())
        self.row += size
        cells = [
            column.cells(self._shortened(array) if pa.types.is_string(array.type) else array, numbers)
            for column, array in zip(columns, arrays, strict=True)
        ]
        rows = pc.binary_join_element_wise(
            '<row r="', numbers, '">', *cells, "</row>", "", null_handling="replace", null_replacement=""
        )
        _validity, offsets, content = rows.buffers()
        ends = numpy.frombuffer(offsets, dtype=numpy.int32)[rows.offset : rows.offset + size + 1]
        return memoryview(content)[ends[0] : ends[-1]]

    def _shortened(self, texts: pa.Array) -> pa.Array:
        """Return texts that cells hold; one of few characters never takes more units than a cell has."""
        if not pc.any(pc.greater(pc.utf8_length(texts), self.most_units // 2)).as_py():
            return texts
        whole = texts.to_pylist()
        cut = [text and cut_text(text, self.most_units) for text in whole]
        self.too_long += sum(before != after for before, after in zip(whole, cut, strict=True))
        return pa.array(cut, pa.string())


def cut_text(text: str, most_units: int = MAX_CELL_UNITS) -> str:
    """Return what a cell holds of a text: whole characters, those above U+FFFF being two units."""
    return text.encode("utf-16-le")[: 2 * most_units].decode("utf-16-le", errors="ignore")


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _text(values: pa.Array) -> pa.Array:
    """Return the texts after their opening tag, as XML writes them."""
    if pc.any(pc.match_substring_regex(values, _IS_ESCAPED)).as_py():
        values = pa.array([text and _escaped(text) for text in values.to_pylist()], pa.string())
    has_edges = pc.match_substring_regex(values, _EDGE_SPACES)
    for character, entity in _MARKUP:
        values = pc.replace_substring(values, character, entity)
    opening: pa.Array | str = "<t>"
    if pc.any(has_edges).as_py():
        opening = pc.if_else(has_edges, '<t xml:space="preserve">', "<t>")
    return _joined(opening, values)


def _escaped(text: str) -> str:
    """Return the text with Excel's escapes: a character by its code, and the underscore of what looks like one."""
    literal = _LITERAL.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", literal)


def _number(values: pa.Array) -> tuple[pa.Array | str, pa.Array]:
    """Return the end of the opening tags and the numbers, exact; one that is none is an error of a spreadsheet."""
    texts = values.cast(pa.string())
    if not pa.types.is_floating(values.type) or pc.all(pc.is_finite(values)).as_py() is not False:
        return '"><v>', texts
    is_finite = pc.is_finite(values)
    error = pc.if_else(pc.is_nan(values), "#NUM!", "#DIV/0!")
    return pc.if_else(is_finite, '"><v>', '" t="e"><v>'), pc.if_else(is_finite, texts, error)


def _day_number(days: pa.Array) -> pa.Array:
    """Return the numbers of days of Excel, whose 1900 is a leap year."""
    since = pc.add(days.cast(pa.int32()), _EPOCH_DAYS)
    return pc.if_else(pc.greater(since, _FALSE_DAY), pc.add(since, 1), since)


def _moment_number(instants: pa.Array) -> pa.Array:
    """Return the numbers of days of Excel and their fractions, by the clocks of the territory."""
    local = clock_times(instants)
    since = local.cast(pa.int64()).fill_null(0).to_numpy()
    days, rest = numpy.divmod(since, _DAY_US)
    days = days + _EPOCH_DAYS
    seconds, micros = numpy.divmod(rest, 1_000_000)
    moments = days + (seconds + micros / 1e6) / 86_400
    moments = numpy.where(days > _FALSE_DAY, moments + 1, moments)
    return pa.array(moments, mask=local.is_null().to_numpy(zero_copy_only=False))
