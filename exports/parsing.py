"""What an export reads of a request: the question of a whole file, and whether to prepare it apart."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import UnknownParameter
from layers.parsing import FeatureQuery
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import KNOWN, PAGING, PREPARING, Parameters, refuse_crs, single_values

_OF_FILES = (*(name for name in KNOWN if name not in PAGING), PREPARING)


def parse_export(parameters: Parameters, scope: Scope) -> FeatureQuery:
    """Read the parameters of an export: those of ``items`` but for the page, since a file is whole.

    Raises:
        BadRequest: as ``parse_query_of``, a page, or a coordinate system asked of a table.
    """
    for name in PAGING:
        if name in parameters:
            raise UnknownParameter(
                _("Un export contient tous les objets demandés : « %s » n’existe pas ici.") % name,
                parameter=name,
            )
    fielded = property_names(scope.filterable)
    single_values(
        {name: values for name, values in parameters.items() if name not in fielded}, known=_OF_FILES
    )
    if not scope.definition.geometry.is_located:
        refuse_crs(parameters)
    return parse_query_of(parameters, scope.filterable)
