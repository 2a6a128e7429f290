"""What an export reads of a request: format and form of its columns, question of a whole file, range of bytes.

``entetes=libelles`` asks for the form that people read, ``entetes=codes`` for that of programs, which is given anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from export_formats.registry import CODES, EVERY_FORMAT, FORMATS, HEADINGS, LABELS, Format
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownParameter
from layers.parsing import FeatureQuery
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import PAGING, PARAMETERS, PREPARING, Parameters, single_values

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from ``start`` to ``end``, both included; outside of the file when ``start`` is after its last byte."""

    start: int
    end: int
    is_outside: bool = False

    @property
    def size(self) -> int:
        """The number of bytes, both ends included."""
        return self.end - self.start + 1


def parse_range(text: str, size: int) -> ByteRange | None:
    """Read a ``Range`` header for a file of ``size`` bytes.

    None stands for the whole file: no header, another unit, several ranges or a malformed one (RFC 9110, 14.2 lets a
    server ignore it).
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return ByteRange(size - length, size - 1, is_outside=length == 0)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    return ByteRange(start, min(end, size - 1), is_outside=start >= size)


class Slice:
    """A reader of a part of an open file, which it owns."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes of what is left of the part."""
        length = self._left if size < 0 else min(size, self._left)
        content = self._file.read(length)
        self._left -= len(content)
        return content

    def close(self) -> None:
        """Close the file."""
        self._file.close()


_OF_FILES = (*(name for name in PARAMETERS if name not in PAGING), PREPARING, HEADINGS)


def parse_format(extension: str, parameters: Parameters) -> Format:
    """Read the format of an export and the form of its columns.

    Raises:
        InvalidParameter: no such format, or a form that it does not have.
    """
    if extension not in EVERY_FORMAT:
        raise InvalidParameter(
            _("Format inconnu : « %(format)s ». Formats possibles : %(formats)s.")
            % {"format": extension[:20], "formats": ", ".join(EVERY_FORMAT)},
            parameter="format",
        )
    kind = EVERY_FORMAT[extension]
    headings = single_values({HEADINGS: parameters.get(HEADINGS, (CODES,))}, allowed=(HEADINGS,))[HEADINGS]
    if headings not in {CODES, LABELS}:
        message = _("entetes attend %(labels)s ou %(codes)s.") % {"labels": LABELS, "codes": CODES}
        raise InvalidParameter(message, parameter=HEADINGS)
    if headings == CODES:
        return kind
    if kind.write_for_people is None:
        offered = ", ".join(name for name, other in FORMATS.items() if other.write_for_people)
        raise InvalidParameter(
            _("%(format)s n’a pas d’en-têtes en clair (entetes=libelles). Formats qui en ont : %(offered)s.")
            % {"format": kind.title, "offered": offered},
            parameter=HEADINGS,
        )
    return kind.for_people()


def parse_export(parameters: Parameters, scope: Scope) -> FeatureQuery:
    """Read the parameters of an export: those of ``items`` but for the page, since a file is whole.

    Raises:
        BadRequest: as ``parse_query_of``, or a page.
    """
    for name in PAGING:
        if name in parameters:
            raise UnknownParameter(
                _("Un export contient tous les objets demandés : « %s » n’existe pas ici.") % name,
                parameter=name,
            )
    fielded = property_names(scope.filterable, allowed=(HEADINGS,))
    single_values(
        {name: values for name, values in parameters.items() if name not in fielded}, allowed=_OF_FILES
    )
    return parse_query_of(parameters, scope.filterable, allowed=(HEADINGS,))
