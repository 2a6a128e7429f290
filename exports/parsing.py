"""What an export reads of a request: format and form of its columns, and question of a whole file.

``entetes=libelles`` asks for the form that people read, ``entetes=codes`` for that of programs, which is given anyway.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from export_formats.registry import CODES, EVERY_FORMAT, FORMATS, HEADINGS, LABELS, Format
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownParameter
from layers.parsing import FeatureQuery
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import PAGING, PARAMETERS, PREPARING, Parameters, single_values

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
