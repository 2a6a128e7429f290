"""What a format of export is, and what has been written: values that the table of formats and its callers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from layers.crs import Crs
from layers.formats.exports.notice import Notice
from layers.queries import Selection

# The parameter that asks for headings and labels in words, its value for them and for codes alone.
HEADINGS, LABELS, CODES = "entetes", "libelles", "codes"
Writer = Callable[[Selection, Path, Notice], int]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export.

    ``extension`` closes the address and the file's name (``shp.zip``). ``write`` fills a path that does not exist and
    returns how many rows it wrote. ``served`` are the SRIDs the format can hold, empty for all. ``cells_per_second`` is
    the rate measured on the reference machine (``bench/exports.py``), for estimates only. A format that is not
    ``is_told`` has no place for the notice: it goes beside the file (``beside``).
    """

    extension: str
    title: str
    media_type: str
    write: Writer
    cells_per_second: int
    needs_geometry: bool = False
    served: frozenset[int] = frozenset()
    max_rows: int = 0
    # Whether coordinates are written in the axis order of the authority; other files are x, y by their own standard.
    follows_authority: bool = False
    is_told: bool = True
    # How the format is written for people, with units and labels: of those that spreadsheets open.
    write_for_people: Writer | None = None
    is_for_people: bool = False

    @property
    def variant(self) -> str:
        """What tells the files of this format from others of the same question."""
        return f"{self.extension} {LABELS}" if self.is_for_people else self.extension

    def for_people(self) -> Format:
        """Return the format as it is written for people; itself where there is one form for all."""
        if self.write_for_people is None:
            return self
        return replace(self, write=self.write_for_people, is_for_people=True)

    def holds(self, crs: Crs) -> bool:
        """Whether coordinates in this CRS can be written."""
        return not self.served or crs.srid in self.served


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written: ``size`` in bytes, ``file_name`` as a person keeps it."""

    rows: int
    size: int
    media_type: str
    file_name: str
