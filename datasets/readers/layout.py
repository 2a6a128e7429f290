"""Where the table is in a file of rows: what stands above its titles, how many rows they take, its units and totals.

A ``Layout`` says what was recognised, or what a person decided instead: a page shows it beside the file as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

SAMPLE_RECORDS = 12
"""Records of a file kept as they are, for a person to see what was made of them."""

SAMPLE_CELLS = 60
SAMPLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table is.

    ``title_lines`` counts the lines above the titles of columns, blank ones too; ``header_rows`` the rows of titles (0
    when the file has none and columns are called by their rank). ``unit_row`` holds the unit of each column when a row
    under the titles says them, None without such a row. ``total_lines`` are the numbers of the lines of totals at the
    end, left out; ``trailing_lines`` counts the lines of separators alone at the end. ``is_certain`` is false when
    something was decided that a person should look at.
    ``sample_lines`` are the numbers of the lines of ``Source.sample``.
    """

    title_lines: int = 0
    header_rows: int = 1
    unit_row: tuple[str, ...] | None = None
    total_lines: tuple[int, ...] = ()
    trailing_lines: int = 0
    is_certain: bool = True
    sample_lines: tuple[int, ...] = ()

    def ended(self, total_lines: tuple[int, ...], trailing_lines: int) -> Layout:
        """Return the layout with what ends the file, once it is known."""
        return replace(self, total_lines=total_lines, trailing_lines=trailing_lines)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Layout:
        """Read what ``to_json`` wrote.

        Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none.
        """
        units = document["unit_row"]
        return cls(
            title_lines=int(document["title_lines"]),
            header_rows=int(document["header_rows"]),
            unit_row=None if units is None else tuple(map(str, units)),
            total_lines=tuple(map(int, document["total_lines"])),
            trailing_lines=int(document["trailing_lines"]),
            is_certain=bool(document["is_certain"]),
            sample_lines=tuple(map(int, document["sample_lines"])),
        )
