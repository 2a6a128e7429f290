"""Filters in XML (FES 2.0, Filter Encoding 1.1 and 1.0): one ``Filter`` becomes the nodes that CQL2 compiles from.

The three versions are read by the same code: they differ in their namespace and in what they may hold. The nodes are
those of ``layers.parsing.cql2``, so that one compiler, with one whitelist of names, answers every protocol.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.crs import LAMBERT_93
from layers.parsing.cql2 import Expression
from layers.parsing.query import MAX_IDS
from wfs.errors import UnreadableRequest
from wfs.parsing.fes import comparison, identifiers, logic, spatial, temporal
from wfs.parsing.fes.functions import FUNCTIONS
from wfs.parsing.fes.reader import FilterReader
from wfs.parsing.fes.references import GML_ID, read_property_name
from wfs.parsing.fes.renaming import renamed
from wfs.parsing.fes.sorting import read_sort
from wfs.parsing.xml import Element
from wfs.requests import SrsName
from wfs.versions import FesVersion

__all__ = [
    "FUNCTIONS",
    "GML_ID",
    "FesVersion",
    "ParsedFilter",
    "read_filter",
    "read_property_name",
    "read_sort",
    "renamed",
]

PREDICATES = {
    **logic.PREDICATES,
    **comparison.PREDICATES,
    **spatial.PREDICATES,
    **temporal.PREDICATES,
    **identifiers.PREDICATES,
}


@dataclass(frozen=True, slots=True)
class ParsedFilter:
    """A filter: an expression, or the identifiers of the features that it names (``ids``, as they are written)."""

    expression: Expression | None
    ids: tuple[str, ...] = ()


def read_filter(
    element: Element,
    *,
    version: FesVersion,
    srs: SrsName | None = None,
    geometry: str = "geom",
    types: Collection[str] = (),
    parameter: str = "FILTER",
) -> ParsedFilter:
    """Read an element ``Filter``, in the namespace of ``version`` or in none.

    ``srs`` is the system of geometries that name none, ``geometry`` the property that an operator without one is about.
    ``types`` are the local names that may begin a path: of the feature type, first, and its aliases.

    Raises:
        UnreadableRequest: not a filter of this version: an element, or what it holds.
        InvalidFilter: a value that cannot be read.
        InvalidGeometry, InvalidDatetime, UnknownCrs: as ``wfs.parsing.gml``.
        FilterTooComplex: over the bounds of CQL2 filters.
    """
    reader = FilterReader(
        version=version,
        crs=srs.crs if srs else LAMBERT_93,
        geometry=geometry,
        types=tuple(types),
        parameter=parameter,
        predicates=PREDICATES,
    )
    reader.check_namespace(element)
    if element.name != "Filter" or not element.children:
        raise UnreadableRequest(
            _("%s n’est pas un filtre : <Filter> est attendu, avec une condition.") % element,
            parameter=parameter,
        )
    if all(child.name in identifiers.PREDICATES for child in element.children):
        return ParsedFilter(None, _ids(reader, element))
    if len(element.children) > 1:
        raise UnreadableRequest(
            _("%s attend une condition, ou des identifiants seuls : réunissez-les dans <And> ou <Or>.")
            % element,
            parameter=parameter,
        )
    tree = reader.predicate(element.children[0], 0)
    return ParsedFilter(Expression(tree, reader.crs, parameter))


def _ids(reader: FilterReader, element: Element) -> tuple[str, ...]:
    if len(element.children) > MAX_IDS:
        raise reader.fault(_("Le filtre nomme plus de %d objets.") % MAX_IDS)
    return tuple(identifiers.identifier(reader, child) for child in element.children)
