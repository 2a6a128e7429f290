"""A layout: the columns of an official file, by which it is recognised, and the rows of such a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from layers.errors import InvalidValue
from layers.parsing import cells
from layers.parsing.cells import Reader
from layers.parsing.official_files import FileColumn, RowProblem
from reference_data.errors import WrongLayout

RawRow = tuple[int, Sequence[str | None], bytes | None]
"""Line, or rank of the feature; a text a title; geometry as WKB."""

Values = Mapping[str, Any]

Fault = tuple[str, str]
"""A column, and why its value contradicts the others of its row."""


def _no_fault(_values: Values) -> Fault | None:
    return None


@dataclass(frozen=True, slots=True)
class SourceRows:
    """A file that is open: titles of columns, rows, and the EPSG code of its geometries.

    ``problems`` and ``notices`` say what its reader had to leave out or to decide, once the rows are read.
    """

    titles: Sequence[str]
    rows: Iterable[RawRow]
    srid: int | None = None
    problems: Callable[[], list[RowProblem]] = list
    notices: Callable[[], list[str]] = list


@dataclass(frozen=True, slots=True)
class Layout:
    """An official layout.

    ``columns`` are those that are read, by official name; ``key`` is the one that identifies a row, ``parts`` are what
    a file is whole for: the INSEE codes of a row when it ``has_communes``, something else otherwise. ``renamed`` gives
    the field of a column that has another name in the portal, ``aliases`` the official name of a column under its name
    in another delivery (a shapefile's). ``position`` names the columns of longitude and latitude; without it, rows have
    a ``geometry`` of that type. ``unstored`` columns are checked, and computed by the portal. ``check`` compares the
    values of a row with each other.
    """

    name: str
    columns: Mapping[str, FileColumn]
    key: str
    parts: Callable[[Values], frozenset[str]]
    renamed: Mapping[str, str] = default(default_factory=dict)
    aliases: Mapping[str, str] = default(default_factory=dict)
    position: tuple[str, str] | None = None
    geometry: str = "Point"
    unstored: frozenset[str] = frozenset()
    has_communes: bool = True
    check: Callable[[Values], Fault | None] = _no_fault

    @property
    def stored(self) -> frozenset[str]:
        """The columns that are fields of the portal."""
        return frozenset(self.columns) - self.unstored

    def field_of(self, column: str) -> str:
        """Return the field of the portal for a column."""
        return self.renamed.get(column, column)

    def names(self, titles: Iterable[str], notices: list[str]) -> list[str]:
        """Return the official name of each title, whatever its case; others keep theirs, and are named in a notice.

        Raises:
            WrongLayout: a required column is missing, or one is there twice.
        """
        official = {name.lower(): name for name in self.columns} | dict(self.aliases)
        names = [official.get(title.strip().lower(), title.strip()) for title in titles]
        layout_names = [name for name in names if name in self.columns]
        where = {"layout": self.name}
        if twice := sorted({name for name in layout_names if layout_names.count(name) > 1}):
            raise WrongLayout(
                _("%(layout)s : colonnes présentes deux fois : %(names)s.")
                % (where | {"names": ", ".join(twice)})
            )
        missing = [
            name for name, column in self.columns.items() if column.is_required and name not in layout_names
        ]
        if missing:
            raise WrongLayout(
                _("%(layout)s : colonnes absentes du fichier : %(names)s.")
                % (where | {"names": ", ".join(missing)})
            )
        if absent := [name for name in self.columns if name not in layout_names]:
            notices.append(
                _("Colonnes facultatives absentes, laissées telles quelles : %s.") % ", ".join(absent)
            )
        return names


def integer(largest: int) -> Reader:
    """Return a reader of whole numbers from zero to ``largest``."""
    return partial(cells.integer, largest=largest)


def identifier(pattern: str, reason: str) -> Reader:
    """Return a reader of identifiers of one pattern; ``reason`` says what was expected."""

    def read(text: str) -> str:
        return cells.matching(text, pattern, _(reason))

    return read


def degrees(limit: int) -> Reader:
    """Return a reader of a longitude (180) or a latitude (90)."""

    def read(text: str) -> float:
        plain = text.replace(",", ".")
        if not cells.NUMBER.fullmatch(plain) or abs(float(plain)) > limit:
            raise InvalidValue(_("degrés attendus, entre -%(limit)d et %(limit)d") % {"limit": limit})
        return float(plain)

    return read
